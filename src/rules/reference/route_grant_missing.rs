//! No ReferenceGrant lets an AIGatewayRoute refer to an AIServiceBackend.

use super::{
    super::{Check, Docs, Findings, Rule, Severity},
    grant,
};
use crate::{
    model::Kind,
    trace::{Grant, Hop, Permission, World, release},
};

/// See `kubectl aigw-backend explain AIB105`.
pub static RULE: Rule = Rule {
    code: "AIB105",
    name: "route-grant-missing",
    hop: Hop::Reference,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::ReferenceGrant],
    docs: Docs {
        what: "An AIGatewayRoute refers to an AIServiceBackend in another namespace, and no ReferenceGrant there \
               permits it.",
        why: "AI Gateway gives up on the whole route: its HTTPRoute is not written any more, and changes of keys no \
              longer reach Envoy for any backend of the route. It notices a grant that is taken away only at the \
              next change, so that the route may look Accepted for a while. Envoy Gateway needs a second grant, from \
              HTTPRoute to Backend.",
        client: "404 where the route never worked; else the old configuration, with keys that expire.",
        confirm: "kubectl -n ROUTE_NAMESPACE get aigatewayroute ROUTE -o jsonpath='{.status.conditions}'\n\
                  kubectl -n BACKEND_NAMESPACE get referencegrants -o yaml",
        fix: "Create the grant in the namespace of the AIServiceBackend.",
        before: "kind: AIGatewayRoute\nmetadata: {namespace: apps}\nspec:\n  rules:\n  - backendRefs:\n    - {name: openai, namespace: models}",
        after: "kind: ReferenceGrant\nmetadata: {namespace: models}\nspec:\n  from:\n  \
                - {group: aigateway.envoyproxy.io, kind: AIGatewayRoute, namespace: apps}\n  \
                to:\n  - {group: aigateway.envoyproxy.io, kind: AIServiceBackend}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/referencegrant.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    // before, references had no namespace
    if world.platform.holds(&release::CROSS_NAMESPACE_BACKENDS) == Some(false) {
        return;
    }
    for route in &world.routes {
        for rule in &route.rules {
            for it in &rule.refs {
                // a backend that is not there is the cause, whoever may refer to it: ai-service-backend-missing
                if it.permission != Permission::Missing || it.backend.found().is_none() {
                    continue;
                }
                let effect = if route.outgrown(&world.platform).is_some() {
                    super::crash(&world.platform)
                } else if route.is_accepted() {
                    "AI Gateway gives up on the whole route at its next change: no new keys, no new rules"
                        .to_owned()
                } else {
                    "AI Gateway gives up on the whole route: 404 if it never worked, else no new keys and rules"
                        .to_owned()
                };
                let path = format!("/spec/rules/{}/backendRefs/{}", rule.index, it.index);
                out.push(
                    grant::missing(world, Grant::RouteToBackend, &route.key.namespace, &it.key)
                        .effect(effect)
                        .because(route.key.clone(), path, format!("refers to {}", it.key))
                        .hits(route.backends()),
                );
            }
        }
    }
}
