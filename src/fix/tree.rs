//! A text of YAML as nodes that know where they stand, byte by byte.

#![allow(clippy::wildcard_enum_match_arm)] // events may be added

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, StructureStyle};

/// A node of a text.
#[derive(Debug)]
pub(super) struct Node {
    /// Its bytes, without what follows its last child; of a block scalar without its header.
    pub span: Range<usize>,
    /// The column of its first character, from 0.
    pub column: usize,
    /// What it is.
    pub content: Content,
}

#[derive(Debug)]
pub(super) enum Content {
    Scalar(ScalarStyle),
    /// Stands for another node.
    Alias,
    List {
        flow: bool,
        items: Vec<Node>,
    },
    Map {
        flow: bool,
        entries: Vec<Entry>,
    },
}

/// A key and what it holds.
#[derive(Debug)]
pub(super) struct Entry {
    /// The key as text.
    pub name: String,
    /// Where the key stands.
    pub key: Node,
    /// What it holds.
    pub value: Node,
}

impl Entry {
    /// Its bytes.
    pub(super) fn span(&self) -> Range<usize> {
        self.key.span.start..self.value.span.end.max(self.key.span.end)
    }
}

impl Node {
    /// How a scalar is written.
    pub(super) fn style(&self) -> Option<ScalarStyle> {
        match &self.content {
            Content::Scalar(style) => Some(*style),
            Content::Alias | Content::List { .. } | Content::Map { .. } => None,
        }
    }
}

/// All documents of a text; empty ones are left out.
pub(super) fn read(text: &str) -> Option<Vec<Node>> {
    let mut events = Parser::new_from_str(text)
        .take_while(Result::is_ok)
        .flatten()
        .filter(|(event, _)| !matches!(event, Event::Comment(..)));
    let mut documents = vec![];
    while let Some((event, _)) = events.next() {
        if matches!(event, Event::DocumentStart(..)) {
            let (event, span) = events.next()?;
            let is_empty = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, ..)
                if matches!(text.as_ref(), "" | "~" | "null"));
            let node = node(text, &event, span, &mut events)?;
            documents.extend((!is_empty).then_some(node));
        } else if event == Event::StreamEnd {
            return Some(documents);
        }
    }
    None
}

/// The node that begins with an event.
fn node<'a>(
    text: &str,
    event: &Event<'a>,
    span: Span,
    events: &mut impl Iterator<Item = (Event<'a>, Span)>,
) -> Option<Node> {
    let mut range = span.byte_range()?;
    let content = match event {
        Event::Scalar(_, style, ..) => {
            if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                range.end = range.start + text.get(range.clone())?.trim_end().len();
            }
            Content::Scalar(*style)
        }
        Event::Alias(_) => Content::Alias,
        Event::SequenceStart(style, ..) => {
            let mut items = vec![];
            let end = loop {
                match events.next()? {
                    (Event::SequenceEnd, end) => break end.byte_range()?.end,
                    (event, span) => items.push(node(text, &event, span, events)?),
                }
            };
            let flow = *style == StructureStyle::Flow;
            range.end = if flow { end } else { items.last().map_or(range.end, |it: &Node| it.span.end) };
            Content::List { flow, items }
        }
        Event::MappingStart(style, ..) => {
            let mut entries = vec![];
            let end = loop {
                let (name, key) = match events.next()? {
                    (Event::MappingEnd, end) => break end.byte_range()?.end,
                    (event, span) => {
                        let name = event.scalar().map_or_else(String::new, |(name, _)| name.to_owned());
                        (name, node(text, &event, span, events)?)
                    }
                };
                let (event, span) = events.next()?;
                entries.push(Entry { name, key, value: node(text, &event, span, events)? });
            };
            let flow = *style == StructureStyle::Flow;
            range.end = if flow { end } else { entries.last().map_or(range.end, |it: &Entry| it.span().end) };
            Content::Map { flow, entries }
        }
        _ => return None, // nothing else begins a node
    };
    Some(Node { span: range, column: span.start.col(), content })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_end_where_their_last_child_ends() {
        let text = "# a\n---\na:\n  - b: |\n      x\n\n  # under\n  - {c: d} # e\n# f\n---\n# none\n---\nz\n";
        let documents = read(text).unwrap();
        assert_eq!(documents.len(), 2);
        let slice = |node: &Node| &text[node.span.clone()];
        assert_eq!(slice(&documents[0]), "a:\n  - b: |\n      x\n\n  # under\n  - {c: d}");
        let Content::Map { entries, .. } = &documents[0].content else { panic!() };
        let Content::List { flow: false, items } = &entries[0].value.content else { panic!() };
        assert_eq!((slice(&items[0]), slice(&items[1])), ("b: |\n      x", "{c: d}"));
        assert_eq!(entries[0].value.column, 2);
        assert!(read("a: [").is_none());
    }
}
