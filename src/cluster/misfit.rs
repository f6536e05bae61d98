//! Why an object does not decode: the field and what belongs there, and never what stands there.

use std::fmt;

/// The field that does not fit. Its value is left out, as it may be a credential in the wrong place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misfit {
    /// Keys and indexes from the top.
    pub path: Vec<String>,
    reason: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.reason)
        } else {
            write!(f, "{}: {}", self.path.join("."), self.reason)
        }
    }
}

impl Misfit {
    /// What the decoder says of a text, without the value that it quotes.
    pub(super) fn of(error: &serde_json::Error, json: &[u8]) -> Self {
        let before: usize = json
            .split_inclusive(|it| *it == b'\n')
            .take(error.line().saturating_sub(1))
            .map(<[u8]>::len)
            .sum();
        Misfit { path: path(json, before + error.column()), reason: reason(&error.to_string()) }
    }
}

/// What is expected comes from the types of this tool; the rest of the text may come from the object.
fn reason(text: &str) -> String {
    let text = text.rsplit_once(" at line ").map_or(text, |(text, _)| text);
    if text.starts_with("missing field") {
        return text.to_owned();
    }
    match text.rsplit_once(", expected ") {
        Some((_, "u16")) => "expected a number up to 65535".to_owned(),
        Some((_, "u8" | "u32" | "u64" | "usize" | "i32" | "i64" | "f64")) => "expected a number".to_owned(),
        Some((_, "a sequence")) => "expected a list".to_owned(),
        Some((_, what)) if what.starts_with("struct ") || what == "a map" => "expected a mapping".to_owned(),
        Some((_, what)) => format!("expected {what}"),
        None => "does not fit".to_owned(),
    }
}

/// The keys and indexes that lead to the last of the bytes that were read.
fn path(json: &[u8], read: usize) -> Vec<String> {
    enum Step {
        Key(String),
        Index(usize),
    }
    let mut steps: Vec<Step> = vec![];
    let mut is_key = false;
    let mut at = 0;
    // the last byte may begin what does not fit
    let end = read.saturating_sub(1);
    while let Some(byte) = json.get(at).filter(|_| at < end) {
        match byte {
            b'"' => {
                let text = string(json.get(at + 1..).unwrap_or_default());
                if let (true, Some(Step::Key(key))) = (is_key, steps.last_mut()) {
                    *key = String::from_utf8_lossy(text).into_owned();
                }
                at += text.len() + 1;
            }
            b'{' => steps.push(Step::Key(String::new())),
            b'[' => steps.push(Step::Index(0)),
            b'}' | b']' => drop(steps.pop()),
            b',' => {
                if let Some(Step::Index(index)) = steps.last_mut() {
                    *index += 1;
                }
            }
            _ => {}
        }
        is_key = match byte {
            b'{' => true,
            b',' => matches!(steps.last(), Some(Step::Key(_))),
            b' ' | b'\n' | b'\t' | b'\r' => is_key,
            _ => false,
        };
        at += 1;
    }
    // found out at the end of a mapping: all of it is meant
    if matches!(json.get(end), Some(b'}' | b']')) {
        steps.pop();
    }
    let name = |step| match step {
        Step::Key(key) => key,
        Step::Index(index) => index.to_string(),
    };
    steps.into_iter().map(name).filter(|it| !it.is_empty()).collect()
}

/// The inside of a string, of which the first quotation mark was read.
fn string(json: &[u8]) -> &[u8] {
    let mut escaped = false;
    let end = json.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    json.get(..end.unwrap_or(json.len())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;
    use crate::model::{AIServiceBackend, Backend, Secret};

    fn misfit<T: DeserializeOwned>(json: &str) -> String {
        let error = serde_json::from_str::<T>(json).err().expect("it does not fit");
        Misfit::of(&error, json.as_bytes()).to_string()
    }

    #[test]
    fn the_field_is_named_and_its_value_is_not() {
        assert_eq!(
            misfit::<Backend>(
                r#"{"metadata":{"name":"a, \"b"},"spec":{"endpoints":[{"fqdn":{"hostname":"h","port":"canary"}}]}}"#
            ),
            "spec.endpoints.0.fqdn.port: expected a number up to 65535"
        );
        assert_eq!(
            misfit::<AIServiceBackend>(r#"{"spec":{"headerMutation":{"set":"canary"}}}"#),
            "spec.headerMutation.set: expected a list"
        );
        assert_eq!(
            misfit::<AIServiceBackend>("{\n \"spec\": {\n  \"headerMutation\": \"x, expected canary\"}}"),
            "spec.headerMutation: expected a mapping"
        );
        assert_eq!(misfit::<Secret>(r#"{"data":{"key":99887766}}"#), "data.key: expected a string");
        assert_eq!(misfit::<Secret>(r#"{"data":{"key":["canary"]}}"#), "data.key: expected a string");
        assert_eq!(misfit::<Secret>(r#"{"data":{"key":"canary!"}}"#), "expected base64 in data.key");
        assert_eq!(misfit::<Secret>(r#"{"data":["canary"]}"#), "data: expected a mapping");
    }
}
