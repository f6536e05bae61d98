//! A public host whose certificate is not checked.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::Kind,
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB318`.
pub static RULE: Rule = Rule {
    code: "AIB318",
    name: "verification-off",
    hop: Hop::Tls,
    severity: Severity::Warning,
    needs: &[Kind::Backend],
    docs: Docs {
        what: "Backend.spec.tls.insecureSkipVerify is true and the host is public. In the cluster it is \
              left alone.",
        why: "Envoy encrypts and accepts any certificate. That holds beside a BackendTLSPolicy too, \
              whose CA and name are then not checked although its status is green.",
        client: "Nothing. Whoever sits on the way can read the requests and the API key.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.tls}'",
        fix: "Remove insecureSkipVerify and trust the CAs of the system.",
        before: "kind: Backend\n\
              spec:\n  \
              tls: {insecureSkipVerify: true}",
        after: "kind: Backend\n\
              spec:\n  \
              tls: {wellKnownCACertificates: System, sni: api.openai.com}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let tls = &trace.tls;
    let (Some(own), Some((_, backend))) = (tls.own, trace.reference.found()) else { return };
    let public = trace.endpoint.addresses.iter().find(|it| facts::is_public(it));
    let Some((address, host)) = public.and_then(|it| Some((it, it.name()?))) else { return };
    if !own.insecure_skip_verify {
        return;
    }
    let path = "/spec/tls/insecureSkipVerify";
    let fix = Fix::review(format!("verify the certificate of `{host}`"));
    let mut fix = fix.remove(&backend, path);
    // else the policy brings both
    if tls.policy.is_none() && own.ca_certificate_refs.is_empty() && own.well_known_ca_certificates.is_none()
    {
        fix = fix.set(&backend, "/spec/tls/wellKnownCACertificates", "System");
    }
    if tls.policy.is_none() && own.sni.is_none() {
        fix = fix.set(&backend, "/spec/tls/sni", host);
    }
    out.push(
        Draft::at(backend.clone(), path, format!("{backend} accepts any certificate from {address}"))
            .effect("requests work, and whoever sits on the way can read them and the API key")
            .fix(fix),
    );
}
