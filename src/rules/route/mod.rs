//! Rules of hop `route`, by code.

mod broken;
mod catch_all_never_asked;
mod certificate_grant_missing;
mod covered;
mod dangling;
mod default_request_buffer;
mod default_request_timeout;
mod envoy_proxy_missing;
mod gateway_address_not_usable;
mod gateway_class_missing;
mod gateway_class_not_accepted;
mod gateway_class_of_other_controller;
mod gateway_missing;
mod gateway_without_envoy;
mod h2c_neighbour;
mod host_filter_edited;
mod host_filter_missing;
mod http_route_differs;
mod http_route_lags_route;
mod http_route_missing;
mod http_route_not_accepted;
mod http_route_of_same_name;
mod http_route_refs_unresolved;
mod http_route_taken_over;
mod listener_not_programmed;
mod listener_refuses_route;
mod listener_without_certificate;
mod listeners_clash;
mod longer_path_elsewhere;
mod model_header_misspelled;
mod model_not_listed;
mod models_hidden_by_hostname;
mod no_common_hostname;
mod no_such_listener;
mod no_traffic_by_weight;
mod not_found_filter_missing;
mod not_routed;
mod parent_of_wrong_group;
mod policy_timeout_without_effect;
mod policy_turns_traffic_off;
mod pool_reference_ignores;
mod priorities_lost_to_broken_backend;
mod priority_without_retry;
mod route_field_not_known;
mod route_not_accepted;
mod route_over_limits;
mod route_without_parents;
mod rule_loses_credentials;
mod shadowed_model;
mod small_request_buffer;
mod split;
mod split_rule_loses_credentials;
mod split_rule_loses_priorities;
mod traffic_policy_conflict;
mod traffic_policy_targets_nothing;
mod unready;

use std::collections::BTreeSet;

use super::{Draft, Fix, Rule};
use crate::{
    model::{Condition, Gateway, HTTPRoute, Key, Listener, has_condition},
    trace::{Attachment, GatewayTrace, ParentTrace, RouteTrace, World},
};

/// All rules of this hop.
pub(super) static RULES: &[&Rule] = &[
    &not_routed::RULE,
    &route_not_accepted::RULE,
    &http_route_missing::RULE,
    &listener_refuses_route::RULE,
    &no_such_listener::RULE,
    &gateway_missing::RULE,
    &parent_of_wrong_group::RULE,
    &route_without_parents::RULE,
    &no_common_hostname::RULE,
    &no_traffic_by_weight::RULE,
    &host_filter_missing::RULE,
    &host_filter_edited::RULE,
    &longer_path_elsewhere::RULE,
    &small_request_buffer::RULE,
    &default_request_buffer::RULE,
    &policy_turns_traffic_off::RULE,
    &shadowed_model::RULE,
    &route_over_limits::RULE,
    &priority_without_retry::RULE,
    &http_route_not_accepted::RULE,
    &http_route_refs_unresolved::RULE,
    &listener_without_certificate::RULE,
    &gateway_without_envoy::RULE,
    &gateway_class_of_other_controller::RULE,
    &gateway_class_missing::RULE,
    &http_route_lags_route::RULE,
    &gateway_class_not_accepted::RULE,
    &not_found_filter_missing::RULE,
    &http_route_differs::RULE,
    &http_route_of_same_name::RULE,
    &route_field_not_known::RULE,
    &traffic_policy_targets_nothing::RULE,
    &policy_timeout_without_effect::RULE,
    &rule_loses_credentials::RULE,
    &models_hidden_by_hostname::RULE,
    &http_route_taken_over::RULE,
    &model_header_misspelled::RULE,
    &catch_all_never_asked::RULE,
    &pool_reference_ignores::RULE,
    &traffic_policy_conflict::RULE,
    &model_not_listed::RULE,
    &priorities_lost_to_broken_backend::RULE,
    &default_request_timeout::RULE,
    &split_rule_loses_credentials::RULE,
    &split_rule_loses_priorities::RULE,
    &certificate_grant_missing::RULE,
    &listeners_clash::RULE,
    &listener_not_programmed::RULE,
    &gateway_address_not_usable::RULE,
    &envoy_proxy_missing::RULE,
    &h2c_neighbour::RULE,
];

/// Adds that requests come to the route all the same, through another parent.
fn with_other_parents(mut draft: Draft, route: &RouteTrace<'_>, broken: usize) -> Draft {
    for parent in route.parents.iter().filter(|it| it.index != broken) {
        if matches!(parent.attachment, Attachment::Listeners(_)) {
            let path = format!("/spec/parentRefs/{}", parent.index);
            draft =
                draft.because(route.key.clone(), path, format!("attaches to {} all the same", parent.key));
        }
    }
    draft
}

/// Makes AI Gateway write its HTTPRoutes anew: it looks at everything when it starts.
fn regenerate(world: &World<'_>) -> Fix {
    let fix = Fix::manual("make AI Gateway generate it anew: restart its controller");
    let Some(controller) = world.platform.ai_gateway else { return fix };
    let meta = &controller.deployment.meta;
    fix.command(format!("kubectl -n {} rollout restart deployment/{}", meta.namespace, meta.name))
}

/// A condition in Envoy Gateway's words.
fn quoted(condition: &Condition) -> String {
    format!("{}: {}", condition.reason, condition.message.trim_end_matches('.'))
}

/// JSON pointer to a listener.
fn pointer(gateway: &Gateway, listener: &Listener) -> String {
    let index = gateway.spec.listeners.iter().position(|it| it.name == listener.name).unwrap_or_default();
    format!("/spec/listeners/{index}")
}

/// Whether an HTTPRoute uses a filter.
fn uses_filter(http: &HTTPRoute, filter: &Key) -> bool {
    let mut filters =
        http.spec.rules.iter().flat_map(|rule| &rule.filters).filter_map(|it| it.extension_ref.as_ref());
    filters.any(|it| it.kind() == "HTTPRouteFilter" && it.name == filter.name)
}

/// Names of a Gateway's listeners that AI routes attach to.
fn ai_listeners<'a>(world: &'a World<'_>, gateway: &'a Key) -> BTreeSet<&'a str> {
    let all = world.routes_on(gateway).flat_map(RouteTrace::listeners);
    all.filter(|(key, _)| *key == gateway).map(|(_, it)| it.name.as_str()).collect()
}

/// Whether certainly no BackendTrafficPolicy sets the request buffer: one on the Gateway does so for all, and one on a
/// route for all if that route is the first.
fn has_no_request_buffer(world: &World<'_>, gateway: &GatewayTrace<'_>) -> bool {
    let policies = &world.cluster.backend_traffic_policies;
    let known = |namespace: &str| policies.gap_in(namespace).is_none();
    known(&gateway.key.namespace)
        && gateway.backend_policies.iter().all(|it| it.spec.request_buffer.is_none())
        && world.routes_on(&gateway.key).all(|route| {
            let own = route.backend_policies(world.cluster);
            known(&route.key.namespace) && own.iter().all(|it| it.spec.request_buffer.is_none())
        })
}

/// What Envoy Gateway says of the generated HTTPRoute on a parent that it attaches to by its spec, as far as that is
/// about today's spec.
fn refusals<'a>(world: &'a World<'_>, type_: &'static str) -> impl Iterator<Item = Refusal<'a>> {
    let ours = world.platform.controller_name();
    world.routes.iter().flat_map(move |route| {
        let generation = route.http.found().map_or(0, |it| it.meta.generation);
        route.parents.iter().filter_map(move |parent| {
            let status = parent.status.filter(|it| it.controller_name == ours)?;
            let condition = has_condition(&status.conditions, type_, "False")?;
            let current = condition.observed_generation == 0 || condition.observed_generation == generation;
            let attached = matches!(parent.attachment, Attachment::Listeners(_));
            (current && attached).then_some(Refusal { route, parent, condition })
        })
    })
}

/// A condition of the generated HTTPRoute that is False.
struct Refusal<'a> {
    route: &'a RouteTrace<'a>,
    parent: &'a ParentTrace<'a>,
    condition: &'a Condition,
}
