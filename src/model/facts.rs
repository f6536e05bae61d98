//! Facts in place of a value: how a capture writes what it must not hold, and how that is read again.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, Visitor},
};
use serde_json::Value;
use zeroize::Zeroize as _;

use super::{Pem, SecretValue};

/// What a key of a Secret or ConfigMap holds: a text, or facts about one.
pub(super) enum Held {
    Text(Wiped),
    Facts(Box<SecretValue>),
}

/// Text that is zeroed when dropped.
#[derive(Deserialize)]
pub(super) struct Wiped(String);

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::ops::Deref for Wiped {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Held {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(HeldVisitor)
    }
}

struct HeldVisitor;

impl<'de> Visitor<'de> for HeldVisitor {
    type Value = Held;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, it: &str) -> Result<Held, E> {
        Ok(Held::Text(Wiped(it.to_owned())))
    }

    fn visit_string<E>(self, it: String) -> Result<Held, E> {
        Ok(Held::Text(Wiped(it)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Held, A::Error> {
        // to its end first: an error in the middle would name a key that may be a value in the wrong place
        let mut all = BTreeMap::<String, Value>::new();
        while let Some((key, value)) = entries.next_entry()? {
            all.insert(key, value);
        }
        let facts = Facts::deserialize(Value::from_iter(all));
        let wrong = |_| A::Error::custom("invalid value, expected a string");
        Ok(Held::Facts(Box::new(facts.map_err(wrong)?.into())))
    }
}

/// The facts as they are written; what does not apply is left out.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Facts {
    bytes: usize,
    #[serde(default, skip_serializing_if = "is_no")]
    blank: bool,
    #[serde(default, skip_serializing_if = "is_no")]
    padded: bool,
    #[serde(default, skip_serializing_if = "is_no")]
    bearer_prefix: bool,
    #[serde(default, skip_serializing_if = "is_no")]
    quoted: bool,
    #[serde(default, skip_serializing_if = "is_no")]
    placeholder: bool,
    #[serde(default, skip_serializing_if = "is_no")]
    aws_default_profile: bool,
    #[serde(default, skip_serializing_if = "is_no")]
    json_object: bool,
    /// When each certificate in it expires.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    certificates: Vec<Timestamp>,
    #[serde(default, skip_serializing_if = "is_zero")]
    broken_certificates: usize,
    /// SHA-256 of certificates, in hex.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fingerprints: Vec<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde wants it
fn is_no(it: &bool) -> bool {
    !it
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde wants it
fn is_zero(it: &usize) -> bool {
    *it == 0
}

impl Serialize for SecretValue {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let hex = |it: &[u8; 32]| it.iter().fold(String::new(), |all, byte| format!("{all}{byte:02x}"));
        Facts {
            bytes: self.bytes,
            blank: self.blank,
            padded: self.padded,
            bearer_prefix: self.bearer_prefix,
            quoted: self.quoted,
            placeholder: self.placeholder,
            aws_default_profile: self.aws_default_profile,
            json_object: self.json_object,
            certificates: self.pem.not_after.clone(),
            broken_certificates: self.pem.broken,
            fingerprints: self.pem.fingerprints.iter().map(hex).collect(),
        }
        .serialize(to)
    }
}

impl From<Facts> for SecretValue {
    fn from(it: Facts) -> Self {
        SecretValue {
            bytes: it.bytes,
            blank: it.blank,
            padded: it.padded,
            bearer_prefix: it.bearer_prefix,
            quoted: it.quoted,
            placeholder: it.placeholder,
            aws_default_profile: it.aws_default_profile,
            json_object: it.json_object,
            pem: Pem {
                bytes: it.bytes,
                not_after: it.certificates,
                broken: it.broken_certificates,
                fingerprints: it.fingerprints.iter().filter_map(|it| fingerprint(it)).collect(),
            },
        }
    }
}

fn fingerprint(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    (hex.len() == 64).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::{ConfigMap, Secret};
    use super::*;

    #[test]
    fn facts_come_back_as_they_were() {
        for value in
            ["", " ", "Bearer sk-1\n", "\"x\"", "<key>", "[default]\naws_access_key_id=A", "{\"a\": 1}"]
        {
            let value = SecretValue::of(value.as_bytes());
            let json = serde_json::json!({"metadata": {"name": "a"}, "data": {"k": value}}).to_string();
            assert_eq!(serde_json::from_str::<Secret>(&json).unwrap().data["k"], value);
            assert_eq!(serde_json::from_str::<ConfigMap>(&json).unwrap().data["k"], value.pem);
        }
        let mut value = SecretValue::of(b"x");
        value.pem.not_after = vec!["2030-01-01T00:00:00Z".parse().unwrap(), Timestamp::MAX];
        value.pem.fingerprints = [[7; 32], [255; 32]].into();
        let json = serde_json::json!({"metadata": {"name": "a"}, "data": {"k": value}}).to_string();
        assert_eq!(serde_json::from_str::<Secret>(&json).unwrap().data["k"], value);
    }

    #[test]
    fn what_is_beside_the_facts_is_no_secret() {
        for wrong in
            [r#"{"bytes": 1, "value": "x"}"#, r#"{"value": "x"}"#, r#"{"bytes": "x"}"#, "{}", "1", "[]"]
        {
            let json = format!(r#"{{"metadata": {{"name": "a"}}, "data": {{"k": {wrong}}}}}"#);
            assert!(serde_json::from_str::<Secret>(&json).is_err(), "{wrong}");
        }
    }
}
