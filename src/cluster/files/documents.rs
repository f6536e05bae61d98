//! From the text of a file to objects on their shelves.

use serde_json::value::RawValue;

use super::Reader;
use crate::{
    cluster::{
        Coverage, Why,
        source::is_secret,
        yaml::{self, Content, Node},
    },
    model::Kind,
};

impl Reader<'_> {
    pub(super) fn text(&mut self, name: &str, text: &str) {
        let documents = match yaml::read(text) {
            Ok(documents) => documents,
            Err(error) => {
                let reason = format!("column {}: {}", error.column, error.reason);
                return self.problem(name, Some(error.line), reason);
            }
        };
        let file = self.loaded.places.add_file(name, text);
        let ends: Vec<usize> = documents.iter().skip(1).map(|it| it.place.0).collect();
        for (at, document) in documents.iter().enumerate() {
            let end = ends.get(at).map_or_else(|| self.loaded.places.lines(file), |next| next - 1);
            self.document(name, file, document, end);
        }
    }

    /// A List holds objects; everything else is one.
    fn document(&mut self, name: &str, file: usize, node: &Node, end: usize) {
        let kind = node.get("kind").and_then(Node::text);
        match node.get("items").map(|it| &it.content) {
            Some(Content::List(items)) if kind.is_some_and(|kind| kind.ends_with("List")) => {
                for item in items {
                    self.document(name, file, item, item.last_line());
                }
            }
            _ => self.object(name, file, node, end),
        }
    }

    fn object(&mut self, name: &str, file: usize, node: &Node, end: usize) {
        let line = Some(node.place.0);
        let text = |key| node.get(key).and_then(Node::text);
        let (Some(api_version), Some(kind)) = (text("apiVersion"), text("kind")) else {
            let note = format!("{name}:{}: passed over, as it has no apiVersion and kind", node.place.0);
            return self.loaded.notes.push(note);
        };
        let kind = Kind::of(api_version, kind);
        if is_secret(kind) {
            self.loaded.places.forget(file, node.place.0, end);
        }
        let Some(kind) = kind else { return };
        let meta = node.get("metadata");
        if meta.and_then(|it| it.get("name")).and_then(Node::text).is_none_or(str::is_empty) {
            let generated = meta.is_some_and(|it| it.get("generateName").is_some());
            let why =
                if generated { "generateName is not supported here" } else { "metadata.name is missing" };
            return self.problem(name, line, format!("{kind}: {why}"));
        }
        let mut json = node.json();
        let default = self.request.namespace.as_deref().unwrap_or("default");
        if let Some(meta) = json.get_mut("metadata").and_then(serde_json::Value::as_object_mut) {
            if kind.is_namespaced() {
                let unset = meta.get("namespace").is_none_or(|it| it.as_str().is_none_or(str::is_empty));
                if unset {
                    meta.insert("namespace".into(), default.into());
                }
            } else {
                meta.remove("namespace");
            }
        }
        self.kinds.insert(kind);
        self.loaded.cluster.versions.entry(kind).or_insert_with(|| api_version.to_owned());
        let Ok(raw) = RawValue::from_string(json.to_string()) else { return };
        match self.loaded.cluster.insert(kind, &raw) {
            Ok(key) => {
                if !self.seen.insert(key.clone()) {
                    self.loaded
                        .notes
                        .push(format!("{name}:{}: {key} is there twice; the last one counts", node.place.0));
                }
                self.loaded.places.add_object(file, key, node);
            }
            Err(reason) => self.problem(name, line, format!("{kind}: {reason}")),
        }
    }

    pub(super) fn finish(mut self) -> super::Loaded {
        for kind in Kind::all() {
            // a core kind of which there is nothing at all was not captured
            let captured = !kind.info().core || self.kinds.contains(&kind);
            let coverage = if self.request.complete && captured {
                Coverage::Everything
            } else {
                Coverage::Nothing(Why::NotFetched)
            };
            self.loaded.cluster.cover(kind, coverage);
        }
        self.loaded
    }
}
