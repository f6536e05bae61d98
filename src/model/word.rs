//! Words that stand in thousands of objects, held once.

use std::{borrow::Cow, fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize, de::Visitor};

/// Those that are shared, in order; others work as well, and cost their own memory.
const KNOWN: [&str; 33] = [
    "",
    "/",
    "AIGatewayRoute",
    "AIServiceBackend",
    "Accepted",
    "Backend",
    "BackendSecurityPolicy",
    "Exact",
    "ExtensionRef",
    "False",
    "Gateway",
    "HTTPRoute",
    "HTTPRouteFilter",
    "InferencePool",
    "NoConflicts",
    "NotAccepted",
    "PathPrefix",
    "Programmed",
    "Ready",
    "RegularExpression",
    "ResolvedRefs",
    "Secret",
    "Service",
    "True",
    "Unknown",
    "aigateway.envoyproxy.io",
    "authorization",
    "gateway.envoyproxy.io",
    "gateway.networking.k8s.io",
    "host",
    "http",
    "inference.networking.k8s.io",
    "x-ai-eg-model",
];

/// A string that is mostly one of a few: a group, a kind, a type, a reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Word(Cow<'static, str>);

impl Word {
    fn known(text: &str) -> Option<Self> {
        let at = KNOWN.binary_search(&text).ok()?;
        KNOWN.get(at).map(|it| Word(Cow::Borrowed(it)))
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Word::known(text).unwrap_or_else(|| Word(Cow::Owned(text.to_owned())))
    }
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        Word::known(&text).unwrap_or(Word(Cow::Owned(text)))
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Word {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Word {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(Text)
    }
}

struct Text;

impl Visitor<'_> for Text {
    type Value = Word;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Word, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Word, E> {
        Ok(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_are_shared_and_others_work_as_well() {
        assert!(KNOWN.is_sorted(), "{KNOWN:?}");
        let read = |text: &str| serde_json::from_str::<Word>(text).unwrap();
        for word in KNOWN {
            assert!(matches!(read(&format!("\"{word}\"")).0, Cow::Borrowed(it) if it == word));
        }
        assert_eq!(read(r#""Another\n""#), "Another\n");
        assert!(serde_json::from_str::<Word>("1").is_err());
    }
}
