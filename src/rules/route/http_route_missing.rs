//! An accepted AIGatewayRoute has no HTTPRoute.

use super::super::{Check, Docs, Draft, Findings, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB603`.
pub static RULE: Rule = Rule {
    code: "AIB603",
    name: "http-route-missing",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::HTTPRoute],
    docs: Docs {
        what: "AI Gateway says that it accepted the AIGatewayRoute, but the HTTPRoute of the same name, which \
              it generates, does not exist.",
        why: "Envoy Gateway knows HTTPRoutes only. Without the generated one Envoy has no route, whatever \
              the status of the AIGatewayRoute says.",
        client: "404 with an empty body, or a refused connection when nothing else is on the Gateway.",
        confirm: "kubectl -n NAMESPACE get httproute NAME\n\
              kubectl -n envoy-ai-gateway-system logs deployment/ai-gateway-controller | grep HTTPRoute",
        fix: "Restart the AI Gateway controller, or change the spec of the AIGatewayRoute: both make it \
              generate the HTTPRoute anew. Look for who deleted it: a tool that prunes what is not in git \
              does.",
        before: "# kubectl get httproute chat\n\
              Error from server (NotFound)",
        after: "# kubectl get httproute chat\n\
              NAME   HOSTNAMES   AGE\n\
              chat               5s",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/ai_gateway_route.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in world.routes.iter().filter(|it| {
        it.is_accepted()
            && it.http.is_absent()
            && it.route.meta.deletion_timestamp.is_none()
            && !it.parents.is_empty()
    }) {
        out.push(
            Draft::missing(
                route.http_key.clone(),
                format!("{}, which AI Gateway generates, does not exist", route.http_key),
            )
            .effect("404: Envoy Gateway has nothing to route by, though the AIGatewayRoute is Accepted")
            .because(route.key.clone(), "/status/conditions", "says that it was accepted")
            .hits(route.backends())
            .fix(super::regenerate(world)),
        );
    }
}
