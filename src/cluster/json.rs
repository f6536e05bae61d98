//! JSON of which more may be to come.

use serde::{Deserialize, Deserializer};

use crate::model::{
    Resource,
    fields::{self, Seen},
};

/// The first value of a text, and where it ends; `None` where the text ends before it does.
pub(super) fn first<'de, T: Deserialize<'de>>(
    text: &'de [u8],
) -> Result<Option<(T, usize)>, serde_json::Error> {
    let mut values = serde_json::Deserializer::from_slice(text).into_iter();
    match values.next() {
        Some(Ok(value)) => Ok(Some((value, values.byte_offset()))),
        Some(Err(error)) if !error.is_eof() => Err(error),
        Some(Err(_)) | None => Ok(None),
    }
}

/// An object, and what it says beside what its type holds.
pub(super) struct Decoded<T> {
    pub object: T,
    pub seen: Seen,
}

impl<'de, T: Resource> Deserialize<'de> for Decoded<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (object, seen) = fields::decode(T::KIND, from)?;
        Ok(Decoded { object, seen })
    }
}

/// As much of an object that does not decode as says which it is.
#[derive(Deserialize)]
pub(super) struct Named {
    pub metadata: Name,
}

#[derive(Deserialize)]
pub(super) struct Name {
    pub name: String,
    #[serde(default)]
    pub namespace: String,
}
