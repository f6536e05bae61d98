//! CA references of TLS settings, resolved as Envoy Gateway does (gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go).

use super::{Gaps, Platform, release};
use crate::{
    cluster::Cluster,
    model::{Key, Kind, ObjectReference, Pem},
};

/// One CA reference.
#[derive(Debug, Clone)]
pub struct Ca<'a> {
    /// The object with the reference.
    pub owner: Key,
    /// JSON pointer to the reference.
    pub pointer: String,
    /// The reference.
    pub reference: &'a ObjectReference,
    /// What it names, for kinds that can hold a CA.
    pub key: Option<Key>,
    /// What it resolves to.
    pub state: CaState<'a>,
}

/// What a CA reference resolves to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaState<'a> {
    /// Neither ConfigMap nor Secret nor ClusterTrustBundle.
    UnsupportedKind,
    /// No such object.
    Missing,
    /// It could not be read; ClusterTrustBundles are not read at all.
    Unknown,
    /// It has no key that Envoy Gateway would take.
    NoKey,
    /// Taken: the key, whether other keys could have been meant, and its value.
    Taken {
        /// The key.
        key: &'a str,
        /// Several keys and none is `ca.crt`: the first by name is taken.
        by_chance: bool,
        /// Its value.
        pem: &'a Pem,
    },
}

/// CA references are local to the object that has them.
pub(super) fn resolve<'a>(
    cluster: &'a Cluster,
    gaps: &mut Gaps,
    owner: Key,
    pointer: String,
    reference: &'a ObjectReference,
    platform: &Platform<'_>,
) -> Ca<'a> {
    let named = |kind| Key::new(kind, &owner.namespace, &reference.name);
    let (key, state) = match reference.kind.as_deref().unwrap_or("ConfigMap") {
        "ConfigMap" => {
            let key = named(Kind::ConfigMap);
            let lookup = gaps.seen(&key, cluster.config_maps.get(&key.namespace, &key.name));
            let state = match lookup.found() {
                Some(map) => {
                    let keys: Vec<(&str, &Pem)> =
                        map.data.iter().map(|(key, pem)| (key.as_str(), pem)).collect();
                    take(&keys, true, platform)
                }
                None => missing(lookup.is_absent()),
            };
            (Some(key), state)
        }
        "Secret" => {
            let key = named(Kind::Secret);
            let lookup = gaps.seen(&key, cluster.secrets.get(&key.namespace, &key.name));
            let state = match lookup.found() {
                Some(secret) => {
                    let keys: Vec<(&str, &Pem)> =
                        secret.data.iter().map(|(key, it)| (key.as_str(), &it.pem)).collect();
                    take(&keys, false, platform)
                }
                None => missing(lookup.is_absent()),
            };
            (Some(key), state)
        }
        "ClusterTrustBundle" => (None, CaState::Unknown),
        _ => (None, CaState::UnsupportedKind),
    };
    Ca { owner, pointer, reference, key, state }
}

fn missing<'a>(absent: bool) -> CaState<'a> {
    if absent { CaState::Missing } else { CaState::Unknown }
}

/// `ca.crt`; else `tls.crt` (from v1.9); else the only key (from v1.6). Of a ConfigMap with several other keys, the cache keeps the
/// first by name, so that one is the only one left.
fn take<'a>(keys: &[(&'a str, &'a Pem)], config_map: bool, platform: &Platform<'_>) -> CaState<'a> {
    let named = |name: &str| keys.iter().find(|(key, _)| *key == name);
    let tls_crt = named("tls.crt").filter(|_| platform.holds(&release::TLS_CRT_AS_CA) == Some(true));
    let strict = platform.holds(&release::ONLY_KEY_AS_CA) == Some(false);
    let (chosen, by_chance) = match (named("ca.crt").or(tls_crt), keys) {
        (None, _) if strict => return CaState::NoKey,
        (Some(named), _) => (named, false),
        (None, [only]) => (only, false),
        (None, [first, ..]) if config_map => (first, true),
        (None, _) => return CaState::NoKey,
    };
    CaState::Taken { key: chosen.0, by_chance, pem: chosen.1 }
}
