//! What a change of some objects makes the controllers look at anew.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{AssumedVersions, RouteTrace, Trace, World};
use crate::{
    cluster::{Cluster, Overlaid, Overlay},
    model::{HTTPRoute, Key, Kind, Resource as _, names},
};

/// A cluster as it would be with objects laid over it, once the controllers have looked at it anew.
pub fn laid(overlay: &Overlay, live: &Cluster, now: Timestamp, versions: &AssumedVersions) -> Overlaid {
    let mut laid = overlay.lay(live);
    let (stale, generated) = affected(&World::new(&laid.cluster, now, versions), &laid.changed);
    laid.settle(&stale, generated);
    laid
}

/// Objects whose status was about another state of the cluster, and the HTTPRoutes that AI Gateway writes anew.
fn affected(world: &World<'_>, changed: &BTreeSet<Key>) -> (BTreeSet<Key>, Vec<HTTPRoute>) {
    let mut stale = BTreeSet::new();
    let mut backends: BTreeSet<Key> = BTreeSet::new();
    for trace in world.traces() {
        if needs(&trace).iter().any(|it| changed.contains(it)) {
            backends.insert(trace.backend.key());
            stale.extend(judged(&trace));
        }
    }
    let mut generated = vec![];
    for route in &world.routes {
        let leads = route.rules.iter().flat_map(|it| &it.refs).any(|it| {
            // one that was missing until now is named all the same
            backends.contains(&it.key) || changed.contains(&it.key) || is_granted(changed, &it.key.namespace)
        });
        if leads || is_touched(route, changed) {
            stale.extend([route.key.clone(), route.http_key.clone()]);
            generated.extend(route.generate(&world.platform));
        }
    }
    (stale, generated)
}

fn is_granted(changed: &BTreeSet<Key>, namespace: &str) -> bool {
    changed.iter().any(|it| it.kind == Kind::ReferenceGrant && it.namespace == namespace)
}

fn is_touched(route: &RouteTrace<'_>, changed: &BTreeSet<Key>) -> bool {
    changed.contains(&route.key)
        || changed.contains(&route.http_key)
        || changed.contains(&route.host_filter_key)
        || route.parents.iter().any(|it| changed.contains(&it.key))
        || changed.iter().any(|it| it.kind == Kind::GatewayClass || it.name == names::ENVOY_GATEWAY_CONFIG)
}

/// What the way to a backend consists of.
fn needs(trace: &Trace<'_>) -> Vec<Key> {
    let mut keys = vec![trace.backend.key(), trace.reference.key.clone()];
    keys.extend(judged(trace));
    keys.extend(trace.tls.cas.iter().filter_map(|it| it.key.clone()));
    keys.extend(trace.tls.client_certificate.iter().map(|(key, _)| key.clone()));
    keys.extend(trace.tls.missed.iter().map(|it| it.policy.key()));
    keys.extend(trace.credential.secret.iter().map(|it| it.key.clone()));
    keys
}

/// What the controllers judge by it.
fn judged(trace: &Trace<'_>) -> Vec<Key> {
    let mut keys = vec![trace.backend.key(), trace.reference.key.clone()];
    keys.extend(trace.tls.policy.map(crate::model::Resource::key));
    keys.extend(trace.tls.conflicts.iter().map(|it| it.loser.key()));
    keys.extend(trace.credential.policies.iter().map(|it| it.policy.key()));
    keys
}
