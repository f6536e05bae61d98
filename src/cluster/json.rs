//! JSON of which more may be to come.

use serde::Deserialize;

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
