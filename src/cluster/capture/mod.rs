//! A snapshot as a file that others can look into: what was read, without values of Secrets, and what could not be read.
//!
//! Read again, it gives the same answers to all lookups. Objects are as the server sent them, so that a later release
//! finds more in them, but for what may be a credential and for what nobody judges by.

mod bare;
mod veil;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::bare::Bare;
use super::{Cluster, Coverage, Why};
use crate::model::{Key, Kind};

/// `kind` of the document that a capture begins with.
pub const KIND: &str = "Capture";
/// Its `apiVersion`.
pub const API_VERSION: &str = "aigw-backend/v1";
/// How the `apiVersion` of any release begins.
pub(super) const GROUP: &str = "aigw-backend/";

/// What a capture says beside its objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Capture {
    /// When it was taken: whoever reads it judges times by that.
    pub taken: Timestamp,
    /// The version of this tool that took it.
    pub tool: String,
    /// Versions that were assumed, as `--assume-version` has them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assumed_versions: BTreeMap<String, String>,
    /// What was read of each kind; of one that is not here, nothing.
    #[serde(default)]
    kinds: BTreeMap<String, Reach>,
}

/// What was read of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reach {
    /// The version that the server has it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    api_version: Option<String>,
    /// `read`, or why nothing was read beside what follows.
    everywhere: String,
    /// Namespaces where it is otherwise.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    namespaces: BTreeMap<String, String>,
    /// Objects that could not be read, and why.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    unread: BTreeMap<String, String>,
    /// Objects that were looked for and are not there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    absent: Vec<String>,
}

/// The word for what was read; any other is a reason why not.
const READ: &str = "read";

impl Capture {
    /// Of a snapshot.
    pub fn of(cluster: &Cluster, taken: Timestamp, assumed_versions: BTreeMap<String, String>) -> Self {
        let kinds = Kind::all().map(|kind| (kind.to_string(), Reach::of(cluster, kind))).collect();
        Capture { taken, tool: format!("v{}", env!("CARGO_PKG_VERSION")), assumed_versions, kinds }
    }

    /// All documents: this one, and then each object of the snapshot, by kind, namespace and name.
    pub fn documents(&self, cluster: &Cluster) -> Vec<Value> {
        let mut head = json!({"apiVersion": API_VERSION, "kind": KIND});
        let rest = serde_json::to_value(self).ok();
        if let (Some(head), Some(Value::Object(rest))) = (head.as_object_mut(), rest) {
            head.extend(rest);
        }
        let mut bare = Bare::new(cluster);
        let keys = Kind::all().flat_map(|kind| cluster.keys(kind));
        let objects: Vec<Value> = keys.filter_map(|key| bare.object(&key)).collect();
        [vec![head], objects].concat()
    }

    /// Tells a snapshot of the same objects what was read and what was not.
    pub(super) fn restore(&self, cluster: &mut Cluster) {
        for kind in Kind::all() {
            match self.kinds.get(kind.info().name) {
                Some(reach) => reach.restore(cluster, kind),
                None => cluster.cover(kind, Coverage::Nothing(Why::NotFetched)),
            }
        }
    }
}

impl Reach {
    fn of(cluster: &Cluster, kind: Kind) -> Self {
        let mut reach = Reach {
            api_version: cluster.versions.get(&kind).cloned(),
            everywhere: READ.to_owned(),
            ..Reach::default()
        };
        for (namespace, name, why) in cluster.unread(kind) {
            match name {
                Some(name) => {
                    reach.unread.insert(Key::new(kind, namespace, name).path(), reason(&why));
                }
                None if namespace.is_empty() => reach.everywhere = reason(&why),
                None => {
                    reach.namespaces.insert(namespace, reason(&why));
                }
            }
        }
        let (read, absent) = cluster.answered(kind);
        if reach.everywhere != READ {
            reach.namespaces.extend(read.into_iter().map(|namespace| (namespace, READ.to_owned())));
        }
        reach.absent = absent.iter().filter(|it| !cluster.has(it)).map(Key::path).collect();
        reach
    }

    fn restore(&self, cluster: &mut Cluster, kind: Kind) {
        match &self.api_version {
            Some(version) => cluster.versions.insert(kind, version.clone()),
            None => cluster.versions.remove(&kind),
        };
        cluster.cover(
            kind,
            match why(&self.everywhere) {
                None => Coverage::Everything,
                Some(why) => Coverage::Nothing(why),
            },
        );
        for (namespace, word) in &self.namespaces {
            cluster.cover(
                kind,
                match why(word) {
                    None => Coverage::Namespace(namespace.clone()),
                    Some(why) => Coverage::NotNamespace(namespace.clone(), why),
                },
            );
        }
        let key = |path: &String| {
            let (namespace, name) = path.split_once('/').unwrap_or(("", path));
            Key::new(kind, namespace, name)
        };
        for (path, word) in &self.unread {
            if let Some(why) = why(word) {
                cluster.note(&key(path), Err(why));
            }
        }
        for path in &self.absent {
            cluster.note(&key(path), Ok(()));
        }
    }
}

/// The word for a reason, and the words that came with it.
fn reason(why: &Why) -> String {
    match why {
        Why::Undecodable(reason) | Why::ServerError(reason) | Why::Timeout(Some(reason)) => {
            format!("{}: {reason}", why.word())
        }
        Why::Forbidden | Why::NotInstalled | Why::NotFetched | Why::Timeout(None) => why.word().to_owned(),
    }
}

/// The reason behind its word; none for what was read. A word that is not known is no reason to say that it was.
fn why(text: &str) -> Option<Why> {
    let (word, words) = text.split_once(": ").unwrap_or((text, ""));
    Some(match word {
        READ => return None,
        "forbidden" => Why::Forbidden,
        "not-installed" => Why::NotInstalled,
        "not-fetched" => Why::NotFetched,
        "timeout" => Why::Timeout((!words.is_empty()).then(|| words.to_owned())),
        "undecodable" => Why::Undecodable(words.to_owned()),
        "server-error" => Why::ServerError(words.to_owned()),
        _ => Why::ServerError(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_come_back() {
        for it in [
            Why::Forbidden,
            Why::NotInstalled,
            Why::NotFetched,
            Why::Timeout(None),
            Why::Timeout(Some("503 Service Unavailable".into())),
            Why::Undecodable("spec.a: expected a list".into()),
            Why::ServerError("500: a: b".into()),
            Why::ServerError(String::new()),
        ] {
            assert_eq!(why(&reason(&it)), Some(it));
        }
        assert_eq!(why("read"), None);
        assert_eq!(why("of a later release"), Some(Why::ServerError("of a later release".into())));
    }

    #[test]
    fn answers_come_back() {
        let mut cluster = Cluster::default();
        let key = |name: &str| Key::new(Kind::Secret, "a", name);
        cluster.note(&key("gone"), Ok(()));
        cluster.note(&key("closed"), Err(Why::Forbidden));
        cluster.cover(Kind::Secret, Coverage::Namespace("b".into()));
        cluster.cover(Kind::Secret, Coverage::Namespace("c".into()));
        cluster.cover(Kind::Secret, Coverage::NotNamespace("c".into(), Why::Timeout(None)));
        cluster.cover(Kind::Backend, Coverage::Everything);
        cluster.cover(Kind::Gateway, Coverage::Nothing(Why::Forbidden));
        let capture = Capture::of(&cluster, Timestamp::UNIX_EPOCH, BTreeMap::new());
        let mut other = Cluster::default();
        capture.restore(&mut other);
        assert!(other.secrets.get("a", "gone").is_absent());
        assert_eq!(other.secrets.get("a", "closed").unreadable(), Some(&Why::Forbidden));
        assert_eq!(other.secrets.get("a", "x").unreadable(), Some(&Why::NotFetched));
        assert!(other.secrets.get("b", "x").is_absent());
        assert_eq!(other.secrets.get("c", "x").unreadable(), Some(&Why::Timeout(None)));
        assert!(other.backends.get("a", "x").is_absent());
        assert_eq!(other.gateways.get("a", "x").unreadable(), Some(&Why::Forbidden));
        assert_eq!(Capture::of(&other, Timestamp::UNIX_EPOCH, BTreeMap::new()), capture);
    }
}
