//! The good answers: the cluster that `check --demo` shows, or one of any objects.

use aigw_backend::model::Kind;
use serde_json::{Value, json};

use crate::server::{Answer, Asked};

/// The documents of the example: six backends, of which three are ok.
pub(crate) fn demo() -> Vec<Value> {
    let all: Vec<Value> = serde_saphyr::from_multiple(aigw_backend::demo::CLUSTER).unwrap();
    all.into_iter().filter(|it| it.get("kind").is_some()).collect()
}

/// What a path asks for.
pub(crate) struct Target<'a> {
    pub kind: Kind,
    pub namespace: Option<&'a str>,
    pub name: Option<&'a str>,
}

/// What a path asks for, if that is objects.
pub(crate) fn target(path: &str) -> Option<Target<'_>> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (group, rest) = match *parts.first()? {
        "api" => ("", parts.get(2..)?),
        "apis" => (*parts.get(1)?, parts.get(3..)?),
        _ => return None,
    };
    let (namespace, plural, name) = match *rest {
        ["namespaces", namespace, plural] => (Some(namespace), plural, None),
        ["namespaces", namespace, plural, name] => (Some(namespace), plural, Some(name)),
        [plural] => (None, plural, None),
        [plural, name] => (None, plural, Some(name)),
        _ => return None,
    };
    let kind = Kind::all().find(|it| it.info().group == group && it.info().plural == plural)?;
    Some(Target { kind, namespace, name })
}

/// What a good server says.
pub(crate) fn answer(documents: &[Value], asked: &Asked) -> Answer {
    let parts: Vec<&str> = asked.path.trim_matches('/').split('/').collect();
    if let ["apis", group] | ["apis", group, _] = parts[..] {
        return discovery(group, parts.get(2).copied());
    }
    let Some(target) = target(&asked.path) else { return status(404, "NotFound") };
    let here = |it: &&Value| {
        let own = it["metadata"]["namespace"].as_str();
        kind_of(it) == Some(target.kind) && (target.namespace.is_none() || own == target.namespace)
    };
    let items = documents.iter().filter(here).map(stored);
    match target.name {
        Some(name) => items
            .into_iter()
            .find(|it| it["metadata"]["name"] == name)
            .map_or_else(|| status(404, "NotFound"), |it| Answer::json(200, &it)),
        None => Answer::json(200, &page(&items.collect::<Vec<_>>(), None)),
    }
}

/// A page of a list.
pub(crate) fn page(items: &[Value], token: Option<&str>) -> Value {
    json!({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1", "continue": token.unwrap_or_default()}, "items": items})
}

/// As a server keeps it.
fn stored(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(text) = object.as_object_mut().unwrap().remove("stringData") {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let data = text.as_object().unwrap().iter();
        object["data"] =
            data.map(|(key, value)| (key.clone(), json!(STANDARD.encode(value.as_str().unwrap())))).collect();
    }
    object
}

fn kind_of(document: &Value) -> Option<Kind> {
    Kind::of(document["apiVersion"].as_str()?, document["kind"].as_str()?)
}

/// The versions of a group, or the resources of a version.
fn discovery(group: &str, version: Option<&str>) -> Answer {
    let infos = Kind::all().map(Kind::info).filter(|it| it.group == group);
    match version {
        None => {
            let mut versions: Vec<&str> = infos.filter_map(|it| it.versions.first().copied()).collect();
            versions.dedup();
            let versions: Vec<Value> = versions.into_iter().map(|it| json!({"version": it})).collect();
            Answer::json(200, &json!({"kind": "APIGroup", "name": group, "versions": versions}))
        }
        Some(version) => {
            let served = infos.filter(|it| it.versions.first() == Some(&version));
            let resources: Vec<Value> = served.map(|it| json!({"name": it.plural})).collect();
            Answer::json(200, &json!({"kind": "APIResourceList", "resources": resources}))
        }
    }
}

/// A refusal as an API server words it.
pub(crate) fn status(code: u16, reason: &str) -> Answer {
    let words = format!("the words of a {code}");
    let body = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": words, "code": code});
    Answer::json(code, &body)
}
