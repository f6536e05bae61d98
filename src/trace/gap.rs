//! What could not be looked at on the way.

use crate::{
    cluster::{Lookup, Why},
    model::{Key, Kind},
};

/// Something that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace; empty when cluster-scoped, or all namespaces.
    pub namespace: String,
    /// Its name; `None` when it is about all objects there.
    pub name: Option<String>,
    /// Why.
    pub why: Why,
}

/// A list of [`Gap`]s that grows while a hop is traced.
#[derive(Debug, Clone, Default)]
pub struct Gaps(pub Vec<Gap>);

impl Gaps {
    /// Passes a lookup on, and notes it when it could not be read.
    pub fn seen<'a, T>(&mut self, key: &Key, lookup: Lookup<'a, T>) -> Lookup<'a, T> {
        if let Some(why) = lookup.unreadable() {
            let (namespace, name) = (key.namespace.clone(), Some(key.name.clone()));
            self.0.push(Gap { kind: key.kind, namespace, name, why: why.clone() });
        }
        lookup
    }

    /// Notes why a listing may be short.
    pub fn listed(&mut self, kind: Kind, namespace: &str, gap: Option<&Why>) {
        if let Some(why) = gap {
            self.0.push(Gap { kind, namespace: namespace.to_owned(), name: None, why: why.clone() });
        }
    }
}
