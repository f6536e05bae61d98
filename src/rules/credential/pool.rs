//! Policies for InferencePools, to which no AIServiceBackend leads.

use crate::{
    model::{BackendSecurityPolicy, Key, Kind, ObjectReference},
    trace::{GatewayTrace, RouteTrace, World},
};

/// The index of a target that is an InferencePool, to which a route on the Gateway leads.
pub(super) fn target(
    world: &World<'_>,
    policy: &BackendSecurityPolicy,
    gateway: &GatewayTrace<'_>,
) -> Option<usize> {
    let leads = |route: &RouteTrace<'_>, pool: &Key| {
        route.rules.iter().flat_map(|it| &it.refs).any(|it| it.pool.is_some() && it.key == *pool)
    };
    let is_used = |it: &ObjectReference| {
        let pool = Key::new(Kind::InferencePool, &policy.meta.namespace, &it.name);
        it.kind() == "InferencePool" && world.routes_on(&gateway.key).any(|route| leads(route, &pool))
    };
    policy.spec.target_refs.iter().position(is_used)
}
