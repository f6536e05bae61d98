//! What a policy of Envoy Gateway covers of AI traffic.

use crate::{
    model::Key,
    trace::{GatewayTrace, Policy, RouteTrace, World},
};

/// The Gateways and generated HTTPRoutes that a policy covers, each with the backends behind it.
pub(super) fn covered(
    world: &World<'_>,
    policies: &[Policy<'_>],
    policy: &Policy<'_>,
) -> Vec<(Key, Vec<(String, String)>)> {
    let mut found = vec![];
    for gateway in world.ai_gateways() {
        if policy.is_on(&gateway.key, &gateway.gateway.meta.labels) {
            // a route's own policy of the kind takes the place of the Gateway's
            let own = |route: &RouteTrace<'_>| {
                policies.iter().any(|it| it.key.kind == policy.key.kind && is_on_route(it, route))
            };
            let routes = world.routes_on(&gateway.key).filter(|it| is_met(policy, gateway, it) && !own(it));
            found.push((gateway.key.clone(), routes.flat_map(RouteTrace::backends).collect()));
        }
    }
    for route in world.routes.iter().filter(|it| is_on_route(policy, it)) {
        let sections = policy.sections(&route.http_key);
        let named = |it: &Option<String>| {
            sections.as_ref().is_none_or(|all| it.as_deref().is_some_and(|it| all.contains(&it)))
        };
        let rules = route.rules.iter().filter(|it| named(&it.rule.name));
        let refs = rules.flat_map(|it| &it.refs).filter(|it| it.backend.found().is_some());
        found.push((
            route.http_key.clone(),
            refs.map(|it| (it.key.namespace.clone(), it.key.name.clone())).collect(),
        ));
    }
    found
}

fn is_on_route(policy: &Policy<'_>, route: &RouteTrace<'_>) -> bool {
    policy.is_on(&route.http_key, &route.route.meta.labels)
}

/// Whether a route attaches to a listener that a policy covers.
fn is_met(policy: &Policy<'_>, gateway: &GatewayTrace<'_>, route: &RouteTrace<'_>) -> bool {
    let Some(sections) = policy.sections(&gateway.key) else { return true };
    route.listeners().any(|(key, it)| *key == gateway.key && sections.contains(&it.name.as_str()))
}
