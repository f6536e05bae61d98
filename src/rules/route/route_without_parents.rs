//! An AIGatewayRoute names no Gateway.

use serde_json::json;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB608`.
pub static RULE: Rule = Rule {
    code: "AIB608",
    name: "route-without-parents",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute],
    docs: Docs {
        what: "An AIGatewayRoute has no parentRefs.",
        why: "The field may be left out, and AI Gateway says Accepted; but the HTTPRoute that it generates \
              belongs to no Gateway, and Envoy never hears of it.",
        client: "404: the models of this route are unknown.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute NAME -o jsonpath='{.spec.parentRefs}'",
        fix: "Name the Gateway in parentRefs.",
        before: "kind: AIGatewayRoute\n\
              spec:\n  \
              rules: []",
        after: "kind: AIGatewayRoute\n\
              spec:\n  \
              parentRefs: [{kind: Gateway, name: gw}]\n  \
              rules: []",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/ai_gateway_route.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in world.routes.iter().filter(|it| it.parents.is_empty()) {
        // up to v0.3 the parents were called targetRefs
        if !route.route.spec.target_refs.is_empty() {
            continue;
        }
        let mut gateways =
            world.cluster.gateways.iter().filter(|it| it.meta.namespace == route.key.namespace);
        let fix = match (gateways.next(), gateways.next()) {
            (Some(only), None) => {
                let parent = json!([{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": only.meta.name}]);
                let title = format!("attach it to Gateway `{}`", only.meta.name);
                Fix::review(title).set(&route.key, "/spec/parentRefs", parent)
            }
            _ => Fix::manual("name a Gateway in parentRefs"),
        };
        out.push(
            Draft::at(route.key.clone(), "/spec/parentRefs", format!("{} names no Gateway", route.key))
                .effect("404: its HTTPRoute belongs to no Gateway, though the route is Accepted")
                .hits(route.backends())
                .fix(fix),
        );
    }
}
