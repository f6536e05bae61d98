//! Rules of hop `credential`, by code.

mod aws_credentials_blank;
mod aws_file_without_default_profile;
mod aws_profile_ignored;
mod azure_key_empty;
mod caller_token_goes_upstream;
mod caller_token_used_as_key;
mod client_secret_padded;
mod ext_proc_dies_for_want_of_identity;
mod facts;
mod gcp_schema_without_credentials;
mod header_mutation_carries_credential;
mod key_in_quotes;
mod key_is_placeholder;
mod key_with_bearer_prefix;
mod no_credential_for_provider;
mod oidc_field_ignored;
mod oidc_secret_without_namespace;
mod orphan_token;
mod override_from_metadata_never_arrives;
mod override_needs_static_credential;
mod override_refuses_all;
mod pod_identity_beats_file;
mod policy_cannot_work_with_schema;
mod policy_does_not_fit_provider;
mod policy_not_accepted;
mod policy_target_missing;
mod policy_without_targets;
mod pool;
mod pool_key_not_taken_over;
mod pool_policy_named_like_backend;
mod pool_secret_unusable;
mod region_differs_from_host;
mod secret_across_namespaces;
mod secret_key_missing;
mod secret_missing;
mod secret_namespace_ignored;
mod secret_of_other_namespace_used;
mod secret_value_blank;
mod security_policy_ref_removed;
mod service_account_not_json;
mod signature_for_other_host;
mod target_listed_twice;
mod token_expired;
mod token_older_than_login;
mod two_policies_for_one_backend;

pub(super) use security_policy_ref_removed::lost_policy;

use super::Rule;

/// All rules of this hop.
pub(super) static RULES: &[&Rule] = &[
    &secret_missing::RULE,
    &secret_key_missing::RULE,
    &secret_value_blank::RULE,
    &azure_key_empty::RULE,
    &aws_credentials_blank::RULE,
    &no_credential_for_provider::RULE,
    &two_policies_for_one_backend::RULE,
    &target_listed_twice::RULE,
    &policy_cannot_work_with_schema::RULE,
    &gcp_schema_without_credentials::RULE,
    &policy_does_not_fit_provider::RULE,
    &secret_namespace_ignored::RULE,
    &secret_of_other_namespace_used::RULE,
    &policy_target_missing::RULE,
    &policy_without_targets::RULE,
    &pool_policy_named_like_backend::RULE,
    &aws_profile_ignored::RULE,
    &oidc_secret_without_namespace::RULE,
    &override_needs_static_credential::RULE,
    &region_differs_from_host::RULE,
    &key_with_bearer_prefix::RULE,
    &key_is_placeholder::RULE,
    &token_expired::RULE,
    &policy_not_accepted::RULE,
    &header_mutation_carries_credential::RULE,
    &override_from_metadata_never_arrives::RULE,
    &client_secret_padded::RULE,
    &key_in_quotes::RULE,
    &service_account_not_json::RULE,
    &aws_file_without_default_profile::RULE,
    &security_policy_ref_removed::RULE,
    &secret_across_namespaces::RULE,
    &caller_token_goes_upstream::RULE,
    &signature_for_other_host::RULE,
    &pod_identity_beats_file::RULE,
    &ext_proc_dies_for_want_of_identity::RULE,
    &token_older_than_login::RULE,
    &orphan_token::RULE,
    &pool_key_not_taken_over::RULE,
    &oidc_field_ignored::RULE,
    &pool_secret_unusable::RULE,
    &caller_token_used_as_key::RULE,
    &override_refuses_all::RULE,
];
