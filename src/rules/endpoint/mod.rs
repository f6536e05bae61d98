//! Rules of hop `endpoint`, by code.

mod address_not_processed;
mod backend_refused;
mod backend_without_endpoints;
mod cluster_domain_typo;
mod dynamic_resolver;
mod fallback_without_effect;
mod headless_service_port;
mod health_check_without_host;
mod host_is_ip_address;
mod host_near_provider;
mod host_without_dot;
mod invalid_ip_address;
mod ip_address_without_hostname;
mod ip_backends_share_first_key;
mod loopback_address;
mod mixed_address_types;
mod mixed_rule_not_processed;
mod no_ready_endpoint;
mod place;
mod port_zero;
mod priorities_lost_in_mixed_rule;
mod provider_address_without_hostname;
mod provider_port;
mod service_missing;
mod service_port_missing;
pub(super) mod siblings;
mod unix_socket_endpoint;

use super::Rule;

/// All rules of this hop.
pub(super) static RULES: &[&Rule] = &[
    &host_is_ip_address::RULE,
    &host_without_dot::RULE,
    &loopback_address::RULE,
    &unix_socket_endpoint::RULE,
    &backend_without_endpoints::RULE,
    &port_zero::RULE,
    &service_missing::RULE,
    &service_port_missing::RULE,
    &no_ready_endpoint::RULE,
    &cluster_domain_typo::RULE,
    &dynamic_resolver::RULE,
    &ip_address_without_hostname::RULE,
    &ip_backends_share_first_key::RULE,
    &invalid_ip_address::RULE,
    &mixed_address_types::RULE,
    &host_near_provider::RULE,
    &provider_port::RULE,
    &address_not_processed::RULE,
    &priorities_lost_in_mixed_rule::RULE,
    &mixed_rule_not_processed::RULE,
    &backend_refused::RULE,
    &fallback_without_effect::RULE,
    &health_check_without_host::RULE,
    &provider_address_without_hostname::RULE,
    &headless_service_port::RULE,
];
