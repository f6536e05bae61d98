//! `Backend.spec.tls` says TLS and not whom to trust.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, MissReason, Trace},
};

/// See `kubectl aigw-backend explain AIB301`.
pub static RULE: Rule = Rule {
    code: "AIB301",
    name: "tls-without-ca",
    hop: Hop::Tls,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy],
    docs: Docs {
        what: "Backend.spec.tls is set without a CA, without wellKnownCACertificates and without \
              insecureSkipVerify, and no BackendTLSPolicy applies.",
        why: "Envoy Gateway refuses such a Backend. Its status gets a condition of type Invalid, beside \
              which an older Accepted may stay; the HTTPRoute says InvalidBackendRef.",
        client: "500 with an empty body for the requests that would go to this backend.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.tls}{.status.conditions}'",
        fix: "Trust the CAs of the system if the host is public, name the CA of the server otherwise.",
        before: "kind: Backend\n\
              spec:\n  \
              tls: {sni: api.openai.com}",
        after: "kind: Backend\n\
              spec:\n  \
              tls: {sni: api.openai.com, wellKnownCACertificates: System}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backend.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let tls = &trace.tls;
    let Some(own) = tls.own else { return };
    // a policy that brings the CA and misses only by its section is the better culprit: tls-section-never-matches
    let missed = tls.missed.iter().any(|it| it.reason == MissReason::Section);
    if tls.policy.is_some() || tls.unread.is_some() || !tls.complete || missed {
        return;
    }
    if !facts::trusts_nobody(own) {
        return;
    }
    let Some((_, backend)) = trace.reference.found() else { return };
    let public = trace.endpoint.addresses.iter().all(facts::is_public) && trace.endpoint.host().is_some();
    let fix = if public {
        Fix::safe("trust the CAs of the system").set(&backend, "/spec/tls/wellKnownCACertificates", "System")
    } else {
        Fix::manual(
            "name the CA of this server in `spec.tls.caCertificateRefs`, or set `insecureSkipVerify: true`",
        )
    };
    let mut draft =
        Draft::at(backend.clone(), "/spec/tls", format!("{backend} asks for TLS and names no CA"))
            .effect("500 with an empty body: Envoy Gateway refuses the Backend")
            .fix(fix);
    for missed in tls.missed.iter().filter(|it| it.reason == MissReason::Namespace) {
        let path = format!("/spec/targetRefs/{}", missed.target);
        draft = draft.because(missed.policy.key(), path, "brings one, and is in another namespace");
    }
    out.push(draft);
}
