//! A CA reference leads to nothing.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};

use crate::{
    model::Kind,
    trace::{CaState, Hop, Trace, release},
};

/// See `kubectl aigw-backend explain AIB309`.
pub static RULE: Rule = Rule {
    code: "AIB309",
    name: "ca-missing",
    hop: Hop::Tls,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy, Kind::ConfigMap, Kind::Secret],
    docs: Docs {
        what: "caCertificateRefs names a ConfigMap or Secret that does not exist in the namespace of the \
              policy or Backend.",
        why: "CA references are local. One that does not resolve makes the whole of the TLS settings \
              invalid: the policy says NoValidCACertificate, the HTTPRoute InvalidBackendTLS.",
        client: "500 with an empty body for the requests that would go to this backend.",
        confirm: "kubectl -n NAMESPACE get configmap NAME\n\
              kubectl -n NAMESPACE get backendtlspolicy NAME -o jsonpath='{.status}'",
        fix: "Create the ConfigMap with the CA under the key ca.crt, in the same namespace.",
        before: "kind: BackendTLSPolicy\n\
              spec:\n  \
              validation:\n    \
              caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}]   # no such ConfigMap",
        after: "kind: ConfigMap\n\
              metadata: {name: ca}   # beside the policy\n\
              data:\n  \
              ca.crt: |\n    \
              -----BEGIN CERTIFICATE-----",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    // a Backend that skips verification by itself has no use for the CA
    if trace.tls.policy.is_none() && !trace.tls.verified {
        return;
    }
    let effect = if trace.world.platform.holds(&release::CA_MISSING_REFUSED) == Some(false) {
        "Envoy speaks plain HTTP, API key included: this Envoy Gateway drops TLS where it finds no CA"
    } else {
        "500 with an empty body: Envoy Gateway finds no CA"
    };
    for ca in trace.tls.cas.iter().filter(|it| it.state == CaState::Missing) {
        let Some(key) = &ca.key else { continue };
        let kind = if key.kind == Kind::Secret { "secret generic" } else { "configmap" };
        let command =
            format!("kubectl -n {} create {kind} {} --from-file=ca.crt=FILE", key.namespace, key.name);
        let elsewhere = trace.world.cluster.keys(key.kind).into_iter().find(|it| it.name == key.name);
        let mut draft = Draft::missing(
            key.clone(),
            format!("{key} does not exist, and {} trusts the CA in it", ca.owner),
        )
        .effect(effect)
        .because(ca.owner.clone(), &ca.pointer, "refers to it")
        .fix(Fix::manual("create it with the CA of the server").command(command));
        if let Some(other) = elsewhere {
            draft = draft.because(other, "", "has the name, and another namespace does not count");
        }
        out.push(draft);
    }
}
