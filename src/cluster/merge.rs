//! What an object is after `kubectl apply`: the live one with the changes of a manifest.
//!
//! Three-way, as kubectl does it for custom resources: what was applied last time and is not in the manifest any more
//! goes, what is in the manifest comes, and all else stays. Lists are replaced. Without a last time the manifest's parts
//! replace those of the object. Defaults of the API server are not filled in.

use serde_json::{Map, Value};

use crate::model::names::LAST_APPLIED;

/// Parts that the API server or a controller writes, whatever a manifest says.
const NOT_APPLIED: [&str; 2] = ["apiVersion", "status"];

/// The object after the manifest was applied.
pub(super) fn apply(live: &Value, manifest: &Value) -> Value {
    let mut merged = live.clone();
    let (Some(object), Some(wanted)) = (merged.as_object_mut(), manifest.as_object()) else {
        return manifest.clone();
    };
    let last = last_applied(live);
    let empty = Map::new();
    let before = last.as_ref().and_then(Value::as_object);
    for (part, value) in wanted.iter().filter(|(part, _)| !NOT_APPLIED.contains(&part.as_str())) {
        match (before, part.as_str()) {
            // names and labels of the object itself are never replaced as a whole
            (None, "metadata") => patch(object, part, None, value),
            (None, _) => {
                object.insert(part.clone(), value.clone());
            }
            (Some(before), _) => patch(object, part, before.get(part), value),
        }
    }
    for part in before.unwrap_or(&empty).keys() {
        if !wanted.contains_key(part) && !NOT_APPLIED.contains(&part.as_str()) {
            object.remove(part);
        }
    }
    merged
}

/// What kubectl remembers of an object.
pub(super) fn last_applied(object: &Value) -> Option<Value> {
    let copy = object.pointer("/metadata/annotations")?.get(LAST_APPLIED)?.as_str()?;
    serde_json::from_str(copy).ok()
}

fn patch(object: &mut Map<String, Value>, field: &str, before: Option<&Value>, wanted: &Value) {
    let (Some(wanted), Some(Value::Object(current))) = (wanted.as_object(), object.get_mut(field)) else {
        if wanted.is_null() {
            object.remove(field);
        } else {
            object.insert(field.to_owned(), wanted.clone());
        }
        return;
    };
    for gone in before.and_then(Value::as_object).into_iter().flat_map(Map::keys) {
        if !wanted.contains_key(gone) {
            current.remove(gone);
        }
    }
    for (name, value) in wanted {
        patch(current, name, before.and_then(|it| it.get(name)), value);
    }
}

/// Whether a merge changed more than the API server's own bookkeeping.
pub(super) fn differs(live: &Value, merged: &Value) -> bool {
    let bare = |it: &Value| {
        let mut it = it.clone();
        if let Some(meta) = it.get_mut("metadata").and_then(Value::as_object_mut) {
            for field in ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"] {
                meta.remove(field);
            }
            if let Some(annotations) = meta.get_mut("annotations").and_then(Value::as_object_mut) {
                annotations.remove(LAST_APPLIED);
            }
            if meta.get("annotations").and_then(Value::as_object).is_some_and(Map::is_empty) {
                meta.remove("annotations");
            }
        }
        if let Some(object) = it.as_object_mut() {
            object.remove("apiVersion");
        }
        it
    };
    bare(live) != bare(merged)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_applied_before_and_is_gone_goes() {
        let last = json!({"spec": {"a": 1, "gone": 2, "deep": {"x": 1, "y": 2}}}).to_string();
        let live = json!({
            "metadata": {"name": "n", "uid": "u", "annotations": {LAST_APPLIED: last}},
            "spec": {"a": 1, "gone": 2, "deep": {"x": 1, "y": 2, "defaulted": true}, "set-by-another": 1},
            "status": {"ok": true},
        });
        let manifest = json!({"metadata": {"name": "n"}, "spec": {"a": 3, "deep": {"x": 1}}, "status": {}});
        let merged = apply(&live, &manifest);
        assert_eq!(merged["spec"], json!({"a": 3, "deep": {"x": 1, "defaulted": true}, "set-by-another": 1}));
        assert_eq!(merged["status"], json!({"ok": true}));
        assert_eq!(merged["metadata"]["uid"], "u");
        assert!(differs(&live, &merged));
    }

    #[test]
    fn without_a_last_time_the_spec_is_replaced() {
        let live = json!({"metadata": {"name": "n", "labels": {"a": "1"}}, "spec": {"a": 1, "b": 2}});
        let manifest = json!({"metadata": {"name": "n", "labels": {"c": "2"}}, "spec": {"a": 1}});
        let merged = apply(&live, &manifest);
        assert_eq!(merged["spec"], json!({"a": 1}));
        assert_eq!(merged["metadata"]["labels"], json!({"a": "1", "c": "2"}));
    }

    #[test]
    fn the_same_again_changes_nothing() {
        let manifest = json!({"metadata": {"name": "n"}, "spec": {"list": [1, 2]}});
        let live = json!({
            "metadata": {"name": "n", "uid": "u", "generation": 4, "annotations": {LAST_APPLIED: manifest.to_string()}},
            "spec": {"list": [1, 2], "defaulted": 1},
        });
        assert!(!differs(&live, &apply(&live, &manifest)));
    }
}
