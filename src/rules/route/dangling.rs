//! Policies whose target does not exist, and the Gateway or route that they were meant for.

use std::collections::BTreeSet;

use super::super::near::nearest;
use crate::{
    model::{Key, Kind, ObjectReference},
    trace::{Policy, RouteTrace, World},
};

/// A target that was not found, of a policy that was meant for AI traffic.
pub(super) struct Dangling<'a> {
    /// The policy.
    pub policy: Policy<'a>,
    /// JSON pointer to the target.
    pub pointer: String,
    /// The target.
    pub target: Key,
    /// The Gateway or HTTPRoute that was meant.
    pub meant: Key,
    /// The backends behind that.
    pub hits: Vec<(String, String)>,
    /// Whether the target certainly does not exist, rather than that it could not be read.
    pub certain: bool,
}

/// All of them.
pub(super) fn all<'a>(world: &World<'a>) -> Vec<Dangling<'a>> {
    let policies = Policy::all(world.cluster);
    let mut found = vec![];
    for policy in &policies {
        for (pointer, it) in policy.pointers() {
            let Some((target, certain)) = missing(world, &policy.key, it) else { continue };
            let Some((meant, hits)) = meant(world, &target) else { continue };
            // pointing it there would only make two of one
            let taken = policies.iter().any(|it| {
                it.key.kind == policy.key.kind
                    && it.key.namespace == meant.namespace
                    && it
                        .pointers()
                        .any(|(_, it)| it.kind() == meant.kind.info().name && it.name == meant.name)
            });
            if !taken {
                found.push(Dangling { policy: policy.clone(), pointer, target, meant, hits, certain });
            }
        }
    }
    found
}

/// What a reference names, if that was not found, and whether it certainly does not exist.
fn missing(world: &World<'_>, policy: &Key, reference: &ObjectReference) -> Option<(Key, bool)> {
    let (cluster, namespace, name) = (world.cluster, &policy.namespace, &reference.name);
    match (reference.group(), reference.kind()) {
        ("gateway.networking.k8s.io", "Gateway") => {
            let gateway = cluster.gateways.get(namespace, name);
            let missing = gateway.found().is_none();
            missing.then(|| (Key::new(Kind::Gateway, namespace, name), gateway.is_absent()))
        }
        // AI Gateway makes some itself: of AIGatewayRoutes under their name, of MCPRoutes under this prefix
        ("gateway.networking.k8s.io", "HTTPRoute") if !name.starts_with("ai-eg-") => {
            let http = cluster.http_routes.get(namespace, name);
            let route = cluster.ai_gateway_routes.get(namespace, name);
            let missing = http.found().is_none() && route.found().is_none();
            let certain = http.is_absent() && route.is_absent();
            missing.then(|| (Key::new(Kind::HTTPRoute, namespace, name), certain))
        }
        _ => None,
    }
}

/// What was meant, if it carries AI traffic: a name that is close, the only one that holds the other or is held by it, or
/// the only Gateway.
fn meant(world: &World<'_>, target: &Key) -> Option<(Key, Vec<(String, String)>)> {
    let (cluster, namespace) = (world.cluster, &target.namespace);
    let mut there: BTreeSet<&str> = BTreeSet::new();
    if target.kind == Kind::Gateway {
        there.extend(cluster.gateways.in_namespace(namespace).items.iter().map(|it| it.meta.name.as_str()));
    } else {
        there
            .extend(cluster.http_routes.in_namespace(namespace).items.iter().map(|it| it.meta.name.as_str()));
        there.extend(
            cluster.ai_gateway_routes.in_namespace(namespace).items.iter().map(|it| it.meta.name.as_str()),
        );
    }
    let holds = |it: &&&str| it.contains(&target.name) || target.name.contains(**it);
    let holding: Vec<&&str> = there.iter().filter(holds).collect();
    let name = match (nearest(&target.name, there.iter().copied()), holding.as_slice()) {
        (Some(near), _) => near,
        (None, [only]) => only,
        // of Gateways there are few, and routes may belong to anything
        (None, _) if target.kind == Kind::Gateway && there.len() == 1 => there.first()?,
        (None, _) => return None,
    };
    if target.kind == Kind::Gateway {
        let gateway = world.ai_gateways().find(|it| it.key.namespace == *namespace && it.key.name == name)?;
        Some((gateway.key.clone(), world.backends_on(&gateway.key)))
    } else {
        let is_it = |it: &&RouteTrace<'_>| it.http_key.namespace == *namespace && it.http_key.name == name;
        let route = world.routes.iter().find(is_it)?;
        Some((route.http_key.clone(), route.backends().collect()))
    }
}
