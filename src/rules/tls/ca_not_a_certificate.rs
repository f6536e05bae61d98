//! A CA that is no PEM certificate.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts::pointer;
use crate::{
    model::Kind,
    trace::{CaState, Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB312`.
pub static RULE: Rule = Rule {
    code: "AIB312",
    name: "ca-not-a-certificate",
    hop: Hop::Tls,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy, Kind::ConfigMap, Kind::Secret],
    docs: Docs {
        what: "The value that a CA reference leads to is not one or more PEM certificates.",
        why: "Envoy Gateway passes the value on without looking, and every status is green. Envoy \
              rejects it and has no CA to verify with.",
        client: "503 with TLS_error: Secret is not supplied by SDS, for every request.",
        confirm: "kubectl -n NAMESPACE get configmap NAME -o jsonpath='{.data.ca\\.crt}' | openssl x509 \
              -noout -subject",
        fix: "Replace the value with the PEM of the CA, BEGIN and END lines included.",
        before: "kind: ConfigMap\n\
              data:\n  \
              ca.crt: MIIB…",
        after: "kind: ConfigMap\n\
              data:\n  \
              ca.crt: |\n    \
              -----BEGIN CERTIFICATE-----\n    \
              MIIB…\n    \
              -----END CERTIFICATE-----",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    if !trace.tls.verified {
        return;
    }
    for ca in &trace.tls.cas {
        let (CaState::Taken { key: entry, by_chance, pem }, Some(key)) = (&ca.state, &ca.key) else {
            continue;
        };
        if pem.is_certificates() {
            continue;
        }
        let mut draft = Draft::at(
            key.clone(),
            pointer("/data", entry),
            format!("{key} holds no PEM certificate in `{entry}`"),
        )
        .effect("503 with TLS_error: Secret is not supplied by SDS; every status is green")
        .evidence(format!("{} bytes, {} certificates, {} broken", pem.bytes, pem.not_after.len(), pem.broken))
        .because(ca.owner.clone(), &ca.pointer, "trusts it")
        .fix(Fix::manual(format!("put the PEM of the CA of the server into `{entry}`")));
        if *by_chance {
            draft = draft.evidence(format!("no `ca.crt`: `{entry}` is the first key by name"));
        }
        out.push(draft);
    }
}
