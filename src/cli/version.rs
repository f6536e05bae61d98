//! `version`.

use super::Answer;
use crate::rules;

pub(super) fn run() -> Answer {
    let count = rules::all().count();
    Answer::text(format!("kubectl aigw-backend v{} ({count} rules)\n", env!("CARGO_PKG_VERSION")))
}
