//! YAML and JSON with places: every node knows its line and column.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::{Options, Spanned};

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
    let documents: Result<Vec<Spanned<Content>>, _> =
        serde_saphyr::from_multiple_with_options(text, options());
    let documents = documents.map_err(|error| {
        let (line, column) = error.location().map_or((1, 1), |it| place(&it));
        let text = error.without_snippet().to_string();
        let reason = text.lines().next().unwrap_or("cannot be read").to_owned();
        SyntaxError { line, column, reason }
    })?;
    Ok(documents
        .into_iter()
        .map(node)
        .filter(|it| !matches!(it.content, Content::Scalar(Value::Null)))
        .collect())
}

/// Budgets for dumps of big clusters; alias bombs still end early, as replayed events have a limit of their own.
fn options() -> Options {
    serde_saphyr::options! {
        with_snippet: false, // it would quote lines of Secrets
        emit_comments: false,
        budget: serde_saphyr::budget! {
            max_events: 20_000_000,
            max_nodes: 20_000_000,
            max_documents: 100_000,
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

    /// The last line that belongs to it, as far as its nodes tell.
    pub(super) fn last_line(&self) -> usize {
        let below = match &self.content {
            Content::Scalar(_) => None,
            Content::List(items) => items.iter().map(Node::last_line).max(),
            Content::Map(entries) => entries.iter().map(|(_, node)| node.last_line()).max(),
        };
        below.unwrap_or(0).max(self.place.0)
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
        assert!(read(&bomb).is_err());
    }
}
