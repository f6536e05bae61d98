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

    /// None yet, of the same objects.
    pub(super) fn part(&self) -> Self {
        let texts = if self.all {
            BTreeMap::new()
        } else {
            self.texts.keys().cloned().map(|it| (it, None)).collect()
        };
        Originals { all: self.all, texts }
    }

    /// Takes over what another one has.
    pub(super) fn absorb(&mut self, other: Self) {
        self.texts.extend(other.texts.into_iter().filter(|(_, text)| text.is_some()));
    }

    pub(super) fn note(&mut self, key: &Key, json: &[u8]) {
        if key.kind != Kind::Secret && (self.all || self.texts.contains_key(key)) {
            let text = serde_json::from_slice::<&RawValue>(json).ok().map(ToOwned::to_owned);
            self.texts.insert(key.clone(), text);
        }
    }

    pub(super) fn get(&self, key: &Key) -> Option<&RawValue> {
        self.texts.get(key)?.as_deref()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Key, &RawValue)> {
        self.texts.iter().filter_map(|(key, text)| Some((key, text.as_deref()?)))
    }
}
