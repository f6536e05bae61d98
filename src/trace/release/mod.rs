//! What came and went with which release of the controllers, as data: rules ask for a fact by its name, and where the
//! release is unknown they say on which ones it holds.

mod facts;
mod matrix;

pub use facts::*;
pub use matrix::{MATRIX, Tried};

use std::fmt;

use super::Version;

/// Whose release it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// Envoy AI Gateway.
    AiGateway,
    /// Envoy Gateway.
    EnvoyGateway,
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Product::AiGateway => "Envoy AI Gateway",
            Product::EnvoyGateway => "Envoy Gateway",
        })
    }
}

/// Something that some releases do.
#[derive(Debug)]
pub struct Fact {
    /// Whose releases.
    pub of: Product,
    /// What they do.
    pub what: &'static str,
    /// The first that does; `None` where all old ones do.
    pub since: Option<Version>,
    /// The first that does not any more; `None` where the newest still does.
    pub until: Option<Version>,
    /// Releases in between that do not.
    pub except: &'static [Version],
    /// Where that was read or seen.
    pub source: &'static str,
}

impl Fact {
    /// Whether a release does so; unknown where the release is.
    pub fn holds(&self, release: Option<Version>) -> Option<bool> {
        let release = release?;
        Some(
            self.since.is_none_or(|it| release >= it)
                && self.until.is_none_or(|it| release < it)
                && !self.except.contains(&release),
        )
    }

    /// The same, where an unknown release is taken for a recent one, as most installations are.
    pub fn likely(&self, release: Option<Version>) -> bool {
        self.holds(release).unwrap_or(self.until.is_none())
    }
}

/// The releases: "Envoy AI Gateway v1.1 and later".
impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fact { of, since, until, .. } = self;
        match (since.map(short), until.map(short)) {
            (None, None) => write!(f, "{of}"),
            (Some(since), None) => write!(f, "{of} {since} and later"),
            (None, Some(until)) => write!(f, "{of} before {until}"),
            (Some(since), Some(until)) => write!(f, "{of} {since} until {until}"),
        }
    }
}

/// `v1.1` for v1.1.0.
fn short(version: Version) -> String {
    let text = version.to_string();
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

impl Fact {
    pub(super) const fn since(self, major: u16, minor: u16, patch: u16) -> Self {
        Fact { since: Some(Version(major, minor, patch)), ..self }
    }

    pub(super) const fn until(self, major: u16, minor: u16, patch: u16) -> Self {
        Fact { until: Some(Version(major, minor, patch)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_hold_from_since_to_until() {
        assert_eq!(METADATA_NOT_FORWARDED.holds(Some(Version(1, 0, 9))), Some(false));
        assert_eq!(METADATA_NOT_FORWARDED.holds(Some(Version(1, 1, 3))), Some(true));
        assert_eq!(METADATA_NOT_FORWARDED.holds(Some(Version(1, 2, 0))), Some(false));
        assert_eq!(SECTION_BEATS_WHOLE.holds(Some(Version(1, 8, 0))), Some(false));
        assert_eq!(SECTION_BEATS_WHOLE.holds(Some(Version(1, 8, 1))), Some(true));
    }

    #[test]
    fn an_unknown_release_is_a_recent_one() {
        assert!(SIGNED_FOR_HOST.likely(None));
        assert!(!OPENAI_VERSION_AS_PREFIX.likely(None));
        assert_eq!(SIGNED_FOR_HOST.holds(None), None);
    }

    #[test]
    fn facts_say_their_releases() {
        assert_eq!(SIGNED_FOR_HOST.to_string(), "Envoy AI Gateway v1.1 and later");
        assert_eq!(OPENAI_VERSION_AS_PREFIX.to_string(), "Envoy AI Gateway before v0.6");
        assert_eq!(CHAIN_ALONE.to_string(), "Envoy Gateway v1.5 until v1.6");
        assert_eq!(VERTEX_PATH_IS_URL.to_string(), "Envoy AI Gateway v0.4 until v0.4.1");
    }

    #[test]
    fn facts_are_complete() {
        for it in FACTS {
            assert!(it.since.is_some() || it.until.is_some(), "{}", it.what);
            assert!(it.since.zip(it.until).is_none_or(|(since, until)| since < until), "{}", it.what);
            assert!(!it.source.is_empty() && !it.what.ends_with('.'), "{}", it.what);
        }
        assert!(MATRIX.is_sorted_by(|a, b| a.ai_gateway > b.ai_gateway));
    }
}
