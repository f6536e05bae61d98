//! `-o json`.

use std::{borrow::Cow, fmt::Write as _};

use serde::Serialize;

use super::text::is_nasty;

pub(super) fn text(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_else(|error| format!("\"{error}\""));
    text.push('\n');
    match escape(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(text) => text,
    }
}

/// JSON leaves DEL, C1 and everything bidirectional as it is; such a character can only be inside of a string here.
pub(super) fn escape(json: &str) -> Cow<'_, str> {
    // most reports are plain ASCII, and large ones are long
    if json.bytes().all(|it| matches!(it, b' '..=b'~' | b'\n')) {
        return json.into();
    }
    let mut text = String::with_capacity(json.len());
    for it in json.chars() {
        if it == '\n' || !is_nasty(it) {
            text.push(it);
            continue;
        }
        for unit in it.encode_utf16(&mut [0; 2]) {
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nasty_is_escaped_and_comes_back() {
        let nasty = "a\u{1b}\u{7f}\u{9b}\u{202e}\u{e0041}\n日";
        let json = serde_json::to_string(nasty).unwrap();
        let json = escape(&json);
        assert!(!json.chars().any(is_nasty), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), nasty);
    }
}
