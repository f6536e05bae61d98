//! Fields that the API server drops, or has dropped; where they stand, and never what they hold.

use serde::Deserialize;
use serde_json::Value;

use crate::model::{
    Fields, Kind,
    fields::{Product, Served},
};

/// A field that not every release knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// JSON pointer to it.
    pub pointer: String,
    /// It was sent, as kubectl's copy of what was applied says, and is not there.
    pub dropped: bool,
    /// The API server's own schema lacks it.
    pub unserved: bool,
    /// It is there, in an object that an API server has stored: its CRD knows it.
    pub stored: bool,
    /// `apiVersion` under which it was written.
    pub api_version: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Outline {
    api_version: String,
    metadata: Meta,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Meta {
    uid: String,
    annotations: Option<Annotations>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Annotations {
    #[serde(rename = "kubectl.kubernetes.io/last-applied-configuration")]
    applied: Option<String>,
}

/// The strangers of an object. What an API server has stored has none left, but kubectl may remember them.
pub(super) fn strangers(kind: Kind, json: &[u8]) -> Vec<Stranger> {
    let Some(fields) = Fields::of(kind) else { return vec![] };
    let Outline { api_version, metadata: meta } = serde_json::from_slice(json).unwrap_or_default();
    let of = |text: &[u8]| {
        let found = fields.strangers(&mut serde_json::Deserializer::from_slice(text));
        found.unwrap_or_default().into_iter()
    };
    let new = |pointer, api_version: &str, dropped, stored| Stranger {
        pointer,
        dropped,
        unserved: false,
        stored,
        api_version: api_version.to_owned(),
    };
    if meta.uid.is_empty() {
        return of(json).map(|it| new(it, &api_version, false, false)).collect();
    }
    // CRDs may be newer than the controller that reads them
    let is_newer = |pointer: &String| fields.get(pointer).is_some_and(|field| field.since.is_some());
    let ours = fields.product == Product::AiGateway;
    let mut stored: Vec<Stranger> = vec![];
    if ours {
        stored.extend(of(json).filter(is_newer).map(|it| new(it, &api_version, false, true)));
    }
    let applied = meta.annotations.and_then(|it| it.applied).unwrap_or_default();
    let remembered: Vec<String> = of(applied.as_bytes()).collect();
    let parse = |text: &[u8]| serde_json::from_slice::<Value>(text).ok();
    // taken apart only where there is something to look for
    let both = (!remembered.is_empty()).then(|| Some((parse(json)?, parse(applied.as_bytes())?))).flatten();
    let Some((object, applied)) = both else { return stored };
    let applied_as = self::api_version(&applied);
    let gone = remembered.into_iter().filter(|it| object.pointer(it).is_none());
    let dropped: Vec<Stranger> = gone.map(|it| new(it, &applied_as, true, false)).collect();
    let lost: Vec<&str> = dropped.iter().map(|it| it.pointer.as_str()).collect();
    // else it is not what was written last
    let mut found =
        if holds(object.get("spec"), applied.get("spec"), "/spec", &lost) { dropped } else { vec![] };
    found.append(&mut stored);
    found.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    found
}

/// The fields of an object that the API server's own schema lacks; `None` where that says nothing.
pub(super) fn unserved(kind: Kind, object: &Value, served: &Served) -> Option<Vec<Stranger>> {
    let api_version = api_version(object);
    let new = |pointer| Stranger {
        pointer,
        dropped: false,
        unserved: true,
        stored: false,
        api_version: api_version.clone(),
    };
    let found = served.strangers(&api_version, kind.info().name, object)?;
    Some(found.into_iter().map(new).collect())
}

pub(super) fn api_version(object: &Value) -> String {
    object.get("apiVersion").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Whether an object has all of what was applied, except for what was lost.
fn holds(object: Option<&Value>, applied: Option<&Value>, pointer: &str, lost: &[&str]) -> bool {
    match (object, applied) {
        _ if lost.contains(&pointer) => true,
        (_, None | Some(Value::Null)) => true,
        (Some(Value::Object(object)), Some(Value::Object(applied))) => applied.iter().all(|(key, it)| {
            let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
            holds(object.get(key), Some(it), &pointer, lost)
        }),
        (Some(Value::Array(object)), Some(Value::Array(applied))) => {
            object.len() == applied.len()
                && object.iter().zip(applied).enumerate().all(|(index, (object, applied))| {
                    holds(Some(object), Some(applied), &format!("{pointer}/{index}"), lost)
                })
        }
        (object, applied) => object == applied,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn stored(spec: &Value, applied: &Value) -> Vec<String> {
        let object = json!({
            "apiVersion": "aigateway.envoyproxy.io/v1beta1", "kind": "AIServiceBackend",
            "metadata": {"name": "a", "uid": "u",
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": applied.to_string()}},
            "spec": spec,
        });
        let found = strangers(Kind::AIServiceBackend, object.to_string().as_bytes());
        assert!(found.iter().all(|it| it.dropped));
        found.into_iter().map(|it| it.pointer).collect()
    }

    #[test]
    fn what_was_applied_and_is_not_there_was_dropped() {
        let applied =
            json!({"spec": {"schema": {"name": "OpenAI"}, "timeouts": {"request": "1s"}, "new": "canary"}});
        let there = json!({"schema": {"name": "OpenAI"}});
        assert_eq!(stored(&there, &applied), ["/spec/new", "/spec/timeouts"]);
        assert_eq!(
            stored(&json!({"schema": {"name": "OpenAI"}, "new": "canary"}), &applied),
            ["/spec/timeouts"]
        );
        // changed since
        assert_eq!(stored(&json!({"schema": {"name": "Cohere"}}), &applied), [""; 0]);
        assert_eq!(stored(&there, &json!({"spec": {"schema": {"name": "OpenAI"}}})), [""; 0]);
    }

    #[test]
    fn what_is_stored_may_be_newer_than_the_controller() {
        let object = json!({"metadata": {"uid": "u"}, "spec": {"schema": {"prefix": "v1"}, "typo": 1}});
        let found = strangers(Kind::AIServiceBackend, object.to_string().as_bytes());
        assert_eq!(found.len(), 1);
        assert!(found[0].stored && found[0].pointer == "/spec/schema/prefix");
    }

    #[test]
    fn a_manifest_is_taken_as_it_is_and_a_secret_not_at_all() {
        let found = strangers(Kind::AIServiceBackend, br#"{"spec": {"timeouts": {}}}"#);
        assert_eq!(found.len(), 1);
        assert!(!found[0].dropped);
        assert_eq!(strangers(Kind::Secret, br#"{"spec": {"timeouts": {}}}"#), []);
    }
}
