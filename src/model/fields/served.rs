//! Which fields an API server knows, by the OpenAPI documents that it serves: what it prunes is a stranger to it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{TOP, escape};

/// The schemas of some group versions.
#[derive(Debug, Clone, Default)]
pub struct Served {
    kinds: BTreeMap<(String, String), Schema>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Document {
    components: Components,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Components {
    schemas: BTreeMap<String, Schema>,
}

/// As much of a structural schema as decides what is pruned
/// (apiextensions-apiserver pkg/apiserver/schema/pruning/algorithm.go).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Schema {
    #[serde(rename = "$ref")]
    reference: Option<String>,
    properties: BTreeMap<String, Schema>,
    additional_properties: Option<Additional>,
    items: Option<Box<Schema>>,
    #[serde(rename = "x-kubernetes-preserve-unknown-fields")]
    keeps_unknown: bool,
    #[serde(rename = "x-kubernetes-embedded-resource")]
    is_resource: bool,
    #[serde(rename = "x-kubernetes-int-or-string")]
    is_scalar: bool,
    #[serde(rename = "x-kubernetes-group-version-kind")]
    names: Vec<Name>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Additional {
    Any(bool),
    Of(Box<Schema>),
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Name {
    group: String,
    version: String,
    kind: String,
}

impl Served {
    /// Adds what an OpenAPI v3 document says; nothing, where it is none.
    pub fn add(&mut self, document: &[u8]) {
        let Ok(Document { components }) = serde_json::from_slice(document) else { return };
        let says = |it: &Schema| it.keeps_unknown || !it.properties.is_empty();
        for mut schema in components.schemas.into_values() {
            // one without properties says nothing of its kind
            for name in std::mem::take(&mut schema.names).iter().filter(|_| says(&schema)) {
                let group_version = format!("{}/{}", name.group, name.version);
                self.kinds.insert((group_version, name.kind.clone()), schema.clone());
            }
        }
    }

    /// JSON pointers of the fields of an object that the API server drops, the topmost of each; `None` where it says
    /// nothing of the kind.
    pub fn strangers(&self, api_version: &str, kind: &str, object: &Value) -> Option<Vec<String>> {
        let schema = self.kinds.get(&(api_version.to_owned(), kind.to_owned()))?;
        let mut found = vec![];
        for (key, value) in object.as_object()?.iter().filter(|(key, _)| !TOP.contains(&key.as_str())) {
            schema.field(key, value, "", &mut found);
        }
        found.sort();
        Some(found)
    }
}

impl Schema {
    fn walk(&self, value: &Value, pointer: &str, found: &mut Vec<String>) {
        if self.reference.is_some() || self.is_scalar {
            return;
        }
        match (value, &self.items) {
            (Value::Array(values), Some(items)) => {
                for (index, it) in values.iter().enumerate() {
                    items.walk(it, &format!("{pointer}/{index}"), found);
                }
            }
            (Value::Object(entries), _) => {
                let own = |key: &str| self.is_resource && TOP.contains(&key);
                for (key, it) in entries.iter().filter(|(key, _)| !own(key)) {
                    self.field(key, it, pointer, found);
                }
            }
            _ => {}
        }
    }

    fn field(&self, key: &str, value: &Value, above: &str, found: &mut Vec<String>) {
        let pointer = format!("{above}/{}", escape(key));
        match (self.properties.get(key), &self.additional_properties) {
            (Some(schema), _) => schema.walk(value, &pointer, found),
            (None, Some(Additional::Of(schema))) => schema.walk(value, &pointer, found),
            (None, Some(Additional::Any(true))) => {}
            (None, Some(Additional::Any(false)) | None) if self.keeps_unknown => {}
            (None, Some(Additional::Any(false)) | None) => found.push(pointer),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const GROUP: &str = "gateway.envoyproxy.io/v1alpha1";

    fn served(spec: &Value) -> Served {
        let name = json!([{"group": "gateway.envoyproxy.io", "version": "v1alpha1", "kind": "Backend"}]);
        let document = json!({"openapi": "3.0.0", "paths": {"/apis": {}}, "components": {"schemas": {
            "io.envoyproxy.gateway.v1alpha1.Backend": {"type": "object", "required": ["spec"], "properties": {
                "apiVersion": {"type": "string"}, "kind": {"type": "string"},
                "metadata": {"allOf": [{"$ref": "#/components/schemas/ObjectMeta"}]},
                "spec": spec, "status": {"type": "object"},
            }, "x-kubernetes-group-version-kind": name},
            "Empty": {"type": "object", "x-kubernetes-group-version-kind":
                [{"group": "gateway.envoyproxy.io", "version": "v1alpha1", "kind": "Opaque"}]},
        }}});
        let mut served = Served::default();
        served.add(document.to_string().as_bytes());
        served
    }

    fn strangers(schema: &Value, spec: &Value) -> Vec<String> {
        let object = json!({"apiVersion": GROUP, "kind": "Backend", "metadata": {"x": 1}, "spec": spec, "status": {"y": 1}});
        served(schema).strangers(GROUP, "Backend", &object).unwrap()
    }

    #[test]
    fn what_has_no_property_is_dropped() {
        let schema = json!({"type": "object", "properties": {
            "type": {"type": "string", "description": "…", "enum": ["a"], "default": "a"},
            "endpoints": {"type": "array", "items": {"type": "object", "properties": {
                "port": {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": true},
            }}},
        }});
        let spec =
            json!({"type": "a", "tpye": {"a": 1}, "endpoints": [{"port": 1}, {"port": "x", "a/b": 2}]});
        assert_eq!(strangers(&schema, &spec), ["/spec/endpoints/1/a~1b", "/spec/tpye"]);
        let top = json!({"spec": {}, "specs": {}});
        assert_eq!(served(&schema).strangers(GROUP, "Backend", &top).unwrap(), ["/specs"]);
    }

    #[test]
    fn what_takes_any_key_keeps_it() {
        let any = json!({"type": "object", "additionalProperties": {"type": "string"}});
        assert_eq!(strangers(&any, &json!({"a": "b"})), [""; 0]);
        let of =
            json!({"type": "object", "additionalProperties": {"type": "object", "properties": {"a": {}}}});
        assert_eq!(strangers(&of, &json!({"x": {"a": 1, "b": 2}})), ["/spec/x/b"]);
        assert_eq!(strangers(&json!({"additionalProperties": true}), &json!({"x": {"b": 2}})), [""; 0]);
        assert_eq!(strangers(&json!({"additionalProperties": false}), &json!({"x": {"b": 2}})), ["/spec/x"]);
    }

    #[test]
    fn what_is_kept_unknown_still_prunes_what_it_knows() {
        let keeps = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true,
            "properties": {"known": {"type": "object", "properties": {"a": {}}}}});
        assert_eq!(
            strangers(&keeps, &json!({"new": {"b": 1}, "known": {"a": 1, "b": 2}})),
            ["/spec/known/b"]
        );
        let embedded =
            json!({"properties": {"object": {"type": "object", "x-kubernetes-embedded-resource": true}}});
        let object =
            json!({"object": {"apiVersion": "v1", "kind": "X", "metadata": {"name": "a"}, "spec": {}}});
        assert_eq!(strangers(&embedded, &object), ["/spec/object/spec"]);
    }

    #[test]
    fn what_is_not_said_is_not_known() {
        let served = served(&json!({"$ref": "#/components/schemas/Other"}));
        assert_eq!(served.strangers(GROUP, "Backend", &json!({"spec": {"x": 1}})).unwrap(), [""; 0]);
        assert_eq!(served.strangers(GROUP, "Opaque", &json!({"spec": {"x": 1}})), None);
        assert_eq!(served.strangers(GROUP, "EnvoyProxy", &json!({})), None);
        assert_eq!(served.strangers("gateway.envoyproxy.io/v1", "Backend", &json!({})), None);
        let mut nothing = Served::default();
        nothing.add(b"not json");
        nothing.add(b"{}");
        assert_eq!(nothing.strangers(GROUP, "Backend", &json!({})), None);
    }
}
