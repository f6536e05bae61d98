//! A BackendSecurityPolicy without targets.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};

use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, World, release},
};

/// See `kubectl aigw-backend explain AIB415`.
pub static RULE: Rule = Rule {
    code: "AIB415",
    name: "policy-without-targets",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy],
    docs: Docs {
        what: "targetRefs is empty or not there.",
        why: "A policy applies to what its targetRefs name, and nothing else refers to it since v0.4. It \
              stays Accepted.",
        client: "Nothing by itself; the backend that was meant has no credential, and the provider answers \
              401.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicies -o yaml",
        fix: "Name the AIServiceBackends, or delete the policy.",
        before: "kind: BackendSecurityPolicy\n\
              spec:\n  \
              type: APIKey\n  \
              apiKey: {secretRef: {name: key}}",
        after: "kind: BackendSecurityPolicy\n\
              spec:\n  \
              targetRefs: [{group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: openai}]\n  \
              type: APIKey\n  \
              apiKey: {secretRef: {name: key}}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/backend_security_policy.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    // before v0.4 backends referred to their policy instead
    if !world.platform.likely(&release::TARGET_REFS_ALONE) {
        return;
    }
    for policy in world.cluster.backend_security_policies.iter().filter(|it| it.spec.target_refs.is_empty()) {
        let key = policy.key();
        out.push(
            Draft::at(key.clone(), "/spec/targetRefs", format!("{key} targets nothing"))
                .effect(world.platform.scoped(
                    &release::TARGET_REFS_ALONE,
                    "the policy has no effect: no request gets this credential",
                ))
                .hits([])
                .fix(Fix::manual("name the AIServiceBackends in `targetRefs`, or delete the policy")),
        );
    }
}
