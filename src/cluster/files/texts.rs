//! Files as they are, for whoever rewrites them.

use std::{borrow::Cow, fs::Metadata};

use serde_json::Value;

use crate::cluster::yaml::{self, Node};

/// A byte order mark, which some editors put before a text.
const MARK: char = '\u{feff}';

/// The text of a file.
#[derive(Debug, Clone)]
pub struct Text {
    /// The file, as it was named or found.
    pub name: String,
    /// All of it, a byte order mark included.
    pub text: String,
    /// Why it cannot be rewritten.
    pub locked: Option<&'static str>,
}

impl Text {
    /// What follows the byte order mark.
    pub fn body(&self) -> &str {
        self.text.strip_prefix(MARK).unwrap_or(&self.text)
    }

    /// Replaces what follows the byte order mark.
    pub fn set_body(&mut self, body: &str) {
        let mark = if self.text.starts_with(MARK) { MARK.to_string() } else { String::new() };
        self.text = mark + body;
    }
}

/// Why a file cannot be rewritten.
pub(super) fn lock(meta: &Metadata, linked: bool) -> Option<&'static str> {
    if linked {
        Some("a symbolic link leads there, and links are not followed")
    } else if !meta.is_file() {
        Some("it is not a regular file")
    } else if meta.permissions().readonly() {
        Some("it is read-only")
    } else {
        None
    }
}

/// UTF-8, or UTF-16 with a mark, as some shells redirect it; else the line up to which it was text.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, usize> {
    let wide = |unit: fn([u8; 2]) -> u16| {
        let pairs = bytes.chunks_exact(2).filter_map(|it| it.try_into().ok());
        let text: Result<String, _> = char::decode_utf16(pairs.map(unit)).collect();
        text.map(Cow::Owned).map_err(|_| 1)
    };
    match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            before.split(|byte| *byte == b'\n').count()
        }),
    }
}

/// All documents of a text as JSON, as they are read here; empty ones are left out.
///
/// # Errors
/// The line, and why it is not YAML.
pub fn documents(text: &str) -> Result<Vec<Value>, String> {
    match yaml::read(text) {
        Ok(documents) => Ok(documents.iter().map(Node::json).collect()),
        Err(error) => Err(format!("line {}: {}", error.line, error.reason)),
    }
}
