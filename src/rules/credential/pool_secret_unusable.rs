//! A policy for an InferencePool whose key is not there.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    pool,
};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, SecretTrace, World},
};

/// See `kubectl aigw-backend explain AIB441`.
pub static RULE: Rule = Rule {
    code: "AIB441",
    name: "pool-secret-unusable",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret, Kind::AIGatewayRoute, Kind::Gateway],
    docs: Docs {
        what: "A BackendSecurityPolicy for an InferencePool that a route leads to reads a Secret that does \
              not exist, or that lacks the key of its type. For AIServiceBackends secret-missing and its \
              like say so.",
        why: "AI Gateway logs the error, leaves the pool out of the configuration of ext_proc and says \
              Accepted all the same.",
        client: "500 with an empty body for requests to the pool.",
        confirm: "kubectl -n NAMESPACE get secret NAME\n\
              kubectl -n envoy-ai-gateway-system logs deploy/ai-gateway-controller | grep 'Skipping this backend'",
        fix: "Create the Secret beside the policy, with the key that the type reads.",
        before: "kind: BackendSecurityPolicy\n\
              spec:\n  \
              targetRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: pool}]\n  \
              apiKey: {secretRef: {name: pool-kye}}",
        after: "kind: BackendSecurityPolicy\n\
              spec:\n  \
              targetRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: pool}]\n  \
              apiKey: {secretRef: {name: pool-key}}",
    },
    refs: &["ai-gateway@v1.1.0 internal/controller/gateway.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for policy in world.cluster.backend_security_policies.iter() {
        // then the rules for backends look at the same Secret
        if policy.spec.target_refs.iter().any(|it| it.kind() == "AIServiceBackend") {
            continue;
        }
        let Some(secret) = SecretTrace::of(world.cluster, policy) else { continue };
        if !world.ai_gateways().any(|it| pool::target(world, policy, it).is_some()) {
            continue;
        }
        let (key, entry) = (&secret.key, secret.entry);
        let by = policy.key();
        let draft = if secret.secret.is_absent() {
            Draft::missing(
                key.clone(),
                format!("{key} does not exist, and {by} takes its `{entry}` from there"),
            )
        } else if secret.secret.found().is_some() && secret.value().is_none() {
            Draft::at(key.clone(), "/data", format!("{key} has no `{entry}`, which {by} reads"))
        } else {
            continue;
        };
        out.push(
            draft
                .effect(
                    "500 with an empty body for requests to the InferencePool, which AI Gateway leaves out",
                )
                .because(by, secret.pointer, "refers to it")
                .hits([])
                .fix(Fix::manual(format!("create it with the key `{entry}`"))),
        );
    }
}
