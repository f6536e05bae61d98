//! Nothing raises the time limit of a rule.

use serde_json::json;

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    policy_timeout_without_effect::{DEFAULT, lost, sets_none},
};
use crate::{
    cluster::{Lookup, Why},
    model::{Kind, SchemaName, milliseconds},
    trace::{Hop, RefTrace, RouteTrace, RuleTrace, World, release},
};

/// See `kubectl aigw-backend explain AIB643`.
pub static RULE: Rule = Rule {
    code: "AIB643",
    name: "default-request-timeout",
    hop: Hop::Route,
    severity: Severity::Info,
    needs: &[Kind::AIGatewayRoute, Kind::AIServiceBackend, Kind::BackendTrafficPolicy, Kind::Gateway],
    docs: Docs {
        what: "Rules of an AIGatewayRoute set no timeouts.request and lead to backends that answer in streams, or \
               at length. Rules for which a policy wants another limit are policy-timeout-without-effect; those that \
               lead to schema Cohere alone, or to models for embeddings and reranking, are passed over.",
        why: "AI Gateway writes a time limit of 60s into every rule that sets none, for InferencePools as well. It \
              is for the whole answer, so that a stream ends in the middle of a word. streamIdleTimeout (v1.1) \
              limits pauses only, and does not take its place.",
        client: "504 after 60 seconds, or a stream that is cut after 60 seconds.",
        confirm: "kubectl -n NAMESPACE get httproute ROUTE -o jsonpath='{.spec.rules[*].timeouts}'",
        fix: "Set timeouts.request in the rules: 300s, or 0s for no limit. AI Gateway v1.1 also has \
              streamIdleTimeout, which ends answers that stand still.",
        before: "kind: AIGatewayRoute\n\
              spec:\n  \
              rules: [{backendRefs: [{name: openai}]}]",
        after: "kind: AIGatewayRoute\n\
              spec:\n  \
              rules: [{backendRefs: [{name: openai}], timeouts: {request: 300s}}]",
    },
    refs: &["live", "ai-gateway@v1.1.0 api/v1beta1/ai_gateway_route_helper.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    if !world.platform.likely(&release::TIME_LIMITS_WRITTEN) {
        return;
    }
    for route in &world.routes {
        let mut refs = route.rules.iter().flat_map(|it| &it.refs);
        // which rule is the first must not depend on what could be read
        let is_blind = refs.any(|it| {
            it.backend.unreadable().is_some() || it.pool.as_ref().is_some_and(|it| it.unreadable().is_some())
        });
        if is_blind || route.listeners().next().is_none() || !are_policies_known(world, route) {
            continue;
        }
        let rules: Vec<&RuleTrace<'_>> =
            route.rules.iter().filter(|rule| is_default(world, route, rule)).collect();
        if let Some(first) = rules.first() {
            out.push(draft(world, route, first.index, &rules));
        }
    }
}

/// Whether policies that could say so themselves were looked for.
fn are_policies_known(world: &World<'_>, route: &RouteTrace<'_>) -> bool {
    let mut namespaces = route.parents.iter().map(|it| &it.key.namespace).chain([&route.key.namespace]);
    let policies = &world.cluster.backend_traffic_policies;
    namespaces.all(|it| matches!(policies.gap_in(it), None | Some(Why::NotFetched)))
}

fn is_default(world: &World<'_>, route: &RouteTrace<'_>, rule: &RuleTrace<'_>) -> bool {
    let wanted = || {
        let policy = route.traffic_policy(world, rule.rule)?;
        milliseconds(policy.spec.request_timeout()?)
    };
    sets_none(rule)
        && rule.refs.iter().any(|it| takes_time(rule, it))
        && lost(world, route, rule).is_none()
        && wanted() != Some(DEFAULT)
}

/// Whether answers of a backend are streams, or long: all but vectors and ranks.
fn takes_time(rule: &RuleTrace<'_>, it: &RefTrace<'_>) -> bool {
    let reaches = match &it.backend {
        _ if it.reference.weight() == 0 => false,
        Lookup::Found(backend) => backend.spec.schema.name != SchemaName::Cohere,
        Lookup::Unreadable(_) | Lookup::Absent => it.pool.as_ref().is_some_and(|it| it.found().is_some()),
    };
    let is_short = |model: &str| {
        let model = model.to_ascii_lowercase();
        model.contains("embed") || model.contains("rerank")
    };
    let models = |headers: &[crate::model::HeaderMatch]| {
        headers.iter().any(|it| it.name == "x-ai-eg-model" && !it.is_regex() && is_short(&it.value))
    };
    let short = match &it.reference.model_name_override {
        Some(model) if !model.is_empty() => is_short(model),
        _ => !rule.rule.matches.is_empty() && rule.rule.matches.iter().all(|it| models(&it.headers)),
    };
    reaches && !short
}

fn draft(world: &World<'_>, route: &RouteTrace<'_>, first: usize, rules: &[&RuleTrace<'_>]) -> Draft {
    let numbers: Vec<String> = rules.iter().map(|it| it.index.to_string()).collect();
    let named = match numbers.len() {
        1 => format!("rule {}", numbers.concat()),
        all if all > 3 && all == route.rules.len() => format!("all {all} rules"),
        _ => format!("rules {}", numbers.join(", ")),
    };
    let message = format!("{} ends requests of {named} after 60s", route.key);
    let effect = "504 after 60s, and a stream that has begun is cut then";
    let title = "set timeouts.request: 300s, or 0s for no limit (v1.1 also has streamIdleTimeout)";
    let mut fix = Fix::review(title);
    for rule in rules {
        let at = format!("/spec/rules/{}/timeouts", rule.index);
        fix = match rule.rule.timeouts {
            Some(_) => fix.set(&route.key, &format!("{at}/request"), "300s"),
            None => fix.set(&route.key, &at, json!({"request": "300s"})),
        };
    }
    let refs = rules.iter().flat_map(|it| &it.refs).filter(|it| it.backend.found().is_some());
    Draft::at(route.key.clone(), format!("/spec/rules/{first}"), message)
        .effect(world.platform.scoped(&release::TIME_LIMITS_WRITTEN, effect))
        .hits(refs.map(|it| (it.key.namespace.clone(), it.key.name.clone())))
        .fix(fix)
}
