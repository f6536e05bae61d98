//! The two HTTPRouteFilters of a route: made when absent, and never repaired.

use serde_json::{Value, json};

use crate::model::{Key, Kind};

/// The text for models that nobody serves.
pub const NOT_FOUND: &str = "No matching route found. It is likely because the model specified in your request is not configured in the Gateway.";

const NOT_FOUND_FILTER: &str = "ai-eg-route-not-found-response";

/// Identity of the filter that rewrites the Host header.
pub fn host_filter_key(route: &Key) -> Key {
    named("ai-eg-host-rewrite", route)
}

/// Identity of the filter that answers for models that nobody serves.
pub fn not_found_filter_key(route: &Key) -> Key {
    named(NOT_FOUND_FILTER, route)
}

/// Whether a filter is one that answers for models that nobody serves.
pub(super) fn is_not_found_filter(name: &str) -> bool {
    name.starts_with(NOT_FOUND_FILTER)
}

fn named(prefix: &str, route: &Key) -> Key {
    Key::new(Kind::HTTPRouteFilter, &route.namespace, format!("{prefix}-{}", route.name))
}

/// The filter that rewrites the Host header to the name of the endpoint, as a manifest.
pub fn host_filter(api_version: &str, route: &Key) -> Value {
    manifest(api_version, &host_filter_key(route), &json!({"urlRewrite": {"hostname": {"type": "Backend"}}}))
}

/// The filter that answers for models that nobody serves, as a manifest.
pub fn not_found_filter(api_version: &str, route: &Key) -> Value {
    let spec =
        json!({"directResponse": {"statusCode": 404, "body": {"type": "Inline", "inline": NOT_FOUND}}});
    manifest(api_version, &not_found_filter_key(route), &spec)
}

fn manifest(api_version: &str, key: &Key, spec: &Value) -> Value {
    json!({
        "apiVersion": api_version,
        "kind": "HTTPRouteFilter",
        "metadata": {"name": key.name, "namespace": key.namespace},
        "spec": spec,
    })
}
