//! Rules of hop `schema`, by code.

mod aws_anthropic_without_version;
mod azure_without_api_version;
mod bad_prefix;
mod body_mutation_not_json;
mod body_mutation_of_routed_field;
mod cohere_without_version;
mod gcp_anthropic_without_version;
mod header_mutation_without_effect;
mod hop_by_hop_header_mutated;
mod mutation;
mod path;
mod prefix_ignored;
mod provider_needs_other_prefix;
mod schema_does_not_fit_host;
mod version_used_as_prefix;

use super::Rule;

/// All rules of this hop.
pub(super) static RULES: &[&Rule] = &[
    &azure_without_api_version::RULE,
    &gcp_anthropic_without_version::RULE,
    &aws_anthropic_without_version::RULE,
    &cohere_without_version::RULE,
    &version_used_as_prefix::RULE,
    &bad_prefix::RULE,
    &prefix_ignored::RULE,
    &schema_does_not_fit_host::RULE,
    &provider_needs_other_prefix::RULE,
    &body_mutation_not_json::RULE,
    &header_mutation_without_effect::RULE,
    &hop_by_hop_header_mutated::RULE,
    &body_mutation_of_routed_field::RULE,
];
