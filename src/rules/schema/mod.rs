//! Rules of hop `schema`, by code.

mod aws_anthropic_without_version;
mod azure_without_api_version;
mod bad_prefix;
mod body_mutation_not_json;
mod body_mutation_of_routed_field;
mod chat_served_by_some;
mod cohere_without_version;
mod empty_prefix;
mod endpoints;
mod field_not_known;
mod fixed_path_ignores_prefix;
mod gcp_anthropic_without_version;
mod header_mutation_without_effect;
mod hop_by_hop_header_mutated;
mod model_by_clients_name;
mod model_of_another_provider;
mod models;
mod mutation;
mod no_common_endpoint;
mod path;
mod prefix_ignored;
mod provider_needs_other_prefix;
mod schema_does_not_fit_host;
mod slash_in_deployment;
mod version_used_as_prefix;
mod vertex_path_is_url;
mod vertex_version_ignored;

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
    &field_not_known::RULE,
    &hop_by_hop_header_mutated::RULE,
    &body_mutation_of_routed_field::RULE,
    &no_common_endpoint::RULE,
    &chat_served_by_some::RULE,
    &empty_prefix::RULE,
    &fixed_path_ignores_prefix::RULE,
    &model_of_another_provider::RULE,
    &model_by_clients_name::RULE,
    &vertex_path_is_url::RULE,
    &vertex_version_ignored::RULE,
    &slash_in_deployment::RULE,
];
