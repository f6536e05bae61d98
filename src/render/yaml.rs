//! `-o yaml`, and objects to copy.

use serde::Serialize;

use super::{json, text::is_nasty};

/// The encoder leaves bidirectional characters as they are. YAML can escape them, as JSON does, of which it is a superset.
pub(super) fn text(value: &impl Serialize) -> String {
    match serde_saphyr::to_string(value) {
        Ok(text) if text.chars().all(|it| it == '\n' || !is_nasty(it)) => text,
        _ => json::text(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn back(text: &str) -> Value {
        serde_saphyr::from_str(text).unwrap()
    }

    #[test]
    fn what_is_nasty_is_escaped_and_comes_back() {
        for nasty in [
            "a\u{1b}[1m",
            "\u{7f}",
            "\u{9b}",
            "x\u{202e}y",
            "\u{200b}",
            "a\nb",
            "\u{2028}",
            "\u{feff}a",
            "\t",
        ] {
            let value = json!({ "key": nasty });
            let text = text(&value);
            assert!(text.chars().all(|it| it == '\n' || !is_nasty(it)), "{text:?}");
            assert_eq!(back(&text), value, "{text:?}");
        }
    }

    #[test]
    fn strings_stay_strings_for_kubectl() {
        for plain in [
            "yes", "no", "on", "off", "y", "~", "null", "true", "012", "1e3", "0x1f", "1_000", "", "- a",
            "a: b", "#a", "*", "1:30",
        ] {
            let text = text(&json!({ "key": plain }));
            assert!(text.contains('"') || text.contains('\''), "{text}");
        }
    }
}
