//! Findings about ReferenceGrants that are missing.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::{Draft, Fix};
use crate::{
    cluster::Cluster,
    model::{Key, Kind, Resource as _},
    trace::{Grant, Miss, NearGrant, Permission, RefTrace, World},
};

/// A grant that is missing in the namespace of `to`, so that objects in `from` may refer to it.
pub(in crate::rules) fn missing(world: &World<'_>, grant: Grant, from: &str, to: &Key) -> Draft {
    let cluster = world.cluster;
    let (source, target) = (grant.from().1, grant.to().1);
    let near = grant.near(cluster, from, &to.namespace, &to.name);
    let message =
        format!("{source}s of namespace `{from}` may not refer to {to}: no ReferenceGrant permits it");
    // Envoy Gateway looks at the first grant for the kinds: one with a wrong group hides a right one, now and then
    let group = near.iter().find_map(|it| match it.miss {
        Miss::Group(_, right) => Some((it, right)),
        Miss::Namespace(_) | Miss::Names(_) => None,
    });
    let restricted = || near.iter().find(|it| matches!(it.miss, Miss::Names(_)));
    let names = wanted(world, grant, from, &to.namespace);
    let mut draft = if let Some((it, right)) = group {
        Draft::at(it.grant.key(), it.pointer.clone(), message).fix(Fix::review("correct the group").set(
            &it.grant.key(),
            &it.pointer,
            right,
        ))
    } else if let Some(it) = restricted() {
        let title =
            format!("permit {target} `{}` too", names.iter().cloned().collect::<Vec<_>>().join("`, `"));
        let fix = names
            .iter()
            .fold(Fix::review(title), |fix, name| fix.set(&it.grant.key(), "/spec/to/-", grant.target(name)));
        Draft::at(it.grant.key(), it.pointer.clone(), message).fix(fix)
    } else {
        let key = free_key(cluster, source, from, &to.namespace);
        let title = format!("permit {source}s of `{from}` to refer to what they name in `{}`", to.namespace);
        let manifest = manifest(cluster, grant, from, &key, &names);
        Draft::missing(key, message).fix(Fix::safe(title).create(manifest))
    };
    for it in &near {
        draft = draft.because(it.grant.key(), it.pointer.clone(), words(it));
    }
    draft
}

/// Names of all that objects in `from` refer to in another namespace without being permitted to.
fn wanted(world: &World<'_>, grant: Grant, from: &str, to: &str) -> BTreeSet<String> {
    let named: Vec<(String, String)> = match grant {
        Grant::GatewayToSecret => {
            let gateways = world.ai_gateways().filter(|it| it.key.namespace == from);
            let certificates = gateways.flat_map(|gateway| {
                gateway.gateway.spec.listeners.iter().flat_map(|it| gateway.certificates(world, it))
            });
            certificates.map(|(key, _)| (key.namespace, key.name)).collect()
        }
        Grant::RouteToBackend | Grant::HttpRouteToBackend => {
            let routes = world.routes.iter().filter(|route| route.key.namespace == from);
            let refs = routes.flat_map(|route| &route.rules).flat_map(|rule| &rule.refs);
            refs.filter_map(|it| named(grant, it)).collect()
        }
    };
    let there = named.into_iter().filter(|(namespace, _)| namespace == to).map(|(_, name)| name);
    there.filter(|name| grant.check(world.cluster, from, to, name) == Permission::Missing).collect()
}

/// What a backendRef leads to, as (namespace, name).
fn named(grant: Grant, it: &RefTrace<'_>) -> Option<(String, String)> {
    let backend = it.backend.found()?;
    if grant == Grant::RouteToBackend {
        return Some((it.key.namespace.clone(), it.key.name.clone()));
    }
    let target = &backend.spec.backend_ref;
    let namespace = target.namespace.as_ref().unwrap_or(&backend.meta.namespace);
    Some((namespace.clone(), target.name.clone()))
}

fn words(near: &NearGrant<'_>) -> String {
    match &near.miss {
        Miss::Group(seen, right) => format!("group `{seen}` where `{right}` is needed"),
        Miss::Namespace(other) => format!("permits namespace `{other}` only"),
        Miss::Names(others) => format!("permits `{}` only", others.join("`, `")),
    }
}

/// A name that says what is permitted, and that no other grant has.
fn free_key(cluster: &Cluster, source: Kind, from: &str, to: &str) -> Key {
    let stem = format!("{}s-from-{from}", source.to_string().to_lowercase());
    let key = Key::new(Kind::ReferenceGrant, to, &stem);
    if cluster.has(&key) { Key::new(Kind::ReferenceGrant, to, format!("{stem}-2")) } else { key }
}

fn manifest(
    cluster: &Cluster,
    grant: Grant,
    from: &str,
    key: &Key,
    names: &BTreeSet<String>,
) -> serde_json::Value {
    let (from_group, from_kind) = grant.from();
    json!({
        "apiVersion": cluster.api_version(Kind::ReferenceGrant),
        "kind": "ReferenceGrant",
        "metadata": {"name": key.name, "namespace": key.namespace},
        "spec": {
            "from": [{"group": from_group, "kind": from_kind.info().name, "namespace": from}],
            "to": names.iter().map(|name| grant.target(name)).collect::<Vec<_>>(),
        },
    })
}
