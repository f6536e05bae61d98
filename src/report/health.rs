//! Health: the worst finding of a hop decides its cell, the worst hop decides the backend.

use serde::Serialize;

use crate::{
    rules::{Finding, Hop, Severity},
    trace::Trace,
};

/// How a hop, a backend or the platform fares, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// An error was found.
    Fail,
    /// A warning was found.
    Warn,
    /// Something could not be looked at.
    Unknown,
    /// All was looked at, and nothing was found.
    Ok,
    /// The hop does not apply.
    None,
}

impl State {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            State::Fail => "fail",
            State::Warn => "warn",
            State::Unknown => "unknown",
            State::Ok => "ok",
            State::None => "none",
        }
    }
}

/// The state that findings alone lead to.
pub(super) fn worst<'a>(findings: impl Iterator<Item = &'a Finding>) -> Option<State> {
    findings
        .filter_map(|finding| match finding.rule.severity {
            Severity::Error => Some(State::Fail),
            Severity::Warning => Some(State::Warn),
            Severity::Info => None,
        })
        .min()
}

/// The state of a hop before any finding.
pub(super) fn before(trace: &Trace<'_>, hop: Hop) -> State {
    match trace.gaps(hop) {
        _ if !applies(trace, hop) => State::None,
        [] => State::Ok,
        [..] => State::Unknown,
    }
}

/// Whether there is anything to look at: no TLS in the cluster, no key for a keyless model server, no route yet.
fn applies(trace: &Trace<'_>, hop: Hop) -> bool {
    let unknown = !trace.gaps(hop).is_empty();
    match hop {
        Hop::Endpoint => trace.reference.found().is_some() || unknown,
        Hop::Tls => trace.tls.encrypted == Some(true) || unknown,
        Hop::Credential => !trace.credential.policies.is_empty() || unknown,
        Hop::Route => !trace.route.uses.is_empty() || unknown,
        Hop::Reference | Hop::Schema | Hop::Platform => true,
    }
}
