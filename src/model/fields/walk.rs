//! Through an object as it is read: nothing of it is kept but the pointers of what not every release knows.

use std::{
    borrow::Cow,
    fmt::{self, Write as _},
};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{Field, Fields, List, TABLE, TOP, escape, find};

/// A value that is walked through.
pub(super) struct Walk<'a> {
    pub at: At<'a>,
    /// JSON pointer of the value.
    pub pointer: &'a mut String,
    pub found: &'a mut Vec<String>,
}

/// What is known of the value.
#[derive(Clone, Copy)]
pub(super) enum At<'a> {
    /// It is a whole object.
    Object(&'a Fields),
    /// Its fields are in this list.
    Below(usize),
    /// Nothing is said of what is in it.
    Anything,
}

#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Walk<'a> {
    /// The value at a key or index of this one.
    fn below<'b>(&'b mut self, at: At<'a>) -> Walk<'b>
    where
        'a: 'b,
    {
        Walk { at, pointer: self.pointer, found: self.found }
    }

    /// What is known of a field, and whether it is worth telling.
    fn judge(&self, name: &str) -> (At<'a>, bool) {
        match self.at {
            At::Object(fields) if name == "spec" => (At::Below(fields.spec), false),
            At::Object(_) => (At::Anything, !TOP.contains(&name)),
            At::Below(list) => {
                let field = find(list, name);
                let below = field.and_then(|it| it.below).map_or(At::Anything, At::Below);
                (below, field.is_none_or(Field::is_marked))
            }
            At::Anything => (At::Anything, false),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        match self.at {
            At::Anything => IgnoredAny::deserialize(from).map(|_| ()),
            At::Below(list) if TABLE.lists.get(list).is_none_or(List::is_empty) => {
                IgnoredAny::deserialize(from).map(|_| ())
            }
            At::Object(_) | At::Below(_) => from.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        let above = self.pointer.len();
        while let Some(Name(name)) = entries.next_key()? {
            let (below, told) = self.judge(&name);
            self.pointer.push('/');
            self.pointer.push_str(&escape(&name));
            entries.next_value_seed(self.below(below))?;
            if told {
                self.found.push(self.pointer.clone());
            }
            self.pointer.truncate(above);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let above = self.pointer.len();
        for index in 0_usize.. {
            let _ = write!(self.pointer, "/{index}");
            let more = items.next_element_seed(self.below(self.at))?;
            self.pointer.truncate(above);
            if more.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
