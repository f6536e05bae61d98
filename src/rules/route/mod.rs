//! Rules of hop `route`, by code.

mod gateway_missing;
mod host_filter_edited;
mod host_filter_missing;
mod http_route_missing;
mod listener_refuses_route;
mod no_common_hostname;
mod no_such_listener;
mod no_traffic_by_weight;
mod not_routed;
mod parent_of_wrong_group;
mod route_not_accepted;
mod route_over_limits;
mod route_without_parents;

use super::{Draft, Rule};
use crate::{
    model::{Gateway, HTTPRoute, Key, Listener},
    trace::{Attachment, RouteTrace},
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
    &route_over_limits::RULE,
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

/// JSON pointer to a listener.
fn pointer(gateway: &Gateway, listener: &Listener) -> String {
    let index = gateway.spec.listeners.iter().position(|it| it.name == listener.name).unwrap_or_default();
    format!("/spec/listeners/{index}")
}

/// The name that is close enough to be what was meant.
fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near =
        names.map(|it| (strsim::damerau_levenshtein(it, wanted), it)).filter(|(distance, _)| *distance <= 2);
    near.min().map(|(_, name)| name)
}

/// Whether an HTTPRoute uses a filter.
fn uses_filter(http: &HTTPRoute, filter: &Key) -> bool {
    let mut filters =
        http.spec.rules.iter().flat_map(|rule| &rule.filters).filter_map(|it| it.extension_ref.as_ref());
    filters.any(|it| it.kind() == "HTTPRouteFilter" && it.name == filter.name)
}
