//! An invalid policy makes Envoy answer 500.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Condition, Key, Kind, Meta, ObjectReference, PolicyStatus, PolicyTargets, Resource as _},
    trace::{Hop, RouteTrace, World},
};

/// See `kubectl aigw-backend explain AIB616`.
pub static RULE: Rule = Rule {
    code: "AIB616",
    name: "policy-turns-traffic-off",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[
        Kind::AIGatewayRoute,
        Kind::Gateway,
        Kind::SecurityPolicy,
        Kind::BackendTrafficPolicy,
        Kind::ClientTrafficPolicy,
    ],
    docs: Docs {
        what: "Envoy Gateway calls a policy on the Gateway or on the generated HTTPRoute invalid.",
        why: "An invalid policy is not left out: so that nobody comes in unchecked, Envoy answers itself on \
              every route that the policy covers. The routes stay Accepted.",
        client: "500 with an empty body for every request.",
        confirm: "kubectl -n NAMESPACE get securitypolicies,backendtrafficpolicies,clienttrafficpolicies -o \
              jsonpath='{.items[*].status}'",
        fix: "Do what the message says, or delete the policy.",
        before: "kind: SecurityPolicy\n\
              status: {ancestors: [{conditions: [{type: Accepted, status: \"False\", reason: Invalid}]}]}",
        after: "kind: SecurityPolicy\n\
              status: {ancestors: [{conditions: [{type: Accepted, status: \"True\", reason: Accepted}]}]}",
    },
    refs: &[
        "gateway@v1.8.1 internal/gatewayapi/securitypolicy.go",
        "gateway@v1.8.1 internal/gatewayapi/backendtrafficpolicy.go",
        "gateway@v1.8.1 internal/gatewayapi/clienttrafficpolicy.go",
    ],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways() {
        let on = |covered: fn(&RouteTrace<'_>, &World<'_>) -> bool| -> Vec<(String, String)> {
            world
                .routes_on(&gateway.key)
                .filter(|it| covered(it, world))
                .flat_map(RouteTrace::backends)
                .collect()
        };
        // a route's own policy of the kind takes the place of the Gateway's
        let secured = on(|route, world| route.security_policies(world.cluster).is_empty());
        let limited = on(|route, world| route.backend_policies(world.cluster).is_empty());
        let all = on(|_, _| true);
        let used = super::ai_listeners(world, &gateway.key);
        let covers = |targets: &PolicyTargets| {
            let here = |it: &ObjectReference| it.name == gateway.key.name;
            let mut sections = targets.iter().filter(|it| here(it)).map(|it| it.section_name.as_deref());
            !targets.target_selectors.is_empty() || sections.any(|it| it.is_none_or(|it| used.contains(it)))
        };
        for policy in gateway.security_policies.iter().filter(|it| covers(&it.spec.targets)) {
            report(out, &policy.key(), &policy.meta, &policy.status, &gateway.key, &secured);
        }
        for policy in gateway.backend_policies.iter().filter(|it| covers(&it.spec.targets)) {
            report(out, &policy.key(), &policy.meta, &policy.status, &gateway.key, &limited);
        }
        for policy in gateway.client_policies.iter().filter(|it| covers(&it.spec.targets)) {
            report(out, &policy.key(), &policy.meta, &policy.status, &gateway.key, &all);
        }
    }
    for route in &world.routes {
        let hits: Vec<(String, String)> = route.backends().collect();
        for policy in route.security_policies(world.cluster) {
            report(out, &policy.key(), &policy.meta, &policy.status, &route.http_key, &hits);
        }
        for policy in route.backend_policies(world.cluster) {
            report(out, &policy.key(), &policy.meta, &policy.status, &route.http_key, &hits);
        }
    }
}

fn report(
    out: &mut Findings<'_>,
    policy: &Key,
    meta: &Meta,
    status: &PolicyStatus,
    target: &Key,
    hits: &[(String, String)],
) {
    let mut conditions = status.ancestors.iter().flat_map(|it| &it.conditions);
    let current = |it: &Condition| it.observed_generation == 0 || it.observed_generation == meta.generation;
    let invalid = |it: &&Condition| it.type_ == "Accepted" && it.status == "False" && it.reason == "Invalid";
    let Some(condition) = conditions.find(|it| invalid(it) && current(it)) else { return };
    if hits.is_empty() {
        return;
    }
    out.push(
        Draft::at(policy.clone(), "/spec", format!("{policy} is invalid, and covers {target}"))
            .effect("500 with an empty body: Envoy answers every request that the policy covers")
            .evidence(condition.message.trim_end_matches('.').to_owned())
            .because(target.clone(), "", "the policy targets it")
            .hits(hits.to_vec())
            .fix(Fix::manual("follow the message, or delete the policy")),
    );
}
