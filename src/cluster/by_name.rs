//! A map by namespace and name.

use std::collections::BTreeMap;

/// Values by namespace and name, in that order. Each namespace is held once, and a lookup copies neither.
#[derive(Debug, Clone)]
pub(super) struct ByName<V>(BTreeMap<String, BTreeMap<String, V>>);

impl<V> Default for ByName<V> {
    fn default() -> Self {
        ByName(BTreeMap::new())
    }
}

impl<V> ByName<V> {
    pub(super) fn get(&self, namespace: &str, name: &str) -> Option<&V> {
        self.0.get(namespace)?.get(name)
    }

    pub(super) fn get_mut(&mut self, namespace: &str, name: &str) -> Option<&mut V> {
        self.0.get_mut(namespace)?.get_mut(name)
    }

    pub(super) fn insert(&mut self, namespace: &str, name: &str, value: V) {
        // most objects come namespace by namespace
        match self.0.get_mut(namespace) {
            Some(names) => names.insert(name.to_owned(), value),
            None => self.0.entry(namespace.to_owned()).or_default().insert(name.to_owned(), value),
        };
    }

    /// All of another one; of two values, the other's.
    pub(super) fn append(&mut self, other: Self) {
        for (namespace, mut names) in other.0 {
            self.0.entry(namespace).or_default().append(&mut names);
        }
    }

    pub(super) fn within(&self, namespace: &str) -> impl Iterator<Item = &V> {
        self.0.get(namespace).into_iter().flat_map(BTreeMap::values)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.values().flat_map(BTreeMap::values)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &String, &V)> {
        self.0.iter().flat_map(|(namespace, names)| names.iter().map(move |(name, it)| (namespace, name, it)))
    }

    pub(super) fn len(&self) -> usize {
        self.0.values().map(BTreeMap::len).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
