//! The list of all rules: that of each hop, in the order of the codes.

use super::{Rule, credential, endpoint, platform, reference, route, schema, tls};

/// All rules, in the order of their codes.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [
        reference::RULES,
        endpoint::RULES,
        tls::RULES,
        credential::RULES,
        schema::RULES,
        route::RULES,
        platform::RULES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Codes that were in use once, and never will be again.
pub static RETIRED: &[&str] = &[];

/// The rule with that code (in any case) or name.
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.code.eq_ignore_ascii_case(code_or_name) || rule.name == code_or_name)
}
