//! Findings about ReferenceGrants that are missing.

use serde_json::json;

use super::super::{Draft, Fix};
use crate::{
    cluster::Cluster,
    model::{Key, Kind, Resource as _},
    trace::{Grant, Miss, NearGrant},
};

/// A grant that is missing in `to` for `name`, so that objects in `from` may refer to it.
pub(super) fn missing(cluster: &Cluster, grant: Grant, from: &str, to: &Key) -> Draft {
    let (source, target) = (grant.from().1, grant.to().1);
    let near = grant.near(cluster, from, &to.namespace, &to.name);
    let key = free_key(cluster, source, from, &to.namespace);
    let mut draft = Draft::missing(
        key.clone(),
        format!("{source}s of namespace `{from}` may not refer to {to}: no ReferenceGrant permits it"),
    );
    for it in &near {
        draft = draft.because(it.grant.key(), it.pointer.clone(), words(it));
    }
    // Envoy Gateway looks at the first grant for the kinds: one with a wrong group hides a right one, now and then
    let group = near.iter().find_map(|it| match it.miss {
        Miss::Group(_, right) => Some((it, right)),
        Miss::Namespace(_) | Miss::Name(_) => None,
    });
    if let Some((it, right)) = group {
        draft.fix(Fix::review("correct the group").set(&it.grant.key(), &it.pointer, right))
    } else {
        let title = format!("permit {source}s of `{from}` to refer to {target}s of `{}`", to.namespace);
        draft.fix(Fix::safe(title).create(manifest(cluster, grant, from, &key)))
    }
}

fn words(near: &NearGrant<'_>) -> String {
    match near.miss {
        Miss::Group(seen, right) => format!("group `{seen}` where `{right}` is needed"),
        Miss::Namespace(other) => format!("permits namespace `{other}` only"),
        Miss::Name(other) => format!("permits `{other}` only"),
    }
}

/// A name that says what is permitted, and that no other grant has.
fn free_key(cluster: &Cluster, source: Kind, from: &str, to: &str) -> Key {
    let stem = format!("{}s-from-{from}", source.to_string().to_lowercase());
    let key = Key::new(Kind::ReferenceGrant, to, &stem);
    if cluster.has(&key) { Key::new(Kind::ReferenceGrant, to, format!("{stem}-2")) } else { key }
}

fn manifest(cluster: &Cluster, grant: Grant, from: &str, key: &Key) -> serde_json::Value {
    let ((from_group, from_kind), (to_group, to_kind)) = (grant.from(), grant.to());
    json!({
        "apiVersion": cluster.api_version(Kind::ReferenceGrant),
        "kind": "ReferenceGrant",
        "metadata": {"name": key.name, "namespace": key.namespace},
        "spec": {
            "from": [{"group": from_group, "kind": from_kind.info().name, "namespace": from}],
            "to": [{"group": to_group, "kind": to_kind.info().name}],
        },
    })
}
