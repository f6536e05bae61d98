//! What an object says beside what its type holds, noted while it is decoded, so that its text need not be read twice.

use std::{
    borrow::Cow,
    fmt::{self, Write as _},
};

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, EnumAccess, IgnoredAny, IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
        value::BorrowedStrDeserializer,
    },
};

use super::{Field, Fields, List, Seen, TABLE, TOP, escape, find};
use crate::model::names::LAST_APPLIED;

/// Decodes an object, and notes what is seen of it; nothing where no fields are given.
pub(super) fn decode<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    fields: Option<&'static Fields>,
    from: D,
) -> Result<(T, Seen), D::Error> {
    watched(fields.map_or(At::Anything, At::Object), from)
}

/// Only looks at an object, and says what fields of it not every release has.
pub(super) fn strangers<'de, D: Deserializer<'de>>(
    fields: &'static Fields,
    from: D,
) -> Result<Vec<String>, D::Error> {
    let (IgnoredAny, seen) = watched(At::Plain(fields), from)?;
    Ok(seen.strangers)
}

fn watched<'de, T: Deserialize<'de>, D: Deserializer<'de>>(at: At, from: D) -> Result<(T, Seen), D::Error> {
    let mut notes = Notes { pointer: String::new(), seen: Seen::default() };
    let object = T::deserialize(Watch { of: from, at, notes: &mut notes })?;
    notes.seen.strangers.sort();
    Ok((object, notes.seen))
}

struct Notes {
    /// JSON pointer of the value that is being read, as far as it is looked at.
    pointer: String,
    seen: Seen,
}

/// What is known of a value.
#[derive(Clone, Copy)]
enum At {
    /// It is a whole object.
    Object(&'static Fields),
    /// The same, and of its metadata nothing is wanted.
    Plain(&'static Fields),
    ApiVersion,
    Metadata(&'static Fields),
    Annotations(&'static Fields),
    LastApplied(&'static Fields),
    /// Its fields are in this list.
    Below(usize),
    /// Nothing is said of what is in it.
    Anything,
}

impl At {
    /// What is known of a field, and whether it is worth telling.
    fn field(self, name: &str) -> (At, bool) {
        match (self, name) {
            (At::Object(fields) | At::Plain(fields), "spec") => (At::Below(fields.spec), false),
            (At::Object(fields), "metadata") => (At::Metadata(fields), false),
            (At::Object(_), "apiVersion") => (At::ApiVersion, false),
            (At::Object(_) | At::Plain(_), _) => (At::Anything, !TOP.contains(&name)),
            (At::Metadata(fields), "annotations") => (At::Annotations(fields), false),
            (At::Annotations(fields), LAST_APPLIED) => (At::LastApplied(fields), false),
            (At::Below(list), _) => {
                let field = find(list, name);
                let below = field.and_then(|it| it.below);
                let below = below.filter(|it| TABLE.lists.get(*it).is_some_and(|it| !List::is_empty(it)));
                (below.map_or(At::Anything, At::Below), field.is_none_or(Field::is_marked))
            }
            (
                At::Metadata(_) | At::Annotations(_) | At::ApiVersion | At::LastApplied(_) | At::Anything,
                _,
            ) => (At::Anything, false),
        }
    }
}

/// A part of a decoder, with an eye on what passes through it.
struct Watch<'a, T> {
    of: T,
    at: At,
    notes: &'a mut Notes,
}

/// Passes methods of a decoder on, with the visitor watched.
macro_rules! decoder {
    ($($method:ident($($arg:ident: $type:ty),*)),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, $($arg: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            let Watch { of, at, notes } = self;
            of.$method($($arg,)* Watch { of: visitor, at, notes })
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Watch<'_, D> {
    type Error = D::Error;

    decoder! {
        deserialize_any(), deserialize_bool(), deserialize_char(), deserialize_str(), deserialize_string(),
        deserialize_i8(), deserialize_i16(), deserialize_i32(), deserialize_i64(),
        deserialize_u8(), deserialize_u16(), deserialize_u32(), deserialize_u64(),
        deserialize_f32(), deserialize_f64(), deserialize_bytes(), deserialize_byte_buf(),
        deserialize_option(), deserialize_unit(), deserialize_seq(), deserialize_map(), deserialize_identifier(),
        deserialize_unit_struct(name: &'static str), deserialize_newtype_struct(name: &'static str),
        deserialize_tuple(len: usize), deserialize_tuple_struct(name: &'static str, len: usize),
        deserialize_struct(name: &'static str, fields: &'static [&'static str]),
        deserialize_enum(name: &'static str, variants: &'static [&'static str]),
    }

    /// What the type passes over is looked at all the same.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        match self.at {
            At::Anything => self.of.deserialize_ignored_any(visitor),
            At::Object(_)
            | At::Plain(_)
            | At::ApiVersion
            | At::Metadata(_)
            | At::Annotations(_)
            | At::LastApplied(_)
            | At::Below(_) => self.deserialize_any(visitor),
        }
    }

    fn is_human_readable(&self) -> bool {
        self.of.is_human_readable()
    }
}

/// Passes plain values on as they are.
macro_rules! plain {
    ($($method:ident($($value:ident: $type:ty)?)),* $(,)?) => {$(
        fn $method<E: serde::de::Error>(self, $($value: $type)?) -> Result<V::Value, E> {
            self.of.$method($($value)?)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Watch<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.of.expecting(f)
    }

    plain! {
        visit_bool(it: bool), visit_i64(it: i64), visit_u64(it: u64), visit_f64(it: f64),
        visit_bytes(it: &[u8]), visit_borrowed_bytes(it: &'de [u8]), visit_none(), visit_unit(),
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<V::Value, E> {
        self.notes.read(self.at, text);
        self.of.visit_str(text)
    }

    fn visit_string<E: serde::de::Error>(self, text: String) -> Result<V::Value, E> {
        self.notes.read(self.at, &text);
        self.of.visit_string(text)
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<V::Value, E> {
        self.notes.read(self.at, text);
        self.of.visit_borrowed_str(text)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<V::Value, D::Error> {
        self.of.visit_some(Watch { of: from, at: self.at, notes: self.notes })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<V::Value, D::Error> {
        self.of.visit_newtype_struct(Watch { of: from, at: self.at, notes: self.notes })
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        let above = self.notes.pointer.len();
        self.of.visit_map(Entries { of: entries, at: self.at, notes: self.notes, above, below: At::Anything })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        let above = self.notes.pointer.len();
        self.of.visit_seq(Items { of: items, at: self.at, notes: self.notes, above, index: 0 })
    }

    /// Kubernetes has no enums with content.
    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        self.of.visit_enum(variant)
    }
}

impl Notes {
    fn read(&mut self, at: At, text: &str) {
        match at {
            At::ApiVersion => text.clone_into(&mut self.seen.api_version),
            // what is no JSON says nothing
            At::LastApplied(fields) => {
                let copy = strangers(fields, &mut serde_json::Deserializer::from_str(text));
                self.seen.remembered = copy.unwrap_or_default();
            }
            At::Object(_)
            | At::Plain(_)
            | At::Metadata(_)
            | At::Annotations(_)
            | At::Below(_)
            | At::Anything => {}
        }
    }
}

/// The entries of a mapping; its keys are strings.
struct Entries<'a, A> {
    of: A,
    at: At,
    notes: &'a mut Notes,
    /// Length of the pointer of the mapping.
    above: usize,
    /// What is known of the next value.
    below: At,
}

#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entries<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        if matches!(self.at, At::Anything) {
            return self.of.next_key_seed(seed);
        }
        let Some(Name(name)) = self.of.next_key()? else { return Ok(None) };
        let (below, told) = self.at.field(&name);
        let notes = &mut *self.notes;
        notes.pointer.truncate(self.above);
        if told || matches!(below, At::Below(_)) {
            notes.pointer.push('/');
            notes.pointer.push_str(&escape(&name));
        }
        if told {
            notes.seen.strangers.push(notes.pointer.clone());
        }
        self.below = below;
        match name {
            Cow::Borrowed(name) => seed.deserialize(BorrowedStrDeserializer::new(name)),
            Cow::Owned(name) => seed.deserialize(name.into_deserializer()),
        }
        .map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.of.next_value_seed(Watch { of: seed, at: self.below, notes: self.notes })
    }
}

/// The items of a list.
struct Items<'a, A> {
    of: A,
    at: At,
    notes: &'a mut Notes,
    /// Length of the pointer of the list.
    above: usize,
    index: usize,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Items<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        if matches!(self.at, At::Below(_)) {
            self.notes.pointer.truncate(self.above);
            let _ = write!(self.notes.pointer, "/{}", self.index);
            self.index += 1;
        }
        self.of.next_element_seed(Watch { of: seed, at: self.at, notes: self.notes })
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Watch<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<S::Value, D::Error> {
        self.of.deserialize(Watch { of: from, at: self.at, notes: self.notes })
    }
}
