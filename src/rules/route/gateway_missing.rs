//! The parentRef names a Gateway that does not exist.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, near::nearest};
use crate::{
    model::{Key, Kind},
    trace::{Attachment, Hop, World},
};

/// See `kubectl aigw-backend explain AIB606`.
pub static RULE: Rule = Rule {
    code: "AIB606",
    name: "gateway-missing",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway],
    docs: Docs {
        what: "A parentRef of an AIGatewayRoute names a Gateway that does not exist.",
        why: "AI Gateway makes the HTTPRoute, then stops: the route is NotAccepted (`gateway … not found`), \
              and new keys of its backends do not reach Envoy, also not through another parent that does \
              exist.",
        client: "Nothing answers under this Gateway; through another parent the route goes on with what Envoy \
              has already.",
        confirm: "kubectl get gateways -A\n\
              kubectl -n NAMESPACE get aigatewayroute NAME -o jsonpath='{.status.conditions}'",
        fix: "Create the Gateway, or correct the name or namespace in parentRefs.",
        before: "kind: AIGatewayRoute\n\
              spec:\n  \
              parentRefs: [{kind: Gateway, name: gateway}]",
        after: "kind: AIGatewayRoute\n\
              spec:\n  \
              parentRefs: [{kind: Gateway, name: gw}]",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/ai_gateway_route.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for parent in route.parents.iter().filter(|it| matches!(it.attachment, Attachment::NoGateway)) {
            let at = format!("/spec/parentRefs/{}", parent.index);
            let draft = Draft::missing(parent.key.clone(), format!("{} does not exist", parent.key))
                .effect("no request comes in here, and AI Gateway stops half way: changes and new keys do not reach Envoy")
                .because(route.key.clone(), at.clone(), "names it as parent")
                .hits(route.backends())
                .fix(fix(world, &route.key, &parent.key, &at));
            out.push(super::with_other_parents(draft, route, parent.index));
        }
    }
}

fn fix(world: &World<'_>, route: &Key, missing: &Key, at: &str) -> Fix {
    let here = world.cluster.gateways.in_namespace(&missing.namespace).items;
    if let Some(near) = nearest(&missing.name, here.iter().map(|it| it.meta.name.as_str())) {
        return Fix::review(format!("refer to Gateway `{near}`")).set(route, &format!("{at}/name"), near);
    }
    if let Some(other) = world.cluster.gateways.iter().find(|it| it.meta.name == missing.name) {
        let namespace = other.meta.namespace.as_str();
        return Fix::review(format!("refer to the one in `{namespace}`")).set(
            route,
            &format!("{at}/namespace"),
            namespace,
        );
    }
    Fix::manual(format!("create {missing}, or name another Gateway"))
}
