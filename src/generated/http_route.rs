//! The HTTPRoute of a route.

use super::{GENERATED, filters::is_not_found_filter, host_filter_key, not_found_filter_key};
use crate::model::{
    AIBackendRef, AIGatewayRoute, AIRouteRule, AIServiceBackend, HTTPBackendRef, HTTPRoute, HTTPRouteMatch,
    HTTPRouteRule, HTTPRouteRuleFilter, HTTPRouteSpec, Key, Meta, ObjectReference, OwnerReference, PathMatch,
    Resource as _, RouteStatus, RouteTimeouts,
};

/// The name of the rule that stands last, for models that nobody serves.
const LAST: &str = "route-not-found";
/// Time limit of a rule that sets none.
const TIMEOUT: &str = "60s";

/// Whether a rule is the last one, which leads to no backend.
pub fn answers_unknown_models(rule: &HTTPRouteRule) -> bool {
    let mut filters = rule.filters.iter().filter_map(|it| it.extension_ref.as_ref());
    rule.name.as_deref() == Some(LAST) || filters.any(|it| is_not_found_filter(&it.name))
}

/// Makes the HTTPRoute. `root` is the path under which the gateway serves AI clients; `find` looks up the reference of a
/// rule by both indexes. `None` when one of them does not resolve: AI Gateway then makes nothing at all.
pub fn http_route<'a>(
    route: &AIGatewayRoute,
    root: &str,
    find: impl Fn(usize, usize) -> Option<&'a AIServiceBackend>,
) -> Option<HTTPRoute> {
    let key = route.key();
    let mut rules = vec![];
    for (at, rule) in route.spec.rules.iter().enumerate() {
        let mut refs = vec![];
        for (index, it) in rule.backend_refs.iter().enumerate() {
            let target = if it.is_pool() { pool(it) } else { backend(&key.namespace, find(at, index)?) };
            refs.push(HTTPBackendRef { target, weight: Some(it.weight()) });
        }
        rules.push(http_rule(&key, root, rule, refs));
    }
    rules.push(HTTPRouteRule {
        name: Some(LAST.to_owned()),
        matches: vec![HTTPRouteMatch { path: Some(under(root)), ..HTTPRouteMatch::default() }],
        filters: vec![extension(&not_found_filter_key(&key))],
        ..HTTPRouteRule::default()
    });
    let spec = HTTPRouteSpec {
        parent_refs: route.spec.parent_refs.clone(),
        hostnames: route.spec.hostnames.clone(),
        rules,
    };
    Some(HTTPRoute { meta: meta(route), spec, status: RouteStatus::default() })
}

fn meta(route: &AIGatewayRoute) -> Meta {
    let mut annotations = route.meta.annotations.clone();
    annotations.insert(GENERATED.to_owned(), "true".to_owned());
    Meta {
        name: route.meta.name.clone(),
        namespace: route.meta.namespace.clone(),
        // it is made as soon as the route is there
        creation_timestamp: route.meta.creation_timestamp,
        labels: route.meta.labels.clone(),
        annotations,
        owner_references: vec![OwnerReference {
            kind: "AIGatewayRoute".to_owned(),
            name: route.meta.name.clone(),
        }],
        ..Meta::default()
    }
}

fn http_rule(
    route: &Key,
    root: &str,
    rule: &AIRouteRule,
    backend_refs: Vec<HTTPBackendRef>,
) -> HTTPRouteRule {
    let timeouts = rule.timeouts.clone().unwrap_or_default();
    HTTPRouteRule {
        name: rule.name.clone(),
        // a rule without matches gets none, whatever the root is
        matches: (rule.matches.iter())
            .map(|it| HTTPRouteMatch {
                path: Some(under(root)),
                headers: it.headers.clone(),
                ..HTTPRouteMatch::default()
            })
            .collect(),
        filters: vec![extension(&host_filter_key(route))],
        backend_refs,
        timeouts: Some(RouteTimeouts {
            request: timeouts.request.or_else(|| Some(TIMEOUT.to_owned())),
            ..timeouts
        }),
    }
}

fn under(root: &str) -> PathMatch {
    PathMatch { type_: Some("PathPrefix".into()), value: Some(root.into()) }
}

fn extension(filter: &Key) -> HTTPRouteRuleFilter {
    let reference = ObjectReference {
        group: Some("gateway.envoyproxy.io".into()),
        kind: Some("HTTPRouteFilter".into()),
        name: filter.name.clone(),
        ..ObjectReference::default()
    };
    HTTPRouteRuleFilter { type_: "ExtensionRef".into(), extension_ref: Some(reference) }
}

/// The reference of an AIServiceBackend as it is, with its namespace where the route is elsewhere.
fn backend(route_namespace: &str, backend: &AIServiceBackend) -> ObjectReference {
    let mut target = backend.spec.backend_ref.clone();
    if backend.meta.namespace != route_namespace {
        target.namespace.get_or_insert_with(|| backend.meta.namespace.clone());
    }
    target
}

fn pool(it: &AIBackendRef) -> ObjectReference {
    ObjectReference {
        group: it.group.clone(),
        kind: it.kind.clone(),
        namespace: it.namespace.clone(),
        name: it.name.clone(),
        ..ObjectReference::default()
    }
}
