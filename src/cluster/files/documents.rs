//! From the text of a file to objects on their shelves.

use serde_json::Value;

use super::{Reader, hidden, problem};
use crate::{
    cluster::{
        Coverage, Rejected, Why,
        capture::{self, Capture},
        misfit::Misfit,
        yaml::{self, Content, Node},
    },
    model::Kind,
};

/// A file that is being read, and what the list around says of its items.
#[derive(Clone, Copy)]
struct At<'a> {
    name: &'a str,
    file: usize,
    /// The number of the document, and of the items of Lists in it.
    address: &'a [usize],
    item_of: Option<(&'a str, &'a str)>,
}

impl Reader<'_> {
    pub(super) fn text(&mut self, name: &str, text: &str) {
        let documents = match yaml::read(text) {
            Ok(documents) => documents,
            Err(error) => {
                let reason = format!("column {}: {}", error.column, error.reason);
                let help = problem::syntax(name, text, error.line);
                return self.problem(name, Some(error.line), reason, help);
            }
        };
        let file = self.loaded.places.add_file(name, text);
        let at = At { name, file, address: &[], item_of: None };
        self.all(at, &documents, self.loaded.places.lines(file));
    }

    /// A List holds objects; everything else is one.
    fn document(&mut self, at: At<'_>, node: &Node, end: usize) {
        let kind = node.get("kind").and_then(Node::text);
        let of = kind.and_then(|kind| kind.strip_suffix("List"));
        let (Some(of), Some(Content::List(items))) = (of, node.get("items").map(|it| &it.content)) else {
            return self.object(at, node, end);
        };
        // items of a list of one kind, as an API server has it, need not say what they are
        let api_version = node.get("apiVersion").and_then(Node::text);
        let item_of = api_version.filter(|_| !of.is_empty()).map(|it| (it, of));
        self.all(At { item_of, ..at }, items, end);
    }

    fn all(&mut self, at: At<'_>, nodes: &[Node], end: usize) {
        // before any line is forgotten
        let ends: Vec<usize> =
            nodes.iter().skip(1).map(|next| hidden::end(&self.loaded.places, at.file, next)).collect();
        for (index, node) in nodes.iter().enumerate() {
            let address = [at.address, &[index]].concat();
            let at = At { address: &address, ..at };
            self.document(at, node, ends.get(index).copied().unwrap_or(end));
        }
    }

    fn object(&mut self, at: At<'_>, node: &Node, end: usize) {
        let At { name, file, address, item_of } = at;
        let line = Some(node.place.0);
        let text = |key| node.get(key).and_then(Node::text);
        let said = text("apiVersion").zip(text("kind")).or(item_of);
        let kind = said.and_then(|(api_version, kind)| Kind::of(api_version, kind));
        hidden::forget(&mut self.loaded.places, file, node, kind, end);
        let Some((api_version, of_kind)) = said else {
            let note = format!("{name}:{}: passed over, as it has no apiVersion and kind", node.place.0);
            return self.loaded.notes.push(note);
        };
        if of_kind == capture::KIND && api_version.starts_with(capture::GROUP) {
            return self.capture(at, node, api_version);
        }
        let Some(kind) = kind else { return };
        let meta = node.get("metadata");
        if meta.and_then(|it| it.get("name")).and_then(Node::text).is_none_or(str::is_empty) {
            let (why, help) = nameless(meta);
            return self.problem(name, line, format!("{kind}: {why}"), help);
        }
        let mut json = node.json();
        let default = self.request.namespace.as_deref().unwrap_or("default");
        if let Some(meta) = json.get_mut("metadata").and_then(serde_json::Value::as_object_mut) {
            if kind.is_namespaced() {
                let unset = meta.get("namespace").is_none_or(|it| it.is_null() || it.as_str() == Some(""));
                if unset {
                    meta.insert("namespace".into(), default.into());
                }
            } else {
                meta.remove("namespace");
            }
        }
        self.kinds.insert(kind);
        self.note_version(kind, api_version);
        match self.loaded.cluster.insert(kind, json.to_string().as_bytes()) {
            // a value that was read before is whole
            Err(Rejected::Short) => {}
            Ok((key, _)) => {
                if !self.seen.insert(key.clone()) {
                    self.loaded
                        .notes
                        .push(format!("{name}:{}: {key} is there twice; the last one counts", node.place.0));
                }
                self.loaded.places.add_object(file, key, address, node);
            }
            Err(Rejected::Misfit(misfit)) => {
                let line = Some(node.nearest(&misfit.path).place.0);
                let help = problem::explain(kind, &misfit.path);
                self.problem(name, line, format!("{kind}: {misfit}"), help);
            }
        }
    }

    /// What a capture says of the objects beside it.
    fn capture(&mut self, at: At<'_>, node: &Node, api_version: &str) {
        let (name, line) = (at.name, Some(node.place.0));
        if api_version != capture::API_VERSION {
            self.is_newer = true;
            let note = format!(
                "{name}:{}: a capture by a later release ({api_version}): its objects are read, and what they lack \
                 is unknown",
                node.place.0
            );
            return self.loaded.notes.push(note);
        }
        if self.loaded.capture.is_some() {
            let help = "one at a time: kubectl aigw-backend check -f FILE";
            return self.problem(name, line, "a second capture: two clusters are not one", help);
        }
        let json = node.json().to_string();
        match serde_json::from_str::<Capture>(&json) {
            Ok(capture) => self.loaded.capture = Some(capture),
            Err(error) => {
                let misfit = Misfit::of(&error, json.as_bytes());
                let line = Some(node.nearest(&misfit.path).place.0);
                let help = "take it anew: kubectl aigw-backend check --save FILE";
                self.problem(name, line, format!("Capture: {misfit}"), help);
            }
        }
    }

    /// Of several versions of a kind, the preferred one is noted.
    fn note_version(&mut self, kind: Kind, api_version: &str) {
        let rank = |it: &str| {
            let version = it.rsplit('/').next().unwrap_or_default();
            let versions = kind.info().versions;
            versions.iter().position(|known| *known == version).unwrap_or(versions.len())
        };
        let noted = self.loaded.cluster.versions.entry(kind).or_insert_with(|| api_version.to_owned());
        if rank(api_version) < rank(noted) {
            api_version.clone_into(noted);
        }
    }

    pub(super) fn finish(mut self) -> super::Loaded {
        if let Some(capture) = &self.loaded.capture {
            capture.restore(&mut self.loaded.cluster);
            return self.loaded;
        }
        for kind in Kind::all() {
            // a core kind of which there is nothing at all was not captured
            let captured = !kind.info().core || self.kinds.contains(&kind);
            let coverage = if self.request.complete && captured && !self.is_newer {
                Coverage::Everything
            } else {
                Coverage::Nothing(Why::NotFetched)
            };
            self.loaded.cluster.cover(kind, coverage);
        }
        self.loaded
    }
}

/// Why an object has no name, and what to do about it.
fn nameless(meta: Option<&Node>) -> (&'static str, &'static str) {
    match meta.and_then(|it| it.get("name")).map(|it| &it.content) {
        Some(Content::Scalar(Value::Bool(_))) => (
            "metadata.name is a boolean",
            "YAML reads n, y, no, yes, on and off without quotes as booleans: write the name in quotes",
        ),
        Some(Content::Scalar(Value::Number(_))) => {
            ("metadata.name is a number", "a name is text: write it in quotes")
        }
        _ if meta.is_some_and(|it| it.get("generateName").is_some()) => {
            ("generateName is not supported here", "every object needs one: write metadata.name")
        }
        _ => ("metadata.name is missing", "every object needs one: write metadata.name"),
    }
}
