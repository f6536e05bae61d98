//! What one backend needs, as objects: a [`Wanted`] in, [`Manifest`]s out. Pure: nothing is looked up, nothing is left
//! to chance.

mod backend;
mod credential;
mod route;
mod wanted;

pub use credential::shared;
pub use route::widened;
pub use wanted::{
    Access, Address, Credential, Host, Mutations, Oidc, Pool, RouteWanted, SchemaWanted, SecretSlot, Tls,
    Wanted, WantedBackend,
};

use serde_json::{Map, Value, json};

use crate::model::{Key, Kind, names::LAST_APPLIED};

/// An object to create.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// Its identity.
    pub key: Key,
    /// The object, without a status.
    pub json: Value,
    /// Why it is as it is, where a choice was made; a line each.
    pub notes: Vec<String>,
}

impl Manifest {
    fn new(kind: Kind, namespace: &str, name: &str, spec: Value) -> Self {
        let json = json!({
            "apiVersion": kind.api_version(),
            "kind": kind.to_string(),
            "metadata": {"name": name, "namespace": namespace},
            "spec": without_nulls(spec),
        });
        Manifest { key: Key::new(kind, namespace, name), json, notes: vec![] }
    }

    /// An object that is there, without what the server and the controllers have written.
    pub fn of(key: Key, mut json: Value) -> Self {
        if let Some(fields) = json.as_object_mut() {
            fields.remove("status");
        }
        if let Some(meta) = json.get_mut("metadata").and_then(Value::as_object_mut) {
            meta.retain(|name, _| ["name", "namespace", "labels", "annotations"].contains(&name.as_str()));
            if let Some(annotations) = meta.get_mut("annotations").and_then(Value::as_object_mut) {
                annotations.remove(LAST_APPLIED);
            }
            meta.retain(|_, value| value.as_object().is_none_or(|it| !it.is_empty()));
        }
        Manifest { key, json, notes: vec![] }
    }

    /// An object of which nothing is said.
    pub fn bare(key: &Key) -> Self {
        Manifest::new(key.kind, &key.namespace, &key.name, json!({}))
    }

    /// The version of its API.
    pub fn api_version(&self) -> &str {
        self.json.get("apiVersion").and_then(Value::as_str).unwrap_or_default()
    }

    fn note(mut self, line: impl Into<String>) -> Self {
        self.notes.push(line.into());
        self
    }

    /// The same in another version of its API.
    #[must_use]
    pub fn in_version(mut self, api_version: String) -> Self {
        if let Some(it) = self.json.get_mut("apiVersion") {
            *it = api_version.into();
        }
        self
    }
}

/// What was left out is not written.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(_, value)| !value.is_null());
            kept.map(|(name, value)| (name, without_nulls(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

impl Wanted {
    /// All objects but a Secret, in the order in which they are to be created: nothing is used before what it needs.
    pub fn manifests(&self) -> Vec<Manifest> {
        let mut all = vec![];
        if let Some(backend) = &self.backend {
            all.push(self.endpoint(backend));
            all.extend(self.tls_policy(backend));
            all.extend(self.security_policy(backend));
            all.push(self.ai_service_backend(backend));
        }
        if let Some(route) = &self.route {
            all.extend(route::grants(self, route));
            all.push(self.ai_gateway_route(route));
        }
        all
    }

    /// The Secret that the backend's own policy reads.
    pub fn secret(&self) -> Option<&SecretSlot> {
        match &self.backend.as_ref()?.credential {
            Access::Own(credential) => credential.secret(),
            Access::Client | Access::Shared(_) => None,
        }
    }

    /// The policy that the backend shares with others.
    pub fn shared_policy(&self) -> Option<Key> {
        match &self.backend.as_ref()?.credential {
            Access::Shared(name) => Some(Key::new(Kind::BackendSecurityPolicy, &self.namespace, name)),
            Access::Client | Access::Own(_) => None,
        }
    }

    /// The key of an object of this backend: all of them have its name.
    pub fn key(&self, kind: Kind) -> Key {
        Key::new(kind, &self.namespace, &self.name)
    }
}

#[cfg(test)]
mod tests;
