//! YAML and JSON with places: every node knows its line and column.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::{NonFiniteFloatPolicy, Options, Spanned};

use super::scalar;

/// A node of a document.
#[derive(Debug)]
pub(super) struct Node {
    /// Line and column, from 1; of the key for a list or mapping under a key.
    pub place: (usize, usize),
    /// Its content.
    pub content: Content,
}

#[derive(Debug)]
pub(super) enum Content {
    Scalar(Value),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// Why a text is not YAML.
#[derive(Debug)]
pub(super) struct SyntaxError {
    pub line: usize,
    pub column: usize,
    pub reason: String,
}

/// Reads all documents of a text; empty ones are left out.
pub(super) fn read(text: &str) -> Result<Vec<Node>, SyntaxError> {
    match documents(text) {
        // as kubectl reads it, JSON needs nothing between its documents
        Err(error) if text.trim_start().starts_with('{') => stream(text).ok_or(error),
        documents => documents,
    }
}

fn documents(text: &str) -> Result<Vec<Node>, SyntaxError> {
    let documents: Result<Vec<Spanned<Content>>, _> =
        serde_saphyr::from_multiple_with_options(text, options());
    let documents = documents.map_err(|error| {
        let (line, column) = error.location().map_or((1, 1), |it| place(&it));
        SyntaxError { line, column, reason: reason(&error.without_snippet().to_string()) }
    })?;
    let mut nodes: Vec<Node> = documents
        .into_iter()
        .map(node)
        .filter(|it| !matches!(it.content, Content::Scalar(Value::Null)))
        .collect();
    scalar::restore(&mut nodes, text);
    Ok(nodes)
}

/// Documents of JSON, one after the other.
fn stream(text: &str) -> Option<Vec<Node>> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    let (mut nodes, mut from, mut line, mut column) = (vec![], 0, 0, 0);
    while let Some(value) = values.next() {
        value.ok()?;
        let part = text.get(from..values.byte_offset())?;
        let mut read = documents(part).ok()?;
        for it in &mut read {
            it.shift(line, column);
        }
        nodes.append(&mut read);
        line += part.matches('\n').count();
        let tail = part.rsplit('\n').next().unwrap_or_default().chars().count();
        column = if part.contains('\n') { tail } else { column + tail };
        from = values.byte_offset();
    }
    Some(nodes)
}

/// The parser's words, where they are words for its user.
fn reason(text: &str) -> String {
    let text = text.lines().next().unwrap_or_default();
    let text = text.find(" at line ").and_then(|at| text.get(..at)).unwrap_or(text);
    if let Some(key) = text.strip_prefix("duplicate mapping key: ") {
        let key = key.rsplit_once(", set ").map_or(key, |(key, _)| key);
        return format!("the key `{key}` is there twice");
    }
    let depth = text.contains("Depth") || text.starts_with("recursion limit");
    match text {
        _ if depth => "nested too deeply".to_owned(),
        _ if text.starts_with("budget breached") && text.contains("nchor") => {
            "its aliases unfold to too much".to_owned()
        }
        _ if text.starts_with("budget breached") => "larger than what is read here".to_owned(),
        text => text.to_owned(),
    }
}

/// Budgets for dumps of big clusters; alias bombs still end early, as replayed events have a limit of their own.
fn options() -> Options {
    serde_saphyr::options! {
        with_snippet: false, // it would quote lines of Secrets
        emit_comments: false,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        budget: serde_saphyr::budget! {
            max_events: 20_000_000,
            max_nodes: 20_000_000,
            max_documents: 100_000,
            max_recorded_anchor_events: 100_000,
        },
    }
}

fn place(at: &serde_saphyr::Location) -> (usize, usize) {
    (usize::try_from(at.line()).unwrap_or(1), usize::try_from(at.column()).unwrap_or(1))
}

fn node(spanned: Spanned<Content>) -> Node {
    Node { place: place(&spanned.referenced), content: spanned.value }
}

impl Node {
    /// A child of a mapping.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        match &self.content {
            Content::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            Content::Scalar(_) | Content::List(_) => None,
        }
    }

    /// Its text, if it is a string.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(Value::String(text)) => Some(text),
            Content::Scalar(_) | Content::List(_) | Content::Map(_) => None,
        }
    }

    /// The same as JSON. A field that is null is as good as absent to the API server, so it is left out.
    pub(super) fn json(&self) -> Value {
        match &self.content {
            Content::Scalar(value) => value.clone(),
            Content::List(items) => items.iter().map(Node::json).collect(),
            Content::Map(entries) => {
                let set =
                    entries.iter().filter(|(_, node)| !matches!(node.content, Content::Scalar(Value::Null)));
                Value::Object(set.map(|(key, node)| (key.clone(), node.json())).collect::<Map<_, _>>())
            }
        }
    }

    /// Moves it to where its text began.
    fn shift(&mut self, lines: usize, columns: usize) {
        let (line, column) = self.place;
        self.place = (line + lines, if line == 1 { column + columns } else { column });
        match &mut self.content {
            Content::Scalar(_) => {}
            Content::List(items) => items.iter_mut().for_each(|it| it.shift(lines, columns)),
            Content::Map(entries) => entries.iter_mut().for_each(|(_, it)| it.shift(lines, columns)),
        }
    }

    /// The node that a path leads to, or the last one on the way.
    pub(super) fn nearest(&self, path: &[String]) -> &Node {
        let Some((first, rest)) = path.split_first() else { return self };
        let next = match &self.content {
            Content::List(items) => first.parse().ok().and_then(|at: usize| items.get(at)),
            Content::Map(_) => self.get(first),
            Content::Scalar(_) => None,
        };
        next.map_or(self, |next| next.nearest(rest))
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("YAML")
    }

    fn visit_bool<E>(self, it: bool) -> Result<Content, E> {
        Ok(Content::Scalar(it.into()))
    }

    fn visit_i64<E>(self, it: i64) -> Result<Content, E> {
        Ok(Content::Scalar(it.into()))
    }

    fn visit_u64<E>(self, it: u64) -> Result<Content, E> {
        Ok(Content::Scalar(it.into()))
    }

    fn visit_f64<E>(self, it: f64) -> Result<Content, E> {
        Ok(Content::Scalar(Number::from_f64(it).map_or(Value::Null, Value::Number)))
    }

    fn visit_str<E>(self, it: &str) -> Result<Content, E> {
        Ok(Content::Scalar(it.into()))
    }

    fn visit_unit<E>(self) -> Result<Content, E> {
        Ok(Content::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Content, E> {
        Ok(Content::Scalar(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Content, D::Error> {
        Content::deserialize(from)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Content, A::Error> {
        let mut list = vec![];
        while let Some(item) = items.next_element::<Spanned<Content>>()? {
            list.push(node(item));
        }
        list.shrink_to_fit();
        Ok(Content::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Content, A::Error> {
        let mut map = vec![];
        while let Some((key, value)) = entries.next_entry::<Spanned<String>, Spanned<Content>>()? {
            let mut value = node(value);
            if !matches!(value.content, Content::Scalar(_)) {
                value.place = place(&key.referenced);
            }
            map.push((key.value, value));
        }
        map.shrink_to_fit();
        Ok(Content::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_know_their_places() {
        let documents = read("a: 1\n---\nb:\n  - c: x\n    d: [1, 2]\n").unwrap();
        let c = documents[1].get("b").unwrap();
        assert_eq!(c.place, (3, 1));
        let Content::List(items) = &c.content else { panic!("not a list") };
        assert_eq!(items[0].get("c").unwrap().place, (4, 8));
    }

    #[test]
    fn json_needs_nothing_between_its_documents() {
        let documents = read("{\"a\": 1}\n{\n  \"b\": 2} {\"c\": 3}\n").unwrap();
        let places = ["a", "b", "c"].iter().zip(&documents).map(|(key, it)| it.get(key).unwrap().place);
        assert_eq!(places.collect::<Vec<_>>(), [(1, 7), (3, 8), (3, 17)]);
        assert!(read("{\"a\": 1}\n{\"b\"\n").is_err());
    }

    #[test]
    fn unquoted_words_of_yaml_1_1_are_booleans_as_kubectl_has_it() {
        let documents = read("a: yes\nb: off\nc: \"yes\"\nd: 1.10\ne: 0x10\n8080: x\n").unwrap();
        let json = documents[0].json();
        assert_eq!(json["a"], true);
        assert_eq!(json["b"], false);
        assert_eq!(json["c"], "yes");
        assert_eq!(json["8080"], "x");
    }

    #[test]
    fn duplicate_keys_and_alias_bombs_are_errors() {
        let error = read("a: 1\nb: 2\na: 3\n").unwrap_err();
        assert_eq!(error.line, 3, "{}", error.reason);
        let bomb = (1..12).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
            let alias = format!("*a{}", n - 1);
            text + &format!("a{n}: &a{n} [{}]\n", [alias.as_str(); 9].join(", "))
        });
        assert_eq!(read(&bomb).unwrap_err().reason, "its aliases unfold to too much");
        assert_eq!(read("a: 1\na: 2\n").unwrap_err().reason, "the key `a` is there twice");
        assert_eq!(read(&"[".repeat(9000)).unwrap_err().reason, "nested too deeply");
    }
}
