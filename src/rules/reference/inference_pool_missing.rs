//! A route names an InferencePool that does not exist.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, near::nearest};
use crate::{
    cluster::Lookup,
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB107`.
pub static RULE: Rule = Rule {
    code: "AIB107",
    name: "inference-pool-missing",
    hop: Hop::Reference,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::InferencePool],
    docs: Docs {
        what: "A rule of an AIGatewayRoute names an InferencePool that does not exist, or whose CRD is not installed.",
        why: "AI Gateway copies the reference into the HTTPRoute without looking, and Envoy Gateway finds nothing \
              behind it. The AIGatewayRoute stays Accepted.",
        client: "500 with an empty body for the requests of that rule.",
        confirm: "kubectl -n NAMESPACE get inferencepools\n\
                  kubectl -n NAMESPACE get httproute ROUTE -o jsonpath='{.status.parents[*].conditions}'",
        fix: "Create the InferencePool, or correct the name.",
        before: "kind: AIGatewayRoute\nspec:\n  rules:\n  - backendRefs:\n    \
                 - {group: inference.networking.k8s.io, kind: InferencePool, name: lama}",
        after: "kind: AIGatewayRoute\nspec:\n  rules:\n  - backendRefs:\n    \
                - {group: inference.networking.k8s.io, kind: InferencePool, name: llama}",
    },
    refs: &[
        "ai-gateway@v1.1.0 internal/controller/ai_gateway_route.go",
        "gateway@v1.8.1 internal/gatewayapi/validate.go",
    ],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for rule in &route.rules {
            for it in rule.refs.iter().filter(|it| it.pool.as_ref().is_some_and(Lookup::is_absent)) {
                let path = format!("/spec/rules/{}/backendRefs/{}/name", rule.index, it.index);
                let there = world.cluster.inference_pools.in_namespace(&it.key.namespace).items;
                let fix = match nearest(&it.key.name, there.iter().map(|pool| pool.meta.name.as_str())) {
                    Some(name) => {
                        Fix::review(format!("refer to InferencePool `{name}`")).set(&route.key, &path, name)
                    }
                    None => Fix::manual(format!("create {}", it.key)),
                };
                out.push(
                    Draft::missing(it.key.clone(), format!("{} does not exist", it.key))
                        .effect("500 with an empty body for the requests of the rule: Envoy Gateway answers itself")
                        .because(route.key.clone(), path, "refers to it")
                        .fix(fix),
                );
            }
        }
    }
}
