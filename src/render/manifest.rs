//! Objects as files that people keep.

use serde_json::{Value, json};

use super::text::clean_lines;
use crate::manifest::Manifest;

/// A document each, with a line above for every choice that was made. `notes` head the whole.
pub fn yaml(manifests: &[Manifest], notes: &[String]) -> String {
    let documents = manifests.iter().map(|it| comment(&it.notes) + &super::yaml::text(&it.json));
    comment(notes) + &documents.collect::<Vec<_>>().join("---\n")
}

/// Documents as they are. `notes` head the whole.
pub fn documents(documents: &[Value], notes: &[String]) -> String {
    comment(notes) + &documents.iter().map(super::yaml::text).collect::<Vec<_>>().join("---\n")
}

fn comment(lines: &[String]) -> String {
    lines.iter().flat_map(|it| clean_lines(it)).map(|it| format!("# {it}\n")).collect()
}

/// A list of them.
pub fn json(manifests: &[Manifest]) -> String {
    let items: Vec<_> = manifests.iter().map(|it| &it.json).collect();
    super::json::text(&json!({"apiVersion": "v1", "kind": "List", "items": items}))
}
