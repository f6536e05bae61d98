//! A parentRef is in a group that Envoy Gateway ignores.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Attachment, Hop, World},
};

/// See `kubectl aigw-backend explain AIB607`.
pub static RULE: Rule = Rule {
    code: "AIB607",
    name: "parent-of-wrong-group",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway],
    docs: Docs {
        what: "A parentRef says kind Gateway, but in another group than gateway.networking.k8s.io.",
        why: "The API server checks the kind alone and AI Gateway the name alone, so the AIGatewayRoute is \
              Accepted. Envoy Gateway ignores the parent: the HTTPRoute has no status, and nothing attaches.",
        client: "404 with an empty body.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute NAME -o jsonpath='{.spec.parentRefs}'\n\
              kubectl -n NAMESPACE get httproute NAME -o jsonpath='{.status.parents}'",
        fix: "Write group gateway.networking.k8s.io, or leave the group out.",
        before: "spec:\n  \
              parentRefs: [{group: gateway.envoyproxy.io, kind: Gateway, name: gw}]",
        after: "spec:\n  \
              parentRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: gw}]",
    },
    refs: &["live", "ai-gateway@v1.1.0 api/v1beta1/ai_gateway_route.go"],
    check: Check::World(check),
};

const GROUP: &str = "gateway.networking.k8s.io";

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for parent in route.parents.iter().filter(|it| matches!(it.attachment, Attachment::NotAGateway)) {
            // another kind is refused by today's API servers, and may be taken by tomorrow's
            if parent.reference.kind.as_deref().is_some_and(|kind| kind != "Gateway") {
                continue;
            }
            let group = parent.reference.group.as_deref().unwrap_or_default();
            let path = format!("/spec/parentRefs/{}/group", parent.index);
            let fix = if parent.gateway.found().is_some() { Fix::safe } else { Fix::review };
            let fix = fix("write the group of Gateway API".to_owned()).set(&route.key, &path, GROUP);
            let message = format!(
                "{}: parent `{}` is of group `{group}`, which has no Gateways",
                route.key, parent.key.name
            );
            let draft = Draft::at(route.key.clone(), path, message)
                .effect("404: Envoy Gateway ignores this parent, though the route is Accepted")
                .hits(route.backends())
                .fix(fix);
            out.push(super::with_other_parents(draft, route, parent.index));
        }
    }
}
