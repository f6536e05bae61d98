//! All CAs that are trusted have expired.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts::pointer;
use crate::{
    model::Kind,
    trace::{Ca, CaState, Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB313`.
pub static RULE: Rule = Rule {
    code: "AIB313",
    name: "ca-expired",
    hop: Hop::Tls,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy, Kind::ConfigMap, Kind::Secret],
    docs: Docs {
        what: "Every certificate in the value that a CA reference leads to has expired. One that is still \
              valid is enough to stay silent.",
        why: "Envoy Gateway does not look at the certificates, and every status is green. Envoy loads \
              them and refuses every chain that ends in one.",
        client: "503 with TLS_error and CERTIFICATE_VERIFY_FAILED: certificate has expired.",
        confirm: "kubectl -n NAMESPACE get configmap NAME -o jsonpath='{.data.ca\\.crt}' | openssl x509 \
              -noout -enddate",
        fix: "Replace the value with the current CA of the server.",
        before: "kind: ConfigMap\n\
              data:\n  \
              ca.crt: '… notAfter 2024-01-01 …'",
        after: "kind: ConfigMap\n\
              data:\n  \
              ca.crt: '… notAfter 2034-01-01 …'",
    },
    refs: &["gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    if !trace.tls.verified || trace.tls.system_ca {
        return;
    }
    let expired = |it: &&Ca<'_>| matches!(&it.state, CaState::Taken { pem, .. } if pem.is_certificates() && pem.is_expired(trace.world.now));
    // another reference may hold the CA that is in use
    if !trace.tls.cas.iter().all(|it| expired(&it)) {
        return;
    }
    for ca in &trace.tls.cas {
        let (CaState::Taken { key: entry, pem, .. }, Some(key)) = (&ca.state, &ca.key) else { continue };
        let Some(end) = pem.not_after.iter().max() else { continue };
        out.push(
            Draft::at(
                key.clone(),
                pointer("/data", entry),
                format!("{key} holds only expired certificates in `{entry}`"),
            )
            .effect("503 with CERTIFICATE_VERIFY_FAILED: certificate has expired")
            .evidence(format!("the last one expired at {end}"))
            .because(ca.owner.clone(), &ca.pointer, "trusts it")
            .fix(Fix::manual(format!("put the current CA of the server into `{entry}`"))),
        );
    }
}
