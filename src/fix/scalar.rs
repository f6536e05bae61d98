//! Values as text, for the place where they are to stand.

use granit_parser::ScalarStyle;
use serde_json::Value;

/// How the text around writes its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dress {
    /// One line after the other.
    Block,
    /// Within brackets.
    Flow,
    /// Within brackets, all keys and strings in quotation marks.
    Json,
}

/// A value on one line; a string is quoted like the one that stood there, where there was one.
pub(super) fn inline(value: &Value, dress: Dress, like: Option<ScalarStyle>) -> String {
    match value {
        Value::String(text) => string(text, dress, like),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|it| inline(it, within(dress), None)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let dress = within(dress);
            let entry = |(key, value): (&String, &Value)| {
                format!("{}: {}", string(key, dress, None), inline(value, dress, None))
            };
            let entries: Vec<String> = entries.iter().map(entry).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// A list or mapping with something in it, as lines without indentation.
pub(super) fn lines(value: &Value) -> Vec<String> {
    let text = serde_saphyr::to_string(value).unwrap_or_else(|_| value.to_string());
    text.lines().map(str::to_owned).collect()
}

fn within(dress: Dress) -> Dress {
    if dress == Dress::Json { Dress::Json } else { Dress::Flow }
}

fn string(text: &str, dress: Dress, like: Option<ScalarStyle>) -> String {
    let simple = text.chars().all(|it| !it.is_control());
    match like {
        Some(ScalarStyle::SingleQuoted) if simple => format!("'{}'", text.replace('\'', "''")),
        Some(ScalarStyle::DoubleQuoted) => quoted(text),
        _ if dress != Dress::Json && is_plain(text, dress) => text.to_owned(),
        _ => quoted(text),
    }
}

/// A string of JSON is one of YAML too.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Whether a string needs no quotation marks.
fn is_plain(text: &str, dress: Dress) -> bool {
    let fits = dress == Dress::Block
        || text.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.' | '/'));
    fits && serde_saphyr::to_string(&text).is_ok_and(|it| it.strip_suffix('\n') == Some(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn strings_are_quoted_where_they_must_be_or_were() {
        let block = |text: &str, like| inline(&json!(text), Dress::Block, like);
        assert_eq!(block("api.openai.com", None), "api.openai.com");
        assert_eq!(block("50Mi", Some(ScalarStyle::Plain)), "50Mi");
        assert_eq!(block("it's", Some(ScalarStyle::SingleQuoted)), "'it''s'");
        assert_eq!(block("v1", Some(ScalarStyle::DoubleQuoted)), "\"v1\"");
        for odd in ["yes", "", "1e3", "a: b", "# a", "- a", "a\nb", "~"] {
            assert!(block(odd, None).starts_with('"'), "{odd:?}");
        }
    }

    #[test]
    fn flow_looks_like_flow_and_json_like_json() {
        let value = json!({"group": "", "kind": "Backend", "ports": [1, "a,b"]});
        assert_eq!(inline(&value, Dress::Flow, None), r#"{group: "", kind: Backend, ports: [1, "a,b"]}"#);
        assert_eq!(
            inline(&value, Dress::Json, None),
            r#"{"group": "", "kind": "Backend", "ports": [1, "a,b"]}"#
        );
    }
}
