//! A CA reference leads to an object without a key that Envoy Gateway would take.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};

use crate::{
    model::Kind,
    trace::{CaState, Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB311`.
pub static RULE: Rule = Rule {
    code: "AIB311",
    name: "ca-without-key",
    hop: Hop::Tls,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy, Kind::ConfigMap, Kind::Secret],
    docs: Docs {
        what: "The ConfigMap or Secret of a CA reference is empty, or it is a Secret with several keys \
              and no ca.crt.",
        why: "Envoy Gateway reads ca.crt, else, from v1.6 on, the only key. Without either, the TLS settings are \
              invalid: the policy says NoValidCACertificate, the HTTPRoute InvalidBackendTLS.",
        client: "500 with an empty body for the requests that would go to this backend.",
        confirm: "kubectl -n NAMESPACE describe secret NAME\n\
              kubectl -n NAMESPACE get backendtlspolicy NAME -o jsonpath='{.status}'",
        fix: "Put the CA under the key ca.crt.",
        before: "kind: Secret\n\
              data: {tls.crt: '…', tls.key: '…'}",
        after: "kind: Secret\n\
              data: {ca.crt: '…', tls.crt: '…', tls.key: '…'}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    if trace.tls.policy.is_none() && !trace.tls.verified {
        return;
    }
    for ca in trace.tls.cas.iter().filter(|it| it.state == CaState::NoKey) {
        let Some(key) = &ca.key else { continue };
        out.push(
            Draft::at(key.clone(), "/data", format!("{key} has no key `ca.crt`"))
                .effect("500 with an empty body: Envoy Gateway finds no CA")
                .because(ca.owner.clone(), &ca.pointer, "refers to it")
                .fix(Fix::manual("put the CA of the server under the key `ca.crt`")),
        );
    }
}
