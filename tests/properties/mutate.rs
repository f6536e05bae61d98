//! Clusters that nobody wrote: one or two fixtures, with objects and fields changed.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use aigw_backend::{cluster::files::documents, demo, model::Kind};
use proptest::{prelude::*, sample::Index};
use serde_json::{Map, Value, json};

/// What becomes of an object, or of a place in it.
#[derive(Debug, Clone)]
enum Change {
    Drop,
    Set(Value),
    /// With another place in the same object.
    Swap(Index),
    /// Where there is a list.
    Repeat,
    Remove,
    /// A second object, of another name or the same.
    Copy(Option<&'static str>),
    Rename(&'static str),
    Move(&'static str),
}

/// Where it happens.
#[derive(Debug, Clone)]
struct Mutation {
    object: Index,
    place: Index,
    change: Change,
}

/// Values that somebody may write, and values that nobody should.
fn value() -> impl Strategy<Value = Value> {
    let long = "x".repeat(300);
    prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(443),
        json!(65536),
        json!(9_223_372_036_854_775_807_i64),
        json!(1.5e300),
        json!(""),
        json!(" "),
        json!("x"),
        json!("ai"),
        json!("gw"),
        json!("vllm"),
        json!("Service"),
        json!("api.openai.com"),
        json!("10.0.0.1"),
        json!("*"),
        json!("*.example.com"),
        json!("/v1"),
        json!("[a-z"),
        json!("2026-01-01T00:00:00Z"),
        json!("a\u{1b}[31m\u{202e}\r\nb\tc"),
        json!("ü`\"'\\ 🦀"),
        json!(long),
        json!([]),
        json!({}),
        json!([null]),
        json!({"name": "x"}),
    ])
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let names = || prop::sample::select(vec!["gw", "vllm", "chat", "key", "x", "a\u{1b}b", "-"]);
    let change = prop_oneof![
        4 => Just(Change::Drop),
        4 => value().prop_map(Change::Set),
        2 => any::<Index>().prop_map(Change::Swap),
        1 => Just(Change::Repeat),
        1 => Just(Change::Remove),
        1 => prop::option::of(names()).prop_map(Change::Copy),
        1 => names().prop_map(Change::Rename),
        1 => prop::sample::select(vec!["ai", "models", "default", "x"]).prop_map(Change::Move),
    ];
    (any::<Index>(), any::<Index>(), change).prop_map(|(object, place, change)| Mutation {
        object,
        place,
        change,
    })
}

/// A cluster of one or two fixtures and some mutations.
pub fn objects() -> impl Strategy<Value = Vec<Value>> {
    let second = prop::option::weighted(0.3, any::<Index>());
    (any::<Index>(), second, prop::collection::vec(mutation(), 0..4)).prop_map(
        |(first, second, mutations)| {
            let mut objects = fixture(first);
            objects.extend(second.into_iter().flat_map(fixture));
            for mutation in &mutations {
                apply(&mut objects, mutation);
            }
            objects
        },
    )
}

/// All fixtures, and the example last.
fn fixture(which: Index) -> Vec<Value> {
    static ALL: LazyLock<Vec<PathBuf>> = LazyLock::new(|| {
        let mut found = vec![];
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")];
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|it| it == "yaml") {
                    found.push(path);
                }
            }
        }
        found.sort();
        found
    });
    let text = match ALL.get(which.index(ALL.len() + 1)) {
        Some(path) => &std::fs::read_to_string(path).unwrap(),
        None => demo::CLUSTER,
    };
    documents(text).unwrap()
}

fn apply(objects: &mut Vec<Value>, mutation: &Mutation) {
    if objects.is_empty() {
        return;
    }
    let at = mutation.object.index(objects.len());
    let places = places(&objects[at]);
    let place = mutation.place.get(&places);
    let object = &mut objects[at];
    match &mutation.change {
        Change::Drop => drop(object, place),
        Change::Set(value) => *object.pointer_mut(place).unwrap() = value.clone(),
        Change::Swap(other) => {
            let other = other.get(&places);
            // neither within the other
            if !place.starts_with(other.as_str()) && !other.starts_with(place.as_str()) {
                let taken = object.pointer_mut(other).unwrap().take();
                let given = std::mem::replace(object.pointer_mut(place).unwrap(), taken);
                *object.pointer_mut(other).unwrap() = given;
            }
        }
        Change::Repeat => {
            let is_list = |it: &String| object.pointer(it).is_some_and(Value::is_array);
            let lists: Vec<String> = places.iter().filter(|it| is_list(it)).cloned().collect();
            if !lists.is_empty() {
                let list = mutation.place.get(&lists);
                let list = object.pointer_mut(list).unwrap().as_array_mut().unwrap();
                list.extend(list.clone());
            }
        }
        Change::Remove => {
            objects.remove(at);
        }
        Change::Copy(name) => {
            let mut copy = object.clone();
            if let Some(name) = name {
                set(&mut copy, "name", name);
            }
            objects.push(copy);
        }
        Change::Rename(name) => set(object, "name", name),
        Change::Move(namespace) => set(object, "namespace", namespace),
    }
}

fn set(object: &mut Value, field: &str, value: &str) {
    if let Some(meta) = object.pointer_mut("/metadata").and_then(Value::as_object_mut) {
        meta.insert(field.to_owned(), value.into());
    }
}

fn drop(object: &mut Value, place: &str) {
    let (parent, last) = place.rsplit_once('/').unwrap();
    match object.pointer_mut(parent).unwrap() {
        Value::Object(fields) => {
            fields.remove(&last.replace("~1", "/").replace("~0", "~"));
        }
        Value::Array(items) => {
            items.remove(last.parse().unwrap());
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// JSON pointers to all that is in an object, which is never nothing.
fn places(object: &Value) -> Vec<String> {
    let mut found = vec![];
    let mut left = vec![(String::new(), object)];
    while let Some((place, value)) = left.pop() {
        let fields = value.as_object().into_iter().flatten();
        let fields = fields.map(|(name, it)| (name.replace('~', "~0").replace('/', "~1"), it));
        let items = value.as_array().into_iter().flatten().enumerate().map(|(at, it)| (at.to_string(), it));
        for (name, it) in fields.chain(items) {
            found.push(format!("{place}/{name}"));
            left.push((format!("{place}/{name}"), it));
        }
    }
    assert!(!found.is_empty(), "an object without fields");
    found
}

/// Each object once: of two of one name, files say which one counts by their order.
pub fn distinct(objects: Vec<Value>) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let key = |it: &Value| {
        let text = |path: &str| it.pointer(path).and_then(Value::as_str).unwrap_or_default();
        let kind = Kind::of(text("/apiVersion"), text("/kind"));
        let namespace = match text("/metadata/namespace") {
            _ if kind.is_some_and(|it| !it.is_namespaced()) => "",
            "" => "default",
            namespace => namespace,
        };
        (kind, namespace.to_owned(), text("/metadata/name").to_owned())
    };
    objects.into_iter().filter(|it| seen.insert(key(it))).collect()
}

/// The same with canaries in place of what Secrets hold.
pub fn plant(objects: &[Value]) -> Vec<Value> {
    let mut objects = objects.to_vec();
    for object in objects.iter_mut().filter(|it| it.pointer("/kind") == Some(&json!("Secret"))) {
        for (field, canary) in [("data", "Y2FuYXJ5N3F4"), ("stringData", "canary7qx")] {
            let values = object.get_mut(field).and_then(Value::as_object_mut);
            for value in values.map(Map::values_mut).into_iter().flatten() {
                *value = canary.into();
            }
        }
    }
    objects
}
