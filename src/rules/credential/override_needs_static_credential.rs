//! credentialOverride with a fallback to a credential that is not there.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};

use crate::{
    model::{Kind, PolicyType, Resource as _},
    trace::{Hop, Trace, release},
};

/// See `kubectl aigw-backend explain AIB419`.
pub static RULE: Rule = Rule {
    code: "AIB419",
    name: "override-needs-static-credential",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::BackendSecurityPolicy],
    docs: Docs {
        what: "A policy of type GCPCredentials uses the identity of the Envoy pod, and its \
              credentialOverride falls back to the configured credential, as it does unless told \
              otherwise.",
        why: "AI Gateway wants a static credential to fall back to, and leaves the backend out of the \
              configuration of ext_proc. The policy stays Accepted.",
        client: "500 with an empty body for every request to this backend.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o yaml\n\
              kubectl -n envoy-ai-gateway-system logs deploy/ai-gateway-controller | grep 'static \
              credential'",
        fix: "Set fallbackToConfigured to false, or give the policy a service account.",
        before: "spec:\n  \
              type: GCPCredentials\n  \
              gcpCredentials: {projectName: p, region: us-east5}\n  \
              credentialOverride: {fromRequestHeaders: {}}",
        after: "spec:\n  \
              type: GCPCredentials\n  \
              gcpCredentials: {projectName: p, region: us-east5}\n  \
              credentialOverride: {fromRequestHeaders: {fallbackToConfigured: false}}",
    },
    refs: &["ai-gateway@v1.1.0 internal/controller/gateway.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(policy) = trace.credential.policy.filter(|it| it.spec.type_ == PolicyType::GCPCredentials)
    else {
        return;
    };
    let Some(over) = policy.spec.credential_override.as_ref().filter(|_| !policy.spec.fetches_token()) else {
        return;
    };
    if !trace.world.platform.likely(&release::CREDENTIAL_OVERRIDE) {
        return;
    }
    let members = [
        ("fromRequestHeaders", &over.from_request_headers),
        ("fromDynamicMetadata", &over.from_dynamic_metadata),
    ];
    let effect = trace.world.platform.scoped(
        &release::CREDENTIAL_OVERRIDE,
        "500 with an empty body (unknown_backend): AI Gateway leaves the backend out of its configuration",
    );
    let key = policy.key();
    for (member, source) in members {
        if source.as_ref().is_none_or(|it| it.fallback_to_configured == Some(false)) {
            continue;
        }
        let path = format!("/spec/credentialOverride/{member}/fallbackToConfigured");
        let fix = Fix::review("refuse requests that bring no credential").set(&key, &path, false);
        out.push(
            Draft::at(key.clone(), path, format!("{key} falls back to a configured credential and has none"))
                .effect(&effect)
                .because(key.clone(), "/spec/gcpCredentials", "uses the identity of the Envoy pod")
                .fix(fix),
        );
    }
}
