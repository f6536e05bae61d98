//! A CA reference of a kind that cannot hold a CA.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};

use crate::{
    model::Kind,
    trace::{CaState, Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB314`.
pub static RULE: Rule = Rule {
    code: "AIB314",
    name: "ca-kind-unsupported",
    hop: Hop::Tls,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy],
    docs: Docs {
        what: "All of caCertificateRefs name kinds other than ConfigMap, Secret and ClusterTrustBundle.",
        why: "Envoy Gateway reads CAs from these three kinds alone. The policy says InvalidKind, the \
              HTTPRoute InvalidBackendTLS.",
        client: "500 with an empty body for the requests that would go to this backend.",
        confirm: "kubectl -n NAMESPACE get backendtlspolicy NAME -o \
              jsonpath='{.spec.validation.caCertificateRefs}{.status}'",
        fix: "Put the CA into a ConfigMap under ca.crt, and refer to that.",
        before: "caCertificateRefs: [{group: cert-manager.io, kind: Certificate, name: ca}]",
        after: "caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}]",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    if trace.tls.policy.is_none() && !trace.tls.verified {
        return;
    }
    // beside a good one, a reference of another kind is dropped without harm
    if trace.tls.system_ca || !trace.tls.cas.iter().all(|it| it.state == CaState::UnsupportedKind) {
        return;
    }
    for ca in &trace.tls.cas {
        let kind = ca.reference.kind();
        out.push(
            Draft::at(
                ca.owner.clone(),
                format!("{}/kind", ca.pointer),
                format!("{} takes a CA from {kind} `{}`, which cannot hold one", ca.owner, ca.reference.name),
            )
            .effect("500 with an empty body: Envoy Gateway finds no CA")
            .fix(Fix::manual("put the CA into a ConfigMap under `ca.crt`, and refer to that")),
        );
    }
}
