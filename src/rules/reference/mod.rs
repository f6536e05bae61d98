//! Rules of hop `reference`, by code.

mod backend_missing;

use super::Rule;

/// All rules of this hop.
pub(super) static RULES: &[&Rule] = &[&backend_missing::RULE];
