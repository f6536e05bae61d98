//! The smallest edits of a text that turn one value into another.

use std::{collections::BTreeMap, ops::Range};

use granit_parser::ScalarStyle;
use serde_json::{Map, Value};

use super::{
    lines,
    scalar::{self, Dress},
    text::Refusal,
    tree::{Content, Entry, Node},
};

/// Bytes to replace, and by what; none overlaps another.
#[derive(Debug)]
pub(super) struct Edits<'a> {
    text: &'a str,
    newline: &'static str,
    changes: Vec<(Range<usize>, String)>,
}

/// Where a node hangs.
#[derive(Clone, Copy)]
struct Slot<'a> {
    node: &'a Node,
    /// Byte after the colon or dash that holds it.
    after: usize,
    /// Column of what is below, where the node is new.
    indent: usize,
    dress: Dress,
}

impl<'a> Edits<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        Edits { text, newline, changes: vec![] }
    }

    /// What turns a document, or an item in it, from `old` into `new`.
    pub(super) fn sync(&mut self, node: &Node, old: &Value, new: &Value) -> Result<(), Refusal> {
        self.node(Slot { node, after: node.span.start, indent: node.column, dress: Dress::Block }, old, new)
    }

    /// What ends the lines of the text.
    pub(super) fn newline(&self) -> &'static str {
        self.newline
    }

    /// Adds the edits of another part of the text.
    pub(super) fn extend(&mut self, other: Self) {
        self.changes.extend(other.changes);
    }

    /// The text with all edits.
    pub(super) fn apply(mut self) -> Result<String, Refusal> {
        self.changes.sort_by_key(|(range, _)| (range.start, range.end));
        let mut text = String::with_capacity(self.text.len() + 256);
        let mut from = 0;
        for (range, new) in self.changes {
            text += self.text.get(from..range.start).ok_or(Refusal::Tangled)?;
            text += &new;
            from = range.end;
        }
        Ok(text + self.text.get(from..).unwrap_or_default())
    }

    fn node(&mut self, at: Slot<'_>, old: &Value, new: &Value) -> Result<(), Refusal> {
        match (&at.node.content, old, new) {
            _ if old == new => Ok(()),
            (Content::Alias, ..) => Err(Refusal::Alias),
            (Content::Map { flow, entries }, Value::Object(old), Value::Object(new)) if !new.is_empty() => {
                self.map(at, *flow, entries, (old, new))
            }
            (Content::List { flow, items }, Value::Array(old), Value::Array(new)) if !new.is_empty() => {
                self.list(at, *flow, items, (old, new))
            }
            _ => self.replace(at, new),
        }
    }

    fn map(
        &mut self,
        at: Slot<'_>,
        flow: bool,
        entries: &[Entry],
        (old, new): (&Map<String, Value>, &Map<String, Value>),
    ) -> Result<(), Refusal> {
        let dress = if flow { self.dress(entries) } else { Dress::Block };
        let spans: Vec<Range<usize>> = entries.iter().map(Entry::span).collect();
        let find = |key: &str| entries.iter().position(|it| it.name == key);
        // one goes and another comes: the new one takes its place
        let gone = old.keys().filter(|key| !new.contains_key(*key));
        let mut come = new.keys().filter(|key| !old.contains_key(*key) && find(key).is_none());
        let mut moved: BTreeMap<&str, &str> = BTreeMap::new();
        for key in gone {
            let index = find(key).ok_or(Refusal::Elsewhere)?;
            let span = spans.get(index).ok_or(Refusal::Tangled)?;
            match come.next() {
                Some(new) => drop(moved.insert(new, key)),
                None => self.remove(flow, &spans, index, span.start)?,
            }
        }
        for (key, value) in new {
            let name = moved.get(key.as_str()).copied().unwrap_or(key);
            match find(name).and_then(|it| entries.get(it)) {
                Some(it) => {
                    if name != key {
                        let key = scalar::inline(&key.as_str().into(), dress, it.key.style());
                        self.changes.push((it.key.span.clone(), key));
                    }
                    let end = it.key.span.end;
                    let colon = self.text.get(end..).and_then(|it| it.find(':')).ok_or(Refusal::Tangled)?;
                    let indent = it.key.column + 2;
                    let slot = Slot { node: &it.value, after: end + colon + 1, indent, dress };
                    self.node(slot, old.get(name).unwrap_or(&Value::Null), value)?;
                }
                None if old.get(key) == Some(value) => {}
                None if flow => {
                    let key = scalar::inline(&key.as_str().into(), dress, None);
                    let entry = format!("{key}: {}", scalar::inline(value, dress, None));
                    self.add_flow(at.node, &spans, &entry);
                }
                None => {
                    let column = entries.first().map_or(at.indent, |it| it.key.column);
                    let key = scalar::inline(&key.as_str().into(), dress, None);
                    let text = format!("{}{key}:{}", " ".repeat(column), self.below(value, column + 2));
                    self.add_line(at.node.span.end, &text);
                }
            }
        }
        Ok(())
    }

    fn list(
        &mut self,
        at: Slot<'_>,
        flow: bool,
        items: &[Node],
        (old, new): (&[Value], &[Value]),
    ) -> Result<(), Refusal> {
        let dress = if flow { within(at.dress, self.text, at.node) } else { Dress::Block };
        let spans: Vec<Range<usize>> = items.iter().map(|it| it.span.clone()).collect();
        let head = old.iter().zip(new).take_while(|(old, new)| old == new).count();
        let rest = old.len().min(new.len()) - head;
        let tail =
            old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(old, new)| old == new).count();
        let old_mid = old.get(head..old.len() - tail).unwrap_or_default();
        let new_mid = new.get(head..new.len() - tail).unwrap_or_default();
        for (index, (old, new)) in old_mid.iter().zip(new_mid).enumerate() {
            let node = items.get(head + index).ok_or(Refusal::Tangled)?;
            let slot = Slot { node, after: node.span.start, indent: at.node.column + 2, dress };
            self.node(slot, old, new)?;
        }
        for index in new_mid.len()..old_mid.len() {
            let index = head + index;
            let start = spans.get(index).map_or(0, |it| it.start);
            self.remove(flow, &spans, index, if flow { start } else { self.dash(start) })?;
        }
        let place = spans.get((head + old_mid.len()).wrapping_sub(1));
        for value in new_mid.iter().skip(old_mid.len()) {
            if flow {
                if tail > 0 {
                    return Err(Refusal::Tangled);
                }
                self.add_flow(at.node, &spans, &scalar::inline(value, dress, None));
                continue;
            }
            let text = format!("{}-{}", " ".repeat(at.node.column), self.beside(value, at.node.column + 2));
            self.add_line(place.ok_or(Refusal::Tangled)?.end, &text);
        }
        Ok(())
    }

    fn replace(&mut self, at: Slot<'_>, new: &Value) -> Result<(), Refusal> {
        let span = &at.node.span;
        let style = at.node.style();
        let is_line =
            matches!(&at.node.content, Content::List { flow: true, .. } | Content::Map { flow: true, .. })
                || style.is_some_and(|it| !matches!(it, ScalarStyle::Literal | ScalarStyle::Folded));
        let is_nested = at.dress == Dress::Block && !is_leaf(new);
        if is_line && !is_nested && !span.is_empty() {
            self.changes.push((span.clone(), scalar::inline(new, at.dress, style)));
        } else if at.after >= span.start && !span.is_empty() {
            return Err(Refusal::Tangled);
        } else if at.dress == Dress::Block {
            self.changes.push((at.after..span.end.max(at.after), self.below(new, at.indent)));
        } else {
            let text = format!(" {}", scalar::inline(new, at.dress, style));
            self.changes.push((at.after..span.end.max(at.after), text));
        }
        Ok(())
    }

    /// What follows the colon of a key.
    fn below(&self, value: &Value, indent: usize) -> String {
        if is_leaf(value) {
            return format!(" {}", scalar::inline(value, Dress::Block, None));
        }
        let indent = " ".repeat(indent);
        scalar::lines(value).iter().map(|line| format!("{}{indent}{line}", self.newline)).collect()
    }

    /// What follows the dash of an item.
    fn beside(&self, value: &Value, indent: usize) -> String {
        let below = self.below(value, indent);
        below.strip_prefix(self.newline).map_or(below.clone(), |it| format!(" {}", it.trim_start()))
    }

    /// Removes an entry or item that begins at a byte, with its line or its comma.
    fn remove(
        &mut self,
        flow: bool,
        all: &[Range<usize>],
        index: usize,
        start: usize,
    ) -> Result<(), Refusal> {
        let end = all.get(index).ok_or(Refusal::Tangled)?.end;
        let next = all.get(index + 1).map(|it| it.start);
        let range = if flow {
            match (index.checked_sub(1).and_then(|it| all.get(it)), next) {
                (Some(before), _) => before.end..end,
                (None, Some(next)) => start..next,
                (None, None) => start..end,
            }
        } else if lines::is_first(self.text, start) {
            lines::start(self.text, start)..lines::end(self.text, end)
        } else {
            // beside a dash: what comes next moves up
            start..next.ok_or(Refusal::Tangled)?
        };
        let gaps = [self.text.get(range.start..start), self.text.get(end..range.end)];
        let rest = gaps.into_iter().flatten().collect::<String>();
        let in_the_way = if flow || !lines::is_first(self.text, start) { rest.contains('#') } else { false };
        if in_the_way {
            return Err(Refusal::Comment);
        }
        self.changes.push((range, String::new()));
        Ok(())
    }

    /// Puts lines after the one on which a byte stands.
    fn add_line(&mut self, after: usize, text: &str) {
        let at = lines::end(self.text, after);
        let ends = self.text.get(..at).is_some_and(|it| it.ends_with('\n'));
        let text = if ends { format!("{text}{}", self.newline) } else { format!("{}{text}", self.newline) };
        self.changes.push((at..at, text));
    }

    /// Puts an entry or item before a closing bracket; on a line of its own where the last one has one.
    fn add_flow(&mut self, node: &Node, all: &[Range<usize>], entry: &str) {
        let Some(last) = all.last() else {
            let inside = node.span.start + 1..node.span.end.saturating_sub(1);
            return self.changes.push((inside, entry.to_owned()));
        };
        if lines::is_first(self.text, last.start) && lines::start(self.text, last.start) > node.span.start {
            let indent = " ".repeat(last.start - lines::start(self.text, last.start));
            let comma = self.text.get(last.end..).is_some_and(|it| it.trim_start().starts_with(','));
            let line =
                self.text.get(last.end..lines::end(self.text, last.end)).unwrap_or_default().trim_end();
            // a bracket on the same line closes after what is added
            let at = if line.contains([']', '}']) { last.end } else { last.end + line.len() };
            let after = if comma && at > last.end { "," } else { "" };
            if !(comma && at > last.end) {
                self.changes.push((last.end..last.end, ",".to_owned()));
            }
            return self.changes.push((at..at, format!("{}{indent}{entry}{after}", self.newline)));
        }
        self.changes.push((last.end..last.end, format!(", {entry}")));
    }

    /// The dash of an item.
    fn dash(&self, item: usize) -> usize {
        self.text.get(..item).and_then(|it| it.rfind('-')).unwrap_or(item)
    }

    /// Whether a mapping in brackets is JSON.
    fn dress(&self, entries: &[Entry]) -> Dress {
        let is_quoted = |it: &Entry| self.text.get(it.key.span.clone()).is_some_and(|it| it.starts_with('"'));
        if !entries.is_empty() && entries.iter().all(is_quoted) { Dress::Json } else { Dress::Flow }
    }
}

/// A list in brackets is as strict as what is around it, or as its first item.
fn within(around: Dress, text: &str, list: &Node) -> Dress {
    let inside = text.get(list.span.clone()).and_then(|it| it.get(1..)).unwrap_or_default();
    let json = around == Dress::Json || inside.trim_start().starts_with(['"', '{']) && inside.contains("\":");
    if json { Dress::Json } else { Dress::Flow }
}

/// Whether a value takes no lines of its own.
fn is_leaf(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}
