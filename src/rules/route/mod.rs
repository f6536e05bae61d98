//! Rules of hop `route`, by code.

use super::Rule;

/// All rules of this hop.
pub(super) static RULES: &[&Rule] = &[];
