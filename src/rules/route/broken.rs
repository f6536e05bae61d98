//! Rules in which some backends can be called and others cannot: each then gets a cluster of its own.

use crate::{
    model::BackendType,
    trace::{Address, Grant, Permission, RefTrace, RouteTrace, RuleTrace, Target, Trace, World},
};

/// The backends of such a rule.
pub(super) struct Broken<'w> {
    /// The first that cannot be called.
    pub odd: &'w RefTrace<'w>,
    /// Those that can.
    pub healthy: Vec<&'w RefTrace<'w>>,
}

/// Sorts the backends of a rule; `None` where all are alike, or where that cannot be told.
pub(super) fn broken<'w>(
    world: &'w World<'_>,
    route: &RouteTrace<'_>,
    rule: &'w RuleTrace<'w>,
) -> Option<Broken<'w>> {
    let active = rule.refs.iter().filter(|it| it.reference.weight() != 0);
    let refs: Option<Vec<(&RefTrace<'_>, bool)>> =
        active.map(|it| Some((it, is_callable(world, &route.key.namespace, it)?))).collect();
    let (healthy, broken): (Vec<_>, Vec<_>) = refs?.into_iter().partition(|(_, it)| *it);
    let (odd, _) = *broken.first()?;
    let healthy: Vec<&RefTrace<'_>> = healthy.into_iter().map(|(it, _)| it).collect();
    (!healthy.is_empty()).then_some(Broken { odd, healthy })
}

/// Whether Envoy Gateway makes endpoints of a reference: it is there, permitted, not refused, and not empty.
fn is_callable(world: &World<'_>, from: &str, reference: &RefTrace<'_>) -> Option<bool> {
    let trace = world.trace(reference.backend.found()?);
    let target = &trace.reference.key;
    if trace.reference.target != Target::Backend {
        return None;
    }
    match Grant::HttpRouteToBackend.check(world.cluster, from, &target.namespace, &target.name) {
        Permission::Unknown(_) => return None,
        Permission::Missing => return Some(false),
        Permission::Given => {}
    }
    if trace.reference.backend.is_absent() {
        return Some(false);
    }
    let backend = trace.reference.backend.found()?;
    (backend.spec.type_ == BackendType::Endpoints).then(|| has_endpoints(&trace))
}

fn has_endpoints(trace: &Trace<'_>) -> bool {
    let addresses = &trace.endpoint.addresses;
    !addresses.is_empty() && !addresses.iter().any(Address::is_refused) && !trace.tls.is_unverifiable()
}
