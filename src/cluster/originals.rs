//! The JSON of objects that are to be merged with others: typed objects hold only what is read.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::model::{Key, Kind};

/// The JSON of some objects, from the moment that they are asked for. Never that of a Secret.
#[derive(Debug, Clone, Default)]
pub(super) struct Originals {
    all: bool,
    texts: BTreeMap<Key, Option<Box<RawValue>>>,
}

impl Originals {
    /// Of every object.
    pub(super) fn of_all() -> Self {
        Originals { all: true, texts: BTreeMap::new() }
    }

    /// Of these alone.
    pub(super) fn of(keys: impl Iterator<Item = Key>) -> Self {
        Originals { all: false, texts: keys.map(|it| (it, None)).collect() }
    }

    pub(super) fn note(&mut self, key: &Key, json: &RawValue) {
        if key.kind != Kind::Secret && (self.all || self.texts.contains_key(key)) {
            self.texts.insert(key.clone(), Some(json.to_owned()));
        }
    }

    pub(super) fn get(&self, key: &Key) -> Option<&RawValue> {
        self.texts.get(key)?.as_deref()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Key, &RawValue)> {
        self.texts.iter().filter_map(|(key, text)| Some((key, text.as_deref()?)))
    }
}
