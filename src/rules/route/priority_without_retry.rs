//! Priorities without a retry that leaves the first one.

use serde_json::json;

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    dangling::{self, Dangling},
};
use crate::{
    model::{Key, Kind, Resource as _, Retry},
    trace::{Hop, RouteTrace, RuleTrace, World},
};

/// See `kubectl aigw-backend explain AIB619`.
pub static RULE: Rule = Rule {
    code: "AIB619",
    name: "priority-without-retry",
    hop: Hop::Route,
    severity: Severity::Info,
    needs: &[Kind::AIGatewayRoute, Kind::BackendTrafficPolicy, Kind::Gateway],
    docs: Docs {
        what: "A rule has backendRefs of several priorities, and no BackendTrafficPolicy on the route or its \
              Gateway has a retry with numAttemptsPerPriority.",
        why: "A request goes to priority 0. Only a retry goes elsewhere, and without numAttemptsPerPriority: \
              1 it stays within the same priority.",
        client: "The error of the first backend, although a spare one stands ready.",
        confirm: "kubectl -n NAMESPACE get backendtrafficpolicies -o jsonpath='{.items[*].spec.retry}'",
        fix: "Add a BackendTrafficPolicy with a retry to the generated HTTPRoute.",
        before: "kind: BackendTrafficPolicy\n\
              spec: {retry: {numRetries: 3}}",
        after: "kind: BackendTrafficPolicy\n\
              spec: {retry: {numRetries: 3, numAttemptsPerPriority: 1}}",
    },
    refs: &["live", "ai-gateway@v1.1.0 examples/provider_fallback/fallback.yaml"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let listed = |namespace: &str| world.cluster.backend_traffic_policies.gap_in(namespace).is_none();
    let dangling = dangling::all(world);
    for route in &world.routes {
        let layered = |rule: &&RuleTrace<'_>| {
            let mut priorities = rule.refs.iter().map(|it| it.reference.priority.unwrap_or_default());
            let first = priorities.next();
            priorities.any(|it| Some(it) != first)
        };
        let Some(rule) = route.rules.iter().find(layered) else { continue };
        let known = listed(&route.key.namespace)
            && route.parents.iter().all(|it| it.gateway.found().is_some() && listed(&it.key.namespace));
        let gateways = route.parents.iter().filter_map(|it| world.gateway(&it.key.namespace, &it.key.name));
        let mut policies = route.backend_policies(world.cluster);
        policies.extend(gateways.flat_map(|it| it.backend_policies.iter().copied()));
        let retries = |it: &Retry| it.num_attempts_per_priority.is_some();
        if !known || policies.iter().any(|it| it.spec.retry.as_ref().is_some_and(retries)) {
            continue;
        }
        let draft = match policies.iter().find(|it| it.spec.retry.is_some()) {
            Some(policy) => {
                let (key, path) = (policy.key(), "/spec/retry/numAttemptsPerPriority");
                Draft::at(
                    key.clone(),
                    "/spec/retry",
                    format!("{key} retries without leaving the first priority"),
                )
                .fix(Fix::review("try each priority once").set(&key, path, 1))
            }
            // one with a wrong target was meant: traffic-policy-targets-nothing
            None if dangling.iter().any(|it| is_meant(it, route)) => continue,
            None => missing(world, route),
        };
        out.push(
            draft
                .effect("a request that fails on the first priority is not tried on the next one")
                .because(
                    route.key.clone(),
                    format!("/spec/rules/{}/backendRefs", rule.index),
                    "has several priorities",
                )
                .hits(rule.refs.iter().map(|it| (it.key.namespace.clone(), it.key.name.clone()))),
        );
    }
}

/// Whether a policy without a target would be in force on a route.
fn is_meant(it: &Dangling<'_>, route: &RouteTrace<'_>) -> bool {
    it.policy.key.kind == Kind::BackendTrafficPolicy
        && (it.meant == route.http_key || route.parents.iter().any(|parent| parent.key == it.meant))
}

fn missing(world: &World<'_>, route: &RouteTrace<'_>) -> Draft {
    let key =
        Key::new(Kind::BackendTrafficPolicy, &route.key.namespace, format!("{}-fallback", route.key.name));
    let manifest = json!({
        "apiVersion": world.cluster.api_version(Kind::BackendTrafficPolicy),
        "kind": "BackendTrafficPolicy",
        "metadata": {"name": key.name, "namespace": key.namespace},
        "spec": {
            "targetRefs": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": route.key.name}],
            "retry": {
                "numRetries": 5,
                "numAttemptsPerPriority": 1,
                "retryOn": {
                    "httpStatusCodes": [429, 500, 502, 503],
                    "triggers": ["connect-failure", "retriable-status-codes"],
                },
            },
        },
    });
    Draft::missing(key, format!("{} has priorities, and no BackendTrafficPolicy retries", route.key))
        .fix(Fix::review("retry on the next priority").create(manifest))
}
