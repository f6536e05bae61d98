//! `version`.

use super::Answer;
use crate::rules;

/// The version, the commit and its date as far as they are known, and the target.
pub(super) fn run() -> Answer {
    let count = rules::all().count();
    let commit = match env!("AIGW_BACKEND_COMMIT") {
        "" => "unknown",
        commit => commit,
    };
    Answer::text(format!(
        "kubectl aigw-backend v{} ({count} rules)\ncommit {commit}\ntarget {}\n",
        env!("CARGO_PKG_VERSION"),
        env!("AIGW_BACKEND_TARGET"),
    ))
}
