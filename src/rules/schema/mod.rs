//! Rules of hop `schema`, by code.

use super::Rule;

/// All rules of this hop.
pub(super) static RULES: &[&Rule] = &[];
