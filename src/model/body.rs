//! Values of body mutations, as the data plane reads them (ai-gateway@v1.1.0 internal/bodymutator/body_mutator.go).

use super::BodyField;

impl BodyField {
    /// Whether the value is taken for JSON, written as it is, and is none.
    pub fn is_broken(&self) -> bool {
        looks_like_json(&self.value) && !is_json(&self.value)
    }
}

fn is_json(value: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(value).is_ok()
}

/// Whether the data plane writes a value as it is; all else becomes a string.
fn looks_like_json(value: &str) -> bool {
    let value = value.trim();
    // one quotation mark begins and ends with one
    let within = |start: char, end: char| value.starts_with(start) && value.ends_with(end);
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | 'e' | 'E');
    within('"', '"')
        || within('{', '}')
        || within('[', ']')
        || matches!(value, "true" | "false" | "null")
        || value.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '-')
            && value.chars().all(numeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_written_raw_must_be_json() {
        for bad in ["007", "1-2", "{bad}", "[a]", "1.2.3", "+1", "\"a\"b\"", " 007 ", "\"", "-", "1e"] {
            assert!(looks_like_json(bad) && !is_json(bad), "{bad}");
        }
        for good in [
            "7",
            "1.5",
            "1e400",
            "true",
            " 7 ",
            "{\"a\":1}",
            "[1,2]",
            "\"007\"",
            "hello",
            "2024-10-21T",
            "",
            "v1",
            "e",
            "E5",
            ".5",
            "...",
            "{",
        ] {
            assert!(!looks_like_json(good) || is_json(good), "{good}");
        }
    }
}
