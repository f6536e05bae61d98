//! `-o name`.

use super::clean;
use crate::report::{Report, State};

/// Backends that are not ok, as kubectl names them.
pub(super) fn render(report: &Report) -> String {
    (report.backends.iter())
        .filter(|row| row.health != State::Ok)
        .map(|row| format!("aiservicebackend.aigateway.envoyproxy.io/{}\n", clean(&row.name)))
        .collect()
}
