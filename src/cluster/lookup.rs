//! Lookups have three answers: yes, no, and nobody knows.

use std::fmt;

/// Why something could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The API server said 403.
    Forbidden,
    /// The API server does not serve the kind.
    NotInstalled,
    /// Nobody asked: not in the files, or switched off by a flag.
    NotFetched,
    /// Time ran out before the answer came; with the status with which the server had put the request off, if it had.
    Timeout(Option<String>),
    /// The object does not decode; with the decoder's reason.
    Undecodable(String),
    /// The API server answered with an error of its own; with its words.
    ServerError(String),
}

impl Why {
    /// The word for it in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Why::Forbidden => "forbidden",
            Why::NotInstalled => "not-installed",
            Why::NotFetched => "not-fetched",
            Why::Timeout(_) => "timeout",
            Why::Undecodable(_) => "undecodable",
            Why::ServerError(_) => "server-error",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Forbidden => f.write_str("forbidden"),
            Why::NotInstalled => f.write_str("kind not installed"),
            Why::NotFetched => f.write_str("not fetched"),
            Why::Timeout(None) => f.write_str("timed out"),
            Why::Timeout(Some(status)) => write!(f, "timed out (it said {status})"),
            Why::Undecodable(reason) => write!(f, "undecodable: {reason}"),
            Why::ServerError(reason) => write!(f, "server error: {reason}"),
        }
    }
}

/// The answer to "is there such an object?".
#[derive(Debug)]
pub enum Lookup<'a, T> {
    /// Yes.
    Found(&'a T),
    /// No, and that is certain.
    Absent,
    /// Nobody knows.
    Unreadable(Why),
}

impl<T> Clone for Lookup<'_, T> {
    fn clone(&self) -> Self {
        match self {
            Lookup::Found(object) => Lookup::Found(object),
            Lookup::Absent => Lookup::Absent,
            Lookup::Unreadable(why) => Lookup::Unreadable(why.clone()),
        }
    }
}

impl<'a, T> Lookup<'a, T> {
    /// The object, if it was found.
    pub fn found(&self) -> Option<&'a T> {
        match self {
            Lookup::Found(object) => Some(object),
            Lookup::Absent | Lookup::Unreadable(_) => None,
        }
    }

    /// Whether it certainly does not exist.
    pub fn is_absent(&self) -> bool {
        matches!(self, Lookup::Absent)
    }

    /// Why it could not be looked at, if so.
    pub fn unreadable(&self) -> Option<&Why> {
        match self {
            Lookup::Unreadable(why) => Some(why),
            Lookup::Found(_) | Lookup::Absent => None,
        }
    }
}
