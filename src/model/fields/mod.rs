//! Which fields releases know. The API server drops all others, and says so only to those who ask to be told.

mod served;
mod watch;

pub use served::Served;

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Deserializer};

use super::Kind;

/// Facts from the CRDs; `remake.py` beside it makes it.
static TABLE: LazyLock<Table> = LazyLock::new(|| Table::parse(include_str!("known.txt")));

/// Whose release decides whether a field is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// Envoy AI Gateway.
    AiGateway,
    /// Envoy Gateway.
    EnvoyGateway,
    /// Gateway API, which Envoy Gateway brings along.
    GatewayApi,
}

/// The fields of a kind.
#[derive(Debug)]
pub struct Fields {
    /// Who makes the kind.
    pub product: Product,
    /// The first and the last release that this holds for.
    pub releases: (&'static str, &'static str),
    spec: usize,
}

/// What is known of a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Field {
    /// The first release that has it, where not all have.
    pub since: Option<&'static str>,
    /// The first release that lacks it again.
    pub gone: Option<&'static str>,
    /// The API version that lacks it.
    pub not_in: Option<&'static str>,
    /// What is below; `None` for anything.
    below: Option<usize>,
}

/// What an object of a kind with a list of fields says beside what its type holds.
#[derive(Debug, Default)]
pub struct Seen {
    /// Its `apiVersion`.
    pub api_version: String,
    /// JSON pointers of its fields that not every release has, in order.
    pub strangers: Vec<String>,
    /// The same of kubectl's copy of what was applied.
    pub remembered: Vec<String>,
}

/// Decodes an object, and notes what is seen of it on the way.
pub fn decode<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    kind: Kind,
    from: D,
) -> Result<(T, Seen), D::Error> {
    watch::decode(Fields::of(kind), from)
}

/// Names and fields of a mapping.
type List = BTreeMap<&'static str, Field>;

#[derive(Debug, Default)]
struct Table {
    kinds: BTreeMap<&'static str, Fields>,
    lists: Vec<List>,
}

/// Fields of an object beside `spec`; nothing is said of what is in them.
const TOP: [&str; 4] = ["apiVersion", "kind", "metadata", "status"];

impl Fields {
    /// The fields of a kind, for those of which there is a list.
    pub fn of(kind: Kind) -> Option<&'static Self> {
        TABLE.kinds.get(kind.info().name)
    }

    /// JSON pointers of the fields of an object that not every release has, in order.
    pub fn strangers<'de, D: Deserializer<'de>>(&'static self, object: D) -> Result<Vec<String>, D::Error> {
        watch::strangers(self, object)
    }

    /// What is known of the field at a JSON pointer; `None` for nothing.
    pub fn get(&self, pointer: &str) -> Option<Field> {
        let mut field = Field { below: Some(self.spec), ..Field::default() };
        for name in pointer.strip_prefix("/spec")?.split('/').skip(1).filter(|it| !is_index(it)) {
            field = find(field.below?, &unescape(name))?;
        }
        Some(field)
    }

    /// The fields beside that of a pointer.
    pub fn beside(&self, pointer: &str) -> Vec<&'static str> {
        let above = pointer.rsplit_once('/').map_or("", |(above, _)| above);
        let list = self.get(above).and_then(|it| TABLE.lists.get(it.below?));
        list.into_iter().flat_map(List::keys).copied().filter(|it| *it != "*").collect()
    }

    /// Where there is a field of a name, as in `spec.schema.prefix`; up to a few places.
    pub fn places(&self, name: &str) -> Vec<String> {
        let mut found = vec![];
        search(self.spec, name, "spec", &mut found);
        found
    }
}

/// As kubectl explain takes it: names with dots between them, and no indexes.
pub fn dotted(pointer: &str) -> String {
    let names: Vec<String> = pointer.split('/').skip(1).filter(|it| !is_index(it)).map(unescape).collect();
    names.join(".")
}

fn find(list: usize, name: &str) -> Option<Field> {
    let list = TABLE.lists.get(list)?;
    list.get(name).or(list.get("*")).copied()
}

fn search(list: usize, name: &str, path: &str, found: &mut Vec<String>) {
    for (key, field) in TABLE.lists.get(list).into_iter().flatten() {
        let path = format!("{path}.{key}");
        if *key == name && field.gone.is_none() {
            found.push(path.clone());
        }
        if let Some(below) = field.below {
            search(below, name, &path, found);
        }
    }
}

fn is_index(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|it| it.is_ascii_digit())
}

fn escape(key: &str) -> Cow<'_, str> {
    if key.bytes().any(|it| matches!(it, b'~' | b'/')) {
        key.replace('~', "~0").replace('/', "~1").into()
    } else {
        key.into()
    }
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

impl Field {
    fn is_marked(self) -> bool {
        self.since.is_some() || self.gone.is_some() || self.not_in.is_some()
    }
}

impl Table {
    fn parse(text: &'static str) -> Self {
        let mut table = Table::default();
        let mut marks: BTreeMap<&str, usize> = BTreeMap::new();
        // the mapping that is being read at each depth
        let mut open: Vec<usize> = vec![];
        for line in text.lines().filter(|it| !it.starts_with('#')) {
            let depth = line.len() - line.trim_start().len();
            let mut words = line.split_whitespace();
            let Some(name) = words.next() else { continue };
            let below = table.lists.len();
            open.truncate(depth);
            if depth > 0 {
                let mut field = Field::default();
                for word in words {
                    match word.split_at(1) {
                        ("+", version) => field.since = Some(version),
                        ("-", version) => field.gone = Some(version),
                        ("!", version) => field.not_in = Some(version),
                        ("@", mark) => field.below = marks.get(mark).copied(),
                        _ => field.below = Some(usize::MAX),
                    }
                }
                let is_open = field.below.is_none();
                field.below = field.below.or(Some(below)).filter(|it| *it != usize::MAX);
                if let Some(list) = open.last().and_then(|it| table.lists.get_mut(*it)) {
                    list.insert(name, field);
                }
                if !is_open {
                    continue;
                }
            } else if let Some(mark) = name.strip_prefix('@') {
                marks.insert(mark, below);
            } else if let (Some(product), Some(first), Some(last)) =
                (words.next(), words.next(), words.next())
            {
                let product = match product {
                    "aigw" => Product::AiGateway,
                    "eg" => Product::EnvoyGateway,
                    _ => Product::GatewayApi,
                };
                table.kinds.insert(name, Fields { product, releases: (first, last), spec: below });
            }
            table.lists.push(List::new());
            open.push(below);
        }
        table
    }
}

#[cfg(test)]
mod tests;
