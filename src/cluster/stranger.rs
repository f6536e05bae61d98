//! Fields that the API server drops, or has dropped; where they stand, and never what they hold.

use serde_json::Value;

use super::merge;
use crate::model::{
    Fields, Kind,
    fields::{Product, Seen, Served},
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

/// The strangers of an object, by what was seen of it. What an API server has stored has none left, but kubectl may
/// remember them.
pub(super) fn strangers(kind: Kind, seen: Seen, is_stored: bool, json: &[u8]) -> Vec<Stranger> {
    let Some(fields) = Fields::of(kind) else { return vec![] };
    let Seen { api_version, strangers, remembered } = seen;
    let new = |pointer, api_version: &str, dropped, stored| Stranger {
        pointer,
        dropped,
        unserved: false,
        stored,
        api_version: api_version.to_owned(),
    };
    if !is_stored {
        return strangers.into_iter().map(|it| new(it, &api_version, false, false)).collect();
    }
    let gone: Vec<String> =
        remembered.into_iter().filter(|it| strangers.binary_search(it).is_err()).collect();
    let mut found = dropped(gone, json).unwrap_or_default();
    // CRDs may be newer than the controller that reads them
    if fields.product == Product::AiGateway {
        let is_newer = |pointer: &String| fields.get(pointer).is_some_and(|field| field.since.is_some());
        let newer = strangers.into_iter().filter(is_newer);
        found.extend(newer.map(|it| new(it, &api_version, false, true)));
        found.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    }
    found
}

/// Those that kubectl remembers and the object lacks, if that is what was written last.
fn dropped(gone: Vec<String>, json: &[u8]) -> Option<Vec<Stranger>> {
    // taken apart only where there is something to look for
    if gone.is_empty() {
        return None;
    }
    let object: Value = serde_json::from_slice(json).ok()?;
    let applied = merge::last_applied(&object)?;
    let lost: Vec<&str> = gone.iter().map(String::as_str).collect();
    if !holds(object.get("spec"), applied.get("spec"), "/spec", &lost) {
        return None;
    }
    let api_version = api_version(&applied);
    let new = |pointer| Stranger {
        pointer,
        dropped: true,
        unserved: false,
        stored: false,
        api_version: api_version.clone(),
    };
    Some(gone.into_iter().map(new).collect())
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
    use crate::cluster::Cluster;

    fn strangers(kind: Kind, object: &Value) -> Vec<Stranger> {
        let mut cluster = Cluster::default();
        cluster.insert(kind, object.to_string().as_bytes()).expect("an object");
        cluster.strangers.into_values().flatten().collect()
    }

    fn stored(spec: &Value, applied: &Value) -> Vec<String> {
        let object = json!({
            "apiVersion": "aigateway.envoyproxy.io/v1beta1", "kind": "AIServiceBackend",
            "metadata": {"name": "a", "uid": "u",
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": applied.to_string()}},
            "spec": spec,
        });
        let found = strangers(Kind::AIServiceBackend, &object);
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
        let found = strangers(Kind::AIServiceBackend, &object);
        assert_eq!(found.len(), 1);
        assert!(found[0].stored && found[0].pointer == "/spec/schema/prefix");
    }

    #[test]
    fn a_manifest_is_taken_as_it_is_and_a_secret_not_at_all() {
        let object = json!({"metadata": {}, "spec": {"timeouts": {}}});
        let found = strangers(Kind::AIServiceBackend, &object);
        assert_eq!(found.len(), 1);
        assert!(!found[0].dropped);
        assert_eq!(strangers(Kind::Secret, &object), []);
    }
}
