//! One fix in one text: objects are found, changed, and read again.

use serde_json::Value;

use super::{
    edit::Edits,
    scalar,
    tree::{self, Content, Node},
};
use crate::cluster::files;

/// Why a fix is not written into a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The object is in none of the files.
    #[error("{0} is in none of the files")]
    NoFile(String),
    /// The file must not be touched.
    #[error("{0}: {1}")]
    Locked(String, &'static str),
    /// JSON ends where its first value ends.
    #[error("{0} is JSON, to which no object can be added: write it into a file of its own")]
    Json(String),
    /// JSON documents without a mark between them.
    #[error("the parts of the file are not told apart by `---`")]
    Parts,
    /// What is to change is an alias.
    #[error("an alias of YAML stands there: change its anchor by hand")]
    Alias,
    /// What is to change comes from a merge key.
    #[error("the field comes from a merge key of YAML: change its anchor by hand")]
    Elsewhere,
    /// A comment would go with it.
    #[error("a comment between brackets would go with it")]
    Comment,
    /// Too intricate to edit.
    #[error("the layout there is too intricate to edit")]
    Tangled,
    /// The patch does not fit the file.
    #[error("the file does not fit the fix")]
    Misfit,
    /// The edited text says something else.
    #[error("written into the file it would change more than that")]
    Spreads,
    /// The fault is still there.
    #[error("the finding would stay")]
    Stays,
    /// Something else breaks.
    #[error("it would bring {0}")]
    Brings(String),
}

/// A text with edits that are still to be made, all of them at once.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    text: &'a str,
    nodes: Vec<Node>,
    /// What the text will say.
    documents: Vec<Value>,
    edits: Edits<'a>,
    added: Vec<Value>,
}

/// What one patch does to a draft.
#[derive(Debug)]
pub(super) struct Change<'a> {
    document: usize,
    pointer: String,
    object: Value,
    edits: Edits<'a>,
}

impl<'a> Draft<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self, Refusal> {
        let nodes = tree::read(text).ok_or(Refusal::Parts)?;
        let documents = files::documents(text).map_err(|_| Refusal::Misfit)?;
        if nodes.len() != documents.len() {
            return Err(Refusal::Parts);
        }
        Ok(Draft { text, nodes, documents, edits: Edits::new(text), added: vec![] })
    }

    /// What JSON patch operations do to the object at an address, of which no other change may speak.
    pub(super) fn plan(&self, address: &[usize], operations: &[Value]) -> Result<Change<'a>, Refusal> {
        let (document, items) = address.split_first().ok_or(Refusal::Misfit)?;
        let pointer: String = items.iter().map(|it| format!("/items/{it}")).collect();
        let node = self.nodes.get(*document).ok_or(Refusal::Misfit)?;
        let node = items.iter().try_fold(node, |list, it| item(list, *it))?;
        let old = self.documents.get(*document).and_then(|it| it.pointer(&pointer)).ok_or(Refusal::Misfit)?;
        let mut object = old.clone();
        let operations: json_patch::Patch =
            serde_json::from_value(operations.to_vec().into()).map_err(|_| Refusal::Misfit)?;
        json_patch::patch(&mut object, &operations).map_err(|_| Refusal::Misfit)?;
        let mut edits = Edits::new(self.text);
        edits.sync(node, old, &object)?;
        Ok(Change { document: *document, pointer, object, edits })
    }

    /// Whether objects can be added.
    pub(super) fn takes_objects(&self, name: &str) -> Result<(), Refusal> {
        if self.text.trim_start().starts_with('{') { Err(Refusal::Json(name.to_owned())) } else { Ok(()) }
    }

    pub(super) fn change(&mut self, change: Change<'a>) {
        let document = self.documents.get_mut(change.document);
        if let Some(object) = document.and_then(|it| it.pointer_mut(&change.pointer)) {
            *object = change.object;
        }
        self.edits.extend(change.edits);
    }

    /// Adds an object as a document at the end.
    pub(super) fn add(&mut self, manifest: Value) {
        self.added.push(manifest);
    }

    /// The text with all edits, if it then says just that.
    pub(super) fn finish(mut self) -> Result<String, Refusal> {
        let newline = self.edits.newline();
        let mut text = self.edits.apply()?;
        for manifest in &self.added {
            if !text.is_empty() && !text.ends_with('\n') {
                text += newline;
            }
            if !text.trim_end().ends_with("\n---") {
                text += &format!("---{newline}");
            }
            text +=
                &scalar::lines(manifest).iter().map(|line| format!("{line}{newline}")).collect::<String>();
        }
        self.documents.append(&mut self.added);
        if files::documents(&text).as_ref() == Ok(&self.documents) { Ok(text) } else { Err(Refusal::Spreads) }
    }
}

/// An item of a List.
fn item(list: &Node, index: usize) -> Result<&Node, Refusal> {
    let Content::Map { entries, .. } = &list.content else { return Err(Refusal::Misfit) };
    let items = entries.iter().find(|it| it.name == "items").map(|it| &it.value.content);
    match items {
        Some(Content::List { items, .. }) => items.get(index).ok_or(Refusal::Misfit),
        Some(Content::Alias) => Err(Refusal::Alias),
        Some(Content::Scalar(_) | Content::Map { .. }) | None => Err(Refusal::Misfit),
    }
}
