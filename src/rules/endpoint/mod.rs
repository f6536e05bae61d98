//! Rules of hop `endpoint`, by code.

use super::Rule;

/// All rules of this hop.
pub(super) static RULES: &[&Rule] = &[];
