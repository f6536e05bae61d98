//! The objects of one kind, and which part of that kind has been looked at.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::{Key, Kind, Resource};

/// Why something could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The API server said 403.
    Forbidden,
    /// The API server does not serve the kind.
    NotInstalled,
    /// Nobody asked: not in the files, or switched off by a flag.
    NotFetched,
    /// The run ended before the answer came.
    Timeout,
    /// The object does not decode; with the decoder's reason.
    Undecodable(String),
    /// The API server answered with an error of its own; with its words.
    ServerError(String),
}

impl Why {
    /// The word for it in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Why::Forbidden => "forbidden",
            Why::NotInstalled => "not-installed",
            Why::NotFetched => "not-fetched",
            Why::Timeout => "timeout",
            Why::Undecodable(_) => "undecodable",
            Why::ServerError(_) => "server-error",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Forbidden => f.write_str("forbidden"),
            Why::NotInstalled => f.write_str("kind not installed"),
            Why::NotFetched => f.write_str("not fetched"),
            Why::Timeout => f.write_str("timed out"),
            Why::Undecodable(reason) => write!(f, "undecodable: {reason}"),
            Why::ServerError(reason) => write!(f, "server error: {reason}"),
        }
    }
}

/// The answer to "is there such an object?".
#[derive(Debug)]
pub enum Lookup<'a, T> {
    /// Yes.
    Found(&'a T),
    /// No, and that is certain.
    Absent,
    /// Nobody knows.
    Unreadable(Why),
}

impl<T> Clone for Lookup<'_, T> {
    fn clone(&self) -> Self {
        match self {
            Lookup::Found(object) => Lookup::Found(object),
            Lookup::Absent => Lookup::Absent,
            Lookup::Unreadable(why) => Lookup::Unreadable(why.clone()),
        }
    }
}

impl<'a, T> Lookup<'a, T> {
    /// The object, if it was found.
    pub fn found(&self) -> Option<&'a T> {
        match self {
            Lookup::Found(object) => Some(object),
            Lookup::Absent | Lookup::Unreadable(_) => None,
        }
    }

    /// Whether it certainly does not exist.
    pub fn is_absent(&self) -> bool {
        matches!(self, Lookup::Absent)
    }

    /// Why it could not be looked at, if so.
    pub fn unreadable(&self) -> Option<&Why> {
        match self {
            Lookup::Unreadable(why) => Some(why),
            Lookup::Found(_) | Lookup::Absent => None,
        }
    }
}

/// What part of a kind has been looked at.
#[derive(Debug, Clone)]
pub enum Coverage {
    /// All of it.
    Everything,
    /// This namespace.
    Namespace(String),
    /// Not this namespace, because of that.
    NotNamespace(String, Why),
    /// Nothing, except for what is or was covered otherwise.
    Nothing(Why),
}

/// Objects that match, and what may be missing among them.
#[derive(Debug)]
pub struct Listing<'a, T> {
    /// The objects, by namespace and name.
    pub items: Vec<&'a T>,
    /// Why there may be more than these; `None` when these are all.
    pub gap: Option<Why>,
}

/// The objects of one kind.
#[derive(Debug, Clone)]
pub struct Shelf<T> {
    objects: BTreeMap<(String, String), T>,
    absent: BTreeSet<(String, String)>,
    unreadable: BTreeMap<(String, String), Why>,
    namespaces: BTreeMap<String, Result<(), Why>>,
    elsewhere: Result<(), Why>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Shelf::hidden(Why::NotFetched)
    }
}

impl<T> Shelf<T> {
    /// A kind of which nothing could be read.
    pub fn hidden(why: Why) -> Self {
        Shelf {
            objects: BTreeMap::new(),
            absent: BTreeSet::new(),
            unreadable: BTreeMap::new(),
            namespaces: BTreeMap::new(),
            elsewhere: Err(why),
        }
    }

    /// Says what part has been looked at.
    pub fn cover(&mut self, coverage: Coverage) {
        match coverage {
            Coverage::Everything => self.elsewhere = Ok(()),
            Coverage::Namespace(namespace) => {
                self.namespaces.insert(namespace, Ok(()));
            }
            Coverage::NotNamespace(namespace, why) => {
                self.namespaces.insert(namespace, Err(why));
            }
            Coverage::Nothing(why) => self.elsewhere = Err(why),
        }
    }

    /// Notes a get by name that found nothing, or failed.
    pub fn note(&mut self, namespace: &str, name: &str, missing: Result<(), Why>) {
        let key = (namespace.to_owned(), name.to_owned());
        match missing {
            Ok(()) => {
                self.absent.insert(key);
            }
            Err(why) => {
                self.unreadable.insert(key, why);
            }
        }
    }

    fn covers(&self, namespace: &str) -> &Result<(), Why> {
        self.namespaces.get(namespace).unwrap_or(&self.elsewhere)
    }

    /// Looks one object up.
    pub fn get(&self, namespace: &str, name: &str) -> Lookup<'_, T> {
        let key = (namespace.to_owned(), name.to_owned());
        if let Some(object) = self.objects.get(&key) {
            Lookup::Found(object)
        } else if let Some(why) = self.unreadable.get(&key) {
            Lookup::Unreadable(why.clone())
        } else if self.absent.contains(&key) {
            Lookup::Absent
        } else {
            match self.covers(namespace) {
                Ok(()) => Lookup::Absent,
                Err(why) => Lookup::Unreadable(why.clone()),
            }
        }
    }

    /// All objects in a namespace.
    pub fn in_namespace<'a>(&'a self, namespace: &str) -> Listing<'a, T> {
        let items =
            self.objects.iter().filter(|((ns, _), _)| ns == namespace).map(|(_, object)| object).collect();
        let broken = self.unreadable.iter().find(|((ns, _), _)| ns == namespace).map(|(_, why)| why.clone());
        Listing { items, gap: self.covers(namespace).clone().err().or(broken) }
    }

    /// All objects.
    pub fn everywhere(&self) -> Listing<'_, T> {
        let hole = self.namespaces.values().find_map(|covered| covered.clone().err());
        let broken = self.unreadable.values().next().cloned();
        Listing { items: self.iter().collect(), gap: self.elsewhere.clone().err().or(hole).or(broken) }
    }

    /// All objects, whatever may be missing.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.objects.values()
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Why namespaces could not be looked at; the empty namespace stands for all others.
    pub fn unread(&self) -> Vec<(String, Why)> {
        let named =
            self.namespaces.iter().filter_map(|(ns, covered)| Some((ns.clone(), covered.clone().err()?)));
        let broken = self.unreadable.iter().map(|((ns, _), why)| (ns.clone(), why.clone()));
        let elsewhere = self.elsewhere.clone().err().map(|why| (String::new(), why));
        elsewhere.into_iter().chain(named).chain(broken).collect()
    }
}

impl<T: Resource> Shelf<T> {
    /// Puts an object on the shelf.
    pub fn insert(&mut self, object: T) -> Key {
        let key = object.key();
        self.objects.insert((key.namespace.clone(), key.name.clone()), object);
        key
    }

    /// Decodes an object and puts it on the shelf, or notes it as unreadable and returns the reason.
    pub fn insert_json(&mut self, json: &RawValue) -> Result<Key, String> {
        match serde_json::from_str::<T>(json.get()) {
            Ok(object) => Ok(self.insert(object)),
            Err(error) => {
                // serde_json quotes the value that does not fit, which may come from a Secret
                let reason = if T::KIND == Kind::Secret {
                    format!("does not decode at column {}", error.column())
                } else {
                    error.to_string()
                };
                if let Ok(Named { metadata }) = serde_json::from_str(json.get()) {
                    self.note(&metadata.namespace, &metadata.name, Err(Why::Undecodable(reason.clone())));
                }
                Err(reason)
            }
        }
    }
}

#[derive(Deserialize)]
struct Named {
    metadata: Name,
}

#[derive(Deserialize)]
struct Name {
    name: String,
    #[serde(default)]
    namespace: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Backend, Object};

    fn backend(namespace: &str, name: &str) -> Backend {
        let mut object: Backend = Object::default();
        object.meta.namespace = namespace.into();
        object.meta.name = name.into();
        object
    }

    #[test]
    fn forbidden_is_not_absent() {
        let mut shelf: Shelf<Backend> = Shelf::hidden(Why::Forbidden);
        assert_eq!(shelf.get("a", "x").unreadable(), Some(&Why::Forbidden));
        shelf.cover(Coverage::Namespace("a".into()));
        assert!(shelf.get("a", "x").is_absent());
        assert_eq!(shelf.get("b", "x").unreadable(), Some(&Why::Forbidden));
    }

    #[test]
    fn an_object_that_does_not_decode_costs_only_itself() {
        let mut shelf: Shelf<Backend> = Shelf::default();
        shelf.cover(Coverage::Everything);
        shelf.insert(backend("a", "good"));
        let bad = RawValue::from_string(
            r#"{"metadata":{"name":"bad","namespace":"a"},"spec":{"endpoints":1}}"#.into(),
        );
        assert!(shelf.insert_json(&bad.unwrap()).is_err());
        assert!(shelf.get("a", "good").found().is_some());
        assert!(shelf.get("a", "bad").unreadable().is_some());
        assert!(shelf.in_namespace("a").gap.is_some());
        assert!(shelf.in_namespace("b").gap.is_none());
    }
}
