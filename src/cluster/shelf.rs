//! The objects of one kind, and which part of that kind has been looked at.

use std::collections::BTreeMap;

use super::{
    Lookup, Why,
    by_name::ByName,
    json::{Decoded, Named, first},
    misfit::Misfit,
    stranger::{self, Stranger},
};
use crate::model::{Key, Resource};

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
    /// Each in its own place: a map leaves room between what it holds.
    objects: ByName<Box<T>>,
    absent: ByName<()>,
    unreadable: ByName<Why>,
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
            objects: ByName::default(),
            absent: ByName::default(),
            unreadable: ByName::default(),
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
        match missing {
            Ok(()) => self.absent.insert(namespace, name, ()),
            Err(why) => self.unreadable.insert(namespace, name, why),
        }
    }

    /// Takes over the objects of another shelf, and what is known of single ones.
    pub(super) fn absorb(&mut self, other: Self) {
        self.objects.append(other.objects);
        self.absent.append(other.absent);
        self.unreadable.append(other.unreadable);
    }

    fn covers(&self, namespace: &str) -> &Result<(), Why> {
        self.namespaces.get(namespace).unwrap_or(&self.elsewhere)
    }

    /// Looks one object up.
    pub fn get(&self, namespace: &str, name: &str) -> Lookup<'_, T> {
        if let Some(object) = self.objects.get(namespace, name) {
            Lookup::Found(object)
        } else if let Some(why) = self.unreadable.get(namespace, name) {
            Lookup::Unreadable(why.clone())
        } else if self.absent.get(namespace, name).is_some() {
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
        let items = self.objects.within(namespace).map(Box::as_ref).collect();
        Listing { items, gap: self.gap_in(namespace) }
    }

    /// Why there may be more objects in a namespace than are here.
    pub fn gap_in(&self, namespace: &str) -> Option<Why> {
        let broken = || self.unreadable.within(namespace).next().cloned();
        self.covers(namespace).clone().err().or_else(broken)
    }

    /// All objects.
    pub fn everywhere(&self) -> Listing<'_, T> {
        Listing { items: self.iter().collect(), gap: self.gap() }
    }

    /// Why there may be more objects than are here.
    pub fn gap(&self) -> Option<Why> {
        let hole = || self.namespaces.values().find_map(|covered| covered.clone().err());
        let broken = || self.unreadable.values().next().cloned();
        self.elsewhere.clone().err().or_else(hole).or_else(broken)
    }

    /// All objects, whatever may be missing.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.objects.values().map(Box::as_ref)
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Namespaces that were looked at, one by one.
    pub(super) fn read(&self) -> impl Iterator<Item = String> {
        self.namespaces.iter().filter(|(_, covered)| covered.is_ok()).map(|(namespace, _)| namespace.clone())
    }

    /// Namespaces and names of what was looked for and is not there.
    pub(super) fn absent(&self) -> impl Iterator<Item = (&str, &str)> {
        self.absent.iter().map(|(namespace, name, ())| (namespace.as_str(), name.as_str()))
    }

    /// What could not be looked at: its namespace, where the empty one stands for all others and those that could not
    /// be looked at for the same reason, and its name if it is one object.
    pub fn unread(&self) -> Vec<(String, Option<String>, Why)> {
        let elsewhere = self.elsewhere.clone().err().map(|why| (String::new(), None, why));
        let named = self.namespaces.iter().filter(|(_, covered)| **covered != self.elsewhere);
        let named = named.filter_map(|(ns, covered)| Some((ns.clone(), None, covered.clone().err()?)));
        let broken = self.unreadable.iter();
        let broken = broken.map(|(ns, name, why)| (ns.clone(), Some(name.clone()), why.clone()));
        elsewhere.into_iter().chain(named).chain(broken).collect()
    }
}

impl<T: Resource + Clone> Shelf<T> {
    /// Puts an object on the shelf.
    pub fn insert(&mut self, object: T) -> Key {
        let key = object.key();
        self.objects.insert(&key.namespace, &key.name, Box::new(object));
        key
    }

    /// Changes an object that is there, if it is of this kind.
    pub(super) fn change(&mut self, key: &Key, change: impl FnOnce(&mut T)) {
        if key.kind != T::KIND {
            return;
        }
        if let Some(object) = self.objects.get_mut(&key.namespace, &key.name) {
            change(object);
        }
    }

    /// Decodes the object that a text begins with and puts it on the shelf. One that does not decode is noted as
    /// unreadable.
    pub(super) fn insert_json(&mut self, json: &[u8]) -> Result<Taken, Rejected> {
        match first::<Decoded<T>>(json) {
            Ok(Some((Decoded { object, seen }, length))) => {
                let is_stored = !object.meta().uid.is_empty();
                let text = json.get(..length).unwrap_or_default();
                let strangers = stranger::strangers(T::KIND, seen, is_stored, text);
                // lists that grew have room for more than they hold, and their copies have not
                Ok(Taken { key: self.insert(object.clone()), length, strangers })
            }
            Ok(None) => Err(Rejected::Short),
            Err(error) => {
                let misfit = Misfit::of(&error, json);
                match first::<Named>(json) {
                    Ok(None) => return Err(Rejected::Short),
                    Ok(Some((Named { metadata: it }, _))) => {
                        self.note(&it.namespace, &it.name, Err(Why::Undecodable(misfit.to_string())));
                    }
                    Err(_) => {}
                }
                Err(Rejected::Misfit(misfit))
            }
        }
    }
}

/// An object that was put on its shelf.
#[derive(Debug)]
pub(super) struct Taken {
    pub key: Key,
    /// Bytes of its text.
    pub length: usize,
    pub strangers: Vec<Stranger>,
}

/// Why a text is no object.
#[derive(Debug)]
pub(super) enum Rejected {
    /// It ends before the object does.
    Short,
    /// The object does not decode.
    Misfit(Misfit),
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
        let bad = br#"{"metadata":{"name":"bad","namespace":"a"},"spec":{"endpoints":1}}"#;
        assert!(matches!(shelf.insert_json(bad), Err(Rejected::Misfit(_))));
        assert!(matches!(shelf.insert_json(bad.split_last().unwrap().1), Err(Rejected::Short)));
        assert!(shelf.get("a", "good").found().is_some());
        assert!(shelf.get("a", "bad").unreadable().is_some());
        assert!(shelf.in_namespace("a").gap.is_some());
        assert!(shelf.in_namespace("b").gap.is_none());
    }
}
