//! Rules of hop `tls`, by code.

mod plaintext_to_tls_port;

use super::Rule;

/// All rules of this hop.
pub(super) static RULES: &[&Rule] = &[&plaintext_to_tls_port::RULE];
