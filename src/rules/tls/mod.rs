//! Rules of hop `tls`, by code.

mod alt_hostnames_ignored;
mod ca_chosen_by_chance;
mod ca_expired;
mod ca_kind_unsupported;
mod ca_missing;
mod ca_not_a_certificate;
mod ca_without_key;
mod chain_checked_alone;
mod client_certificate_in_other_namespace;
mod client_certificate_missing;
mod facts;
mod hostname_not_verified;
mod missed_target;
mod name_differs;
mod name_unchecked_in_mixed_rule;
mod no_server_name;
mod plaintext_to_likely_tls_port;
mod plaintext_to_public_host;
mod plaintext_to_tls_port;
mod public_ca_for_private_name;
mod sni_from_client;
mod tls_name_differs;
mod tls_name_mismatch;
mod tls_policy_conflict;
mod tls_policy_misses_backend;
mod tls_policy_targets_nothing;
mod tls_policy_version_unread;
mod tls_section_never_matches;
mod tls_to_plain_port;
mod tls_without_ca;
mod verification_off;
mod well_known_ca_unknown;

use super::Rule;

/// All rules of this hop.
pub(super) static RULES: &[&Rule] = &[
    &tls_without_ca::RULE,
    &plaintext_to_tls_port::RULE,
    &tls_name_mismatch::RULE,
    &tls_policy_targets_nothing::RULE,
    &tls_name_differs::RULE,
    &tls_policy_misses_backend::RULE,
    &tls_section_never_matches::RULE,
    &tls_policy_conflict::RULE,
    &ca_missing::RULE,
    &ca_chosen_by_chance::RULE,
    &ca_without_key::RULE,
    &ca_not_a_certificate::RULE,
    &ca_expired::RULE,
    &ca_kind_unsupported::RULE,
    &public_ca_for_private_name::RULE,
    &sni_from_client::RULE,
    &client_certificate_in_other_namespace::RULE,
    &verification_off::RULE,
    &tls_to_plain_port::RULE,
    &plaintext_to_public_host::RULE,
    &plaintext_to_likely_tls_port::RULE,
    &name_unchecked_in_mixed_rule::RULE,
    &client_certificate_missing::RULE,
    &well_known_ca_unknown::RULE,
    &tls_policy_version_unread::RULE,
    &chain_checked_alone::RULE,
    &hostname_not_verified::RULE,
    &alt_hostnames_ignored::RULE,
];
