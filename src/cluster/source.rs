//! Where in a file an object stands. Lines of Secrets are forgotten as soon as they are read.

use std::collections::BTreeMap;

use serde::Serialize;

use super::yaml::{Content, Node};
use crate::model::Key;

/// A place in a file; line and column count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub column: usize,
}

/// The places of all objects that came from files.
#[derive(Debug, Default)]
pub struct Places {
    files: Vec<File>,
    objects: BTreeMap<Key, Object>,
}

#[derive(Debug)]
struct Object {
    file: usize,
    address: Vec<usize>,
    spans: Spans,
}

#[derive(Debug)]
struct File {
    name: String,
    lines: Vec<Option<Box<str>>>,
}

/// Places of an object's fields, without their values.
#[derive(Debug)]
struct Spans {
    place: (usize, usize),
    /// By key or index, in the order of the file; without the room that a map leaves.
    below: Box<[(Box<str>, Spans)]>,
}

impl Places {
    /// Where a field of an object stands, or the nearest thing above it.
    pub fn locate(&self, object: &Key, pointer: &str) -> Option<Place> {
        let Object { file, spans, .. } = self.objects.get(object)?;
        let mut at = spans;
        for token in pointer.split('/').skip(1) {
            let token = token.replace("~1", "/").replace("~0", "~");
            match at.below.iter().find(|(name, _)| **name == *token) {
                Some((_, below)) => at = below,
                None => break,
            }
        }
        let (line, column) = at.place;
        Some(Place { file: self.files.get(*file)?.name.clone(), line, column })
    }

    /// The file that holds an object, and where in it: the number of the document (empty ones do not count), and of the
    /// items of Lists in it.
    pub fn address(&self, object: &Key) -> Option<(&str, &[usize])> {
        let object = self.objects.get(object)?;
        Some((&self.files.get(object.file)?.name, &object.address))
    }

    /// The text of a line; `None` for lines of Secrets.
    pub fn line(&self, place: &Place) -> Option<&str> {
        let file = self.files.iter().find(|it| it.name == place.file)?;
        file.lines.get(place.line.checked_sub(1)?)?.as_deref()
    }

    pub(super) fn add_file(&mut self, name: &str, text: &str) -> usize {
        let lines = text.lines().map(|line| Some(line.into())).collect();
        self.files.push(File { name: name.to_owned(), lines });
        self.files.len() - 1
    }

    pub(super) fn add_object(&mut self, file: usize, key: Key, address: &[usize], node: &Node) {
        self.objects.insert(key, Object { file, address: address.to_vec(), spans: spans(node) });
    }

    /// Forgets lines, both ends included.
    pub(super) fn forget(&mut self, file: usize, from: usize, to: usize) {
        let Some(file) = self.files.get_mut(file) else { return };
        let end = to.min(file.lines.len());
        for line in file.lines.get_mut(from.saturating_sub(1)..end).into_iter().flatten() {
            *line = None;
        }
    }

    /// Whether a text stands whole on a line.
    pub(super) fn holds(&self, file: usize, line: usize, text: &str) -> bool {
        self.text(file, line).is_none_or(|it| it.contains(text))
    }

    /// Whether nothing but the dash of an item stands before a column.
    pub(super) fn is_first(&self, file: usize, line: usize, column: usize) -> bool {
        let before = |it: &str| it.chars().take(column.saturating_sub(1)).all(|it| it == ' ' || it == '-');
        self.text(file, line).is_some_and(before)
    }

    fn text(&self, file: usize, line: usize) -> Option<&str> {
        self.files.get(file)?.lines.get(line.checked_sub(1)?)?.as_deref()
    }

    /// How many lines a file has.
    pub(super) fn lines(&self, file: usize) -> usize {
        self.files.get(file).map_or(0, |it| it.lines.len())
    }
}

fn spans(node: &Node) -> Spans {
    let below = match &node.content {
        Content::Scalar(_) => Box::default(),
        Content::List(items) => {
            items.iter().enumerate().map(|(at, it)| (at.to_string().into(), spans(it))).collect()
        }
        Content::Map(entries) => entries.iter().map(|(key, it)| (key.as_str().into(), spans(it))).collect(),
    };
    Spans { place: node.place, below }
}
