//! What all objects share: identity, metadata, conditions.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor},
};

use super::{Kind, Word};

/// The identity of an object: `Kind namespace/name`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace; empty when cluster-scoped.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl Key {
    /// A key from its parts; pass an empty namespace for cluster-scoped kinds.
    pub fn new(kind: Kind, namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Key { kind, namespace: namespace.into(), name: name.into() }
    }

    /// `namespace/name`, or the bare name when cluster-scoped.
    pub fn path(&self) -> String {
        if self.namespace.is_empty() {
            self.name.clone()
        } else {
            format!("{}/{}", self.namespace, self.name)
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.path())
    }
}

/// The part of `metadata` that is read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Meta {
    /// Name.
    pub name: String,
    /// Namespace; empty when cluster-scoped.
    pub namespace: String,
    /// Set by an API server; empty in a manifest that was never applied.
    pub uid: String,
    /// Counts changes of `spec`; 0 where the kind has none or the object comes from a manifest.
    pub generation: i64,
    /// When it was created; unknown in a manifest.
    pub creation_timestamp: Option<Timestamp>,
    /// When its deletion was asked for.
    pub deletion_timestamp: Option<Timestamp>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations of gateways and of this tool only: others may be large, or hold a Secret (last-applied).
    #[serde(deserialize_with = "our_annotations")]
    pub annotations: BTreeMap<String, String>,
    /// Finalizers.
    pub finalizers: Vec<String>,
    /// Owners.
    pub owner_references: Vec<OwnerReference>,
    /// When `spec` or `data` was last written, by whoever; unknown where nobody kept account of it.
    #[serde(rename = "managedFields", deserialize_with = "last_write")]
    pub written: Option<Timestamp>,
}

/// An entry of `managedFields`: a writer, and what it wrote last.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Written {
    time: Option<Timestamp>,
    subresource: String,
    fields_v1: Option<WrittenFields>,
}

/// Which parts of an object a writer wrote.
#[derive(Default, Deserialize)]
#[serde(default)]
struct WrittenFields {
    #[serde(rename = "f:spec")]
    spec: Option<IgnoredAny>,
    #[serde(rename = "f:data")]
    data: Option<IgnoredAny>,
}

fn last_write<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let entries: Option<Vec<Written>> = Deserialize::deserialize(from)?;
    let is_content = |it: &&Written| {
        let fields = it.fields_v1.as_ref();
        it.subresource.is_empty() && fields.is_some_and(|it| it.spec.is_some() || it.data.is_some())
    };
    Ok(entries.iter().flatten().filter(is_content).filter_map(|it| it.time).max())
}

/// Who owns an object.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct OwnerReference {
    pub kind: String,
    pub name: String,
}

/// What is not ours is passed over unread, as it may be large.
fn our_annotations<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    from.deserialize_map(Ours)
}

struct Ours;

impl<'de> Visitor<'de> for Ours {
    type Value = BTreeMap<String, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut ours = BTreeMap::new();
        while let Some(key) = entries.next_key::<String>()? {
            let prefixes =
                ["gateway.envoyproxy.io/", "aigateway.envoyproxy.io/", "rotators/", "aigw-backend/"];
            if prefixes.iter().any(|it| key.starts_with(it)) {
                ours.insert(key, entries.next_value()?);
            } else {
                entries.next_value::<IgnoredAny>()?;
            }
        }
        Ok(ours)
    }
}

/// A condition as controllers write it. `lastTransitionTime` is left out: it is the time of the last write here.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct Condition {
    #[serde(rename = "type")]
    pub type_: Word,
    pub status: Word,
    pub reason: Word,
    pub message: String,
    /// 0 where the controller does not set it: then staleness cannot be told.
    pub observed_generation: i64,
}

/// A status of conditions alone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Conditions {
    /// The conditions.
    pub conditions: Vec<Condition>,
}

/// The condition of that type, if it has that status.
pub fn has_condition<'a>(conditions: &'a [Condition], type_: &str, status: &str) -> Option<&'a Condition> {
    conditions.iter().find(|condition| condition.type_ == type_ && condition.status == status)
}

/// A kind whose status is not read.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct NoStatus {}

/// An object with `metadata`, `spec` and `status`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(bound(deserialize = "S: Deserialize<'de> + Default, T: Deserialize<'de> + Default"))]
pub struct Object<S, T = NoStatus> {
    /// Identity, labels, owners.
    #[serde(rename = "metadata")]
    pub meta: Meta,
    /// What was asked for.
    #[serde(default)]
    pub spec: S,
    /// What controllers say.
    #[serde(default)]
    pub status: T,
}

/// A type that holds one kind.
pub trait Resource: DeserializeOwned {
    /// The kind.
    const KIND: Kind;

    /// Its metadata.
    fn meta(&self) -> &Meta;

    /// Its identity.
    fn key(&self) -> Key {
        let meta = self.meta();
        Key::new(Self::KIND, meta.namespace.clone(), meta.name.clone())
    }
}

/// Implements [`Resource`] for types with a field `meta`.
macro_rules! resource {
    ($($type:ident),* $(,)?) => {$(
        impl crate::model::Resource for $type {
            const KIND: crate::model::Kind = crate::model::Kind::$type;
            fn meta(&self) -> &crate::model::Meta {
                &self.meta
            }
        }
    )*};
}
pub(crate) use resource;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_write_is_that_of_content() {
        let json = r#"{"name": "key", "managedFields": [
            {"manager": "kubectl-create", "time": "2026-09-01T00:00:00Z", "fieldsV1": {"f:data": {"f:apiKey": {}}}},
            {"manager": "kubectl-label", "time": "2026-09-03T00:00:00Z", "fieldsV1": {"f:metadata": {}}},
            {"manager": "x", "subresource": "status", "time": "2026-09-04T00:00:00Z", "fieldsV1": {"f:spec": {}}}]}"#;
        let meta: Meta = serde_json::from_str(json).unwrap();
        assert_eq!(meta.written, Some("2026-09-01T00:00:00Z".parse().unwrap()));
        assert_eq!(serde_json::from_str::<Meta>(r#"{"managedFields": null}"#).unwrap().written, None);
    }
}
