//! The names that AI Gateway declares in costs.

use super::{super::near::nearest, types::Type};
use crate::trace::Version;

/// The last AI Gateway whose names are known here.
const KNOWN: Version = Version(1, 1, u16::MAX);

/// Names, their types, and since when there are such names.
const NAMES: [(&str, Type, Version); 9] = [
    ("model", Type::String, Version(0, 1, 0)),
    ("backend", Type::String, Version(0, 1, 0)),
    ("route_name", Type::String, Version(0, 6, 0)),
    ("input_tokens", Type::Uint, Version(0, 1, 0)),
    ("output_tokens", Type::Uint, Version(0, 1, 0)),
    ("total_tokens", Type::Uint, Version(0, 1, 0)),
    ("cached_input_tokens", Type::Uint, Version(0, 4, 0)),
    ("cache_creation_input_tokens", Type::Uint, Version(0, 5, 0)),
    ("reasoning_tokens", Type::Uint, Version(0, 6, 0)),
];

/// What the AI Gateway of a cluster declares.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    version: Option<Version>,
}

/// What a name is to AI Gateway.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// One of that type.
    Known(Type),
    /// None, with the one that may be meant.
    Undeclared(Option<&'static str>),
    /// None yet: one since that version.
    Later(Version),
    /// Perhaps one of an AI Gateway that is newer than this tool.
    Perhaps,
}

impl Names {
    pub fn of(version: Option<Version>) -> Self {
        Names { version }
    }

    /// Whether there may be names and functions of which nothing is known here.
    pub fn may_be_newer(self) -> bool {
        self.version.is_some_and(|it| it > KNOWN)
    }

    /// Looks a name up.
    pub fn find(self, name: &str) -> Name {
        if let Some((_, kind, since)) = NAMES.iter().find(|(it, ..)| *it == name) {
            let missing = self.version.filter(|it| it < since);
            return if missing.is_some() { Name::Later(*since) } else { Name::Known(kind.clone()) };
        }
        let meant = meant(name);
        // where the version cannot be read it may be a newer one, which may count more
        let counts = self.version.is_none() && name.ends_with("_tokens");
        if meant.is_none() && (counts || self.may_be_newer()) {
            Name::Perhaps
        } else {
            Name::Undeclared(meant)
        }
    }
}

/// What others call them.
const ALIASES: [(&str, &str); 6] = [
    ("prompt_tokens", "input_tokens"),
    ("completion_tokens", "output_tokens"),
    ("cached_tokens", "cached_input_tokens"),
    ("model_name", "model"),
    ("backend_name", "backend"),
    ("route", "route_name"),
];

/// The name that may be meant: one that others use, one left unfinished, or a slip of the hand.
fn meant(name: &str) -> Option<&'static str> {
    let names = || NAMES.iter().map(|(it, ..)| *it);
    let alias = ALIASES.iter().find(|(it, _)| *it == name).map(|(_, it)| *it);
    let begun = || names().find(|it| it.strip_prefix(name).is_some_and(|rest| rest.starts_with('_')));
    alias.or_else(begun).or_else(|| nearest(name, names()))
}

/// What a count is part of: AI Gateway adds the tokens that providers count apart.
const PARTS: [(&str, &str); 5] = [
    ("cached_input_tokens", "input_tokens"),
    ("cache_creation_input_tokens", "input_tokens"),
    ("reasoning_tokens", "output_tokens"),
    ("input_tokens", "total_tokens"),
    ("output_tokens", "total_tokens"),
];

/// Whether a count is part of another, or of a part of it.
pub(super) fn is_part(part: &str, of: &str) -> bool {
    let whole = PARTS.iter().find(|(it, _)| *it == part).map(|(_, whole)| *whole);
    whole.is_some_and(|it| it == of || is_part(it, of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_with_versions() {
        let at = |version: &str| Names::of(version.parse().ok());
        assert_eq!(at("v1.1.0").find("reasoning_tokens"), Name::Known(Type::Uint));
        assert_eq!(at("v0.5.0").find("reasoning_tokens"), Name::Later(Version(0, 6, 0)));
        assert_eq!(at("v1.1.0").find("audio_tokens"), Name::Undeclared(None));
        assert_eq!(at("v1.2.0").find("audio_tokens"), Name::Perhaps);
        assert_eq!(Names::of(None).find("audio_tokens"), Name::Perhaps);
        assert_eq!(Names::of(None).find("input"), Name::Undeclared(Some("input_tokens")));
        assert_eq!(Names::of(None).find("price"), Name::Undeclared(None));
        assert_eq!(Names::of(None).find("output_token"), Name::Undeclared(Some("output_tokens")));
    }

    #[test]
    fn parts_are_counted_in_the_whole() {
        assert!(is_part("cached_input_tokens", "total_tokens"));
        assert!(!is_part("input_tokens", "cached_input_tokens"));
    }
}
