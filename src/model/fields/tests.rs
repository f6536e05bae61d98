use serde::de::IgnoredAny;
use serde_json::json;

use super::*;
use crate::model::{AIServiceBackend, BackendTrafficPolicy, Secret, names::LAST_APPLIED};

#[test]
fn what_no_release_knows_is_a_stranger() {
    let fields = Fields::of(Kind::AIServiceBackend).unwrap();
    let object = json!({
        "apiVersion": "x", "kind": "AIServiceBackend", "metadata": {"whatever": 1}, "backendRef": {},
        "spec": {"schema": {"name": "OpenAI", "verison": "v1"}, "timeouts": {"request": "1s"},
                 "bodyMutation": {"set": [{"path": "a", "valeu": "b"}]}}
    });
    let body = ["/spec/bodyMutation", "/spec/bodyMutation/set/0/valeu"];
    let found = ["/backendRef", body[0], body[1], "/spec/schema/verison", "/spec/timeouts"];
    assert_eq!(fields.strangers(&object).unwrap(), found);
    assert_eq!(fields.get("/spec/timeouts").unwrap().gone, Some("v0.3.0"));
    assert_eq!(fields.get("/spec/schema/verison"), None);
    assert_eq!(fields.beside("/spec/schema/verison"), ["name", "prefix", "version"]);
    assert_eq!(fields.places("prefix"), ["spec.schema.prefix"]);
}

/// What is seen of an object that a type decodes, which must be what is seen where nothing of it is kept.
fn seen<T: for<'de> Deserialize<'de>>(kind: Kind, object: &serde_json::Value) -> Seen {
    let text = object.to_string();
    let from = || serde_json::Deserializer::from_str(&text);
    let (_, seen): (T, _) = decode(kind, &mut from()).unwrap();
    let (IgnoredAny, all) = decode(kind, &mut from()).unwrap();
    assert_eq!(format!("{seen:?}"), format!("{all:?}"));
    seen
}

#[test]
fn a_type_hides_nothing_by_reading_it_or_not() {
    let inner = json!({"spec": {"lost": 1}}).to_string();
    let copy =
        json!({"metadata": {"annotations": {LAST_APPLIED: inner}}, "spec": {"schema": {"nmae": "OpenAI"}}})
            .to_string();
    let object = json!({
        "apiVersion": "aigateway.envoyproxy.io/v1beta1", "bakcend": [],
        "metadata": {"name": "a", "annotations": {LAST_APPLIED: copy, "x": "\u{1b}"}, "labels": {"spec": "x"}},
        "spec": {"headerMutation": {"set": [{}, {"name": "a", "vlaue": "b"}]}, "new": {"a": 1}, "schema": {"prefix": null}},
    });
    let seen = seen::<AIServiceBackend>(Kind::AIServiceBackend, &object);
    assert_eq!(seen.api_version, "aigateway.envoyproxy.io/v1beta1");
    let fields = ["/bakcend", "/spec/headerMutation/set/1/vlaue", "/spec/new", "/spec/schema/prefix"];
    assert!(fields.iter().all(|it| seen.strangers.iter().any(|seen| seen == it)), "{seen:?}");
    assert_eq!(seen.remembered, ["/spec/schema/nmae"]);
}

#[test]
fn fields_that_a_type_takes_from_the_level_above_are_seen() {
    let policy = json!({"metadata": {}, "spec": {
        "targetRefs": [{"name": "a", "nmae": "b"}], "retry": {"numRetries": 1, "retires": 2}, "timeuot": {"a": {}}}});
    let seen = seen::<BackendTrafficPolicy>(Kind::BackendTrafficPolicy, &policy);
    assert_eq!(seen.strangers, ["/spec/retry/retires", "/spec/targetRefs/0/nmae", "/spec/timeuot"]);
}

#[test]
fn of_a_secret_nothing_is_seen() {
    let secret = json!({"apiVersion": "v1", "metadata": {"annotations": {LAST_APPLIED: "{\"spec\": {}}"}}, "data": {}});
    assert_eq!(format!("{:?}", seen::<Secret>(Kind::Secret, &secret)), format!("{:?}", Seen::default()));
}

#[test]
fn what_takes_anything_is_left_alone() {
    let patch = json!({"spec": {"provider": {"kubernetes": {"envoyDeployment": {
        "patch": {"value": {"any": {"thing": 1}}}, "pod": {"labels": {"a": "b"}, "serviceAccountName": "x"}}}}}});
    let found = Fields::of(Kind::EnvoyProxy).unwrap().strangers(&patch).unwrap();
    assert_eq!(found, ["/spec/provider/kubernetes/envoyDeployment/pod/serviceAccountName"]);
    let tags = json!({"spec": {"telemetry": {"tracing": {"customTags": {"a": {"typo": 1}, "b": {"type": "Literal"}}}}}});
    let found = Fields::of(Kind::EnvoyProxy).unwrap().strangers(&tags).unwrap();
    assert_eq!(found, ["/spec/telemetry/tracing/customTags/a/typo"]);
}

#[test]
fn lists_count_as_what_they_hold() {
    let fields = Fields::of(Kind::AIGatewayRoute).unwrap();
    let object = json!({"spec": {"rules": [{}, {"backendRefs": [{"name": "a", "wieght": 1}], "name": "r"}]}});
    assert_eq!(
        fields.strangers(&object).unwrap(),
        ["/spec/rules/1/backendRefs/0/wieght", "/spec/rules/1/name"]
    );
    assert_eq!(fields.get("/spec/rules/1/name").unwrap().since, Some("v1.1.0"));
    assert_eq!(dotted("/spec/rules/1/name"), "spec.rules.name");
}

#[test]
fn only_kinds_with_a_list_are_looked_at() {
    assert!(Fields::of(Kind::Secret).is_none() && Fields::of(Kind::ConfigMap).is_none());
    let listed = Kind::all().filter_map(Fields::of).count();
    assert_eq!(listed, TABLE.kinds.len());
    assert!(listed >= 16);
}
