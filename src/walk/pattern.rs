//! Paths and values as Envoy matches them.

use std::cmp::Reverse;

use crate::model::PathMatch;

/// What a match asks of the path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Path<'a> {
    Exact(&'a str),
    Regex(&'a str),
    Prefix(&'a str),
}

impl<'a> Path<'a> {
    pub(super) fn of(it: Option<&'a PathMatch>) -> Self {
        let value = it.and_then(|it| it.value.as_deref()).unwrap_or("/");
        match it.and_then(|it| it.type_.as_deref()) {
            Some("Exact") => Path::Exact(value),
            Some("RegularExpression") => Path::Regex(value),
            _ => Path::Prefix(value),
        }
    }

    pub(super) fn matches(&self, path: &str) -> bool {
        match self {
            Path::Exact(value) => path == *value,
            Path::Regex(value) => is_full_match(value, path),
            Path::Prefix(value) => {
                let prefix = value.trim_end_matches('/');
                path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
        }
    }

    /// Exact, then regular expressions, then the longest prefix.
    pub(super) fn order(&self) -> (u8, Reverse<usize>) {
        match self {
            Path::Exact(value) => (0, Reverse(value.len())),
            Path::Regex(value) => (1, Reverse(value.len())),
            Path::Prefix(value) => (2, Reverse(value.len())),
        }
    }
}

/// Envoy matches the whole text; what is no valid expression matches nothing.
pub(super) fn is_full_match(expression: &str, text: &str) -> bool {
    regex_lite::Regex::new(&format!("^(?:{expression})$")).is_ok_and(|it| it.is_match(text))
}
