//! A Secret is its key names, lengths and shapes: values are looked at once while decoding, and then wiped.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, de::Error as _};
use zeroize::Zeroizing;

use super::{
    Pem,
    facts::{Held, Wiped},
    meta::{Meta, resource},
};

/// A Secret without its values.
#[derive(Debug, Clone, Default)]
pub struct Secret {
    /// Identity and annotations (`rotators/expiration-time`).
    pub meta: Meta,
    /// Facts per key.
    pub data: BTreeMap<String, SecretValue>,
}

resource!(Secret);

/// What is known of one value of a Secret; neither the value nor a part of it can be got back from this.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecretValue {
    /// Length in bytes.
    pub bytes: usize,
    /// Nothing but whitespace.
    pub blank: bool,
    /// Begins or ends with whitespace or a newline.
    pub padded: bool,
    /// Begins with `Bearer `, which the gateway adds by itself.
    pub bearer_prefix: bool,
    /// Wrapped in quotation marks.
    pub quoted: bool,
    /// Looks like text that someone meant to replace.
    pub placeholder: bool,
    /// An INI file with a `[default]` section that has an `aws_access_key_id`.
    pub aws_default_profile: bool,
    /// A JSON object, as a GCP service account file is.
    pub json_object: bool,
    /// The value read as PEM certificates.
    pub pem: Pem,
}

impl SecretValue {
    /// Takes the facts of a value.
    pub fn of(value: &[u8]) -> Self {
        let text = String::from_utf8_lossy(value);
        let trimmed = text.trim();
        SecretValue {
            bytes: value.len(),
            blank: trimmed.is_empty(),
            padded: trimmed.len() != text.len(),
            bearer_prefix: trimmed.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")),
            quoted: trimmed.len() > 1
                && (trimmed.starts_with('"') && trimmed.ends_with('"')
                    || trimmed.starts_with('\'') && trimmed.ends_with('\'')),
            placeholder: is_placeholder(trimmed),
            aws_default_profile: has_default_profile(trimmed),
            json_object: trimmed.starts_with('{')
                && serde_json::from_str::<serde::de::IgnoredAny>(trimmed).is_ok(),
            pem: Pem::read(value),
        }
    }
}

/// Text that stands for a value in examples and templates.
fn is_placeholder(text: &str) -> bool {
    let lower = Zeroizing::new(text.to_ascii_lowercase());
    (text.starts_with('<') && text.ends_with('>'))
        || (text.starts_with("${") && text.ends_with('}'))
        || (text.starts_with("{{") && text.ends_with("}}"))
        || [
            "changeme",
            "change-me",
            "change_me",
            "replace-me",
            "replace_me",
            "replaceme",
            "todo",
            "your-key-here",
        ]
        .contains(&lower.as_str())
        || (["your-", "your_", "my-api-key", "insert-"].iter().any(|start| lower.starts_with(start))
            && lower.len() < 40)
        || (["xxx", "..."].iter().any(|run| lower.starts_with(run))
            && lower.chars().all(|c| c == 'x' || c == '.'))
        || is_variable(text)
}

/// The name of an environment variable instead of its value, as in `OPENAI_API_KEY`.
fn is_variable(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        && ["_KEY", "_TOKEN", "_SECRET"].iter().any(|end| text.ends_with(end))
}

fn has_default_profile(text: &str) -> bool {
    let mut in_default = false;
    text.lines().map(str::trim).any(|line| {
        // a comment may follow the name
        if let Some((name, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            in_default = name.trim() == "default";
        }
        in_default && line.starts_with("aws_access_key_id")
    })
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(from)?;
        let decoded = wire.data.into_iter().map(|(key, held)| {
            let value = match held {
                Held::Text(text) => text,
                Held::Facts(facts) => return Ok((key, *facts)),
            };
            let packed: Zeroizing<Vec<u8>> =
                Zeroizing::new(value.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect());
            // the key is there: leaving it out would say that it is not
            let wrong = |_| D::Error::custom(format!("invalid value, expected base64 in data.{key}"));
            let bytes = Zeroizing::new(STANDARD.decode(&*packed).map_err(wrong)?);
            Ok((key, SecretValue::of(&bytes)))
        });
        let mut data: BTreeMap<String, SecretValue> = decoded.collect::<Result<_, D::Error>>()?;
        data.extend(
            wire.string_data.into_iter().map(|(key, value)| (key, SecretValue::of(value.as_bytes()))),
        );
        Ok(Secret { meta: wire.metadata, data })
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    metadata: Meta,
    data: BTreeMap<String, Held>,
    string_data: BTreeMap<String, Wiped>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_keeps_facts_and_no_value() {
        let json = r#"{"metadata":{"name":"key","namespace":"a"},"data":{"apiKey":"c2stY2FuYXJ5Cg=="},"stringData":{"x":" "}}"#;
        let secret: Secret = serde_json::from_str(json).unwrap();
        let value = &secret.data["apiKey"];
        assert_eq!((value.bytes, value.blank, value.padded), (10, false, true));
        assert!(secret.data["x"].blank);
        assert!(!format!("{secret:?}").contains("canary"));
    }

    #[test]
    fn shapes_are_told_apart() {
        assert!(SecretValue::of(b"Bearer sk-1").bearer_prefix);
        assert!(SecretValue::of(b"<your-api-key>").placeholder);
        assert!(SecretValue::of(b"YOUR_OPENAI_API_KEY").placeholder);
        assert!(SecretValue::of(b"OPENAI_API_KEY").placeholder);
        assert!(!SecretValue::of(b"dummy-quartz-heron-up-key").placeholder);
        assert!(SecretValue::of(b"[default]\naws_access_key_id = A").aws_default_profile);
        assert!(!SecretValue::of(b"[prod]\naws_access_key_id = A").aws_default_profile);
    }
}
