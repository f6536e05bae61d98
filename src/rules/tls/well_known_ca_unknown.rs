//! A set of well-known CAs that Envoy Gateway does not know.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};

use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB324`.
pub static RULE: Rule = Rule {
    code: "AIB324",
    name: "well-known-ca-unknown",
    hop: Hop::Tls,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy],
    docs: Docs {
        what: "wellKnownCACertificates of the BackendTLSPolicy in force is something other than System.",
        why: "Envoy Gateway knows System alone. The policy says NoValidCACertificate and InvalidKind, \
              the HTTPRoute InvalidBackendTLS.",
        client: "500 with an empty body for the requests that would go to this backend.",
        confirm: "kubectl -n NAMESPACE get backendtlspolicy NAME -o jsonpath='{.spec.validation}{.status}'",
        fix: "Write System, in exactly this spelling, or name a CA.",
        before: "validation: {wellKnownCACertificates: example.com/public, hostname: api.openai.com}",
        after: "validation: {wellKnownCACertificates: System, hostname: api.openai.com}",
    },
    refs: &["gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(policy) = trace.tls.policy else { return };
    let Some(name) = policy.spec.validation.well_known_ca_certificates.as_ref() else { return };
    // the API takes one of the two, and an empty text is as good as none
    if name.is_empty() || name == "System" || !policy.spec.validation.ca_certificate_refs.is_empty() {
        return;
    }
    let (key, path) = (policy.key(), "/spec/validation/wellKnownCACertificates");
    out.push(
        Draft::at(
            key.clone(),
            path,
            format!("{key} trusts `{name}`, and Envoy Gateway knows `System` alone"),
        )
        .effect("500 with an empty body: Envoy Gateway finds no CA")
        .fix(Fix::review("trust the CAs of the system").set(&key, path, "System")),
    );
}
