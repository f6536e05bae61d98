//! The time limit of a BackendTrafficPolicy loses to that of the route.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{BackendTrafficPolicy, Key, Kind, Resource as _, milliseconds},
    trace::{Hop, RouteTrace, RuleTrace, World, release},
};

/// See `kubectl aigw-backend explain AIB633`.
pub static RULE: Rule = Rule {
    code: "AIB633",
    name: "policy-timeout-without-effect",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::BackendTrafficPolicy, Kind::Gateway],
    docs: Docs {
        what: "A BackendTrafficPolicy on the generated HTTPRoute, or on its Gateway, has \
              timeout.http.requestTimeout, and rules of the AIGatewayRoute set no time limit of their own. On a \
              Gateway, which other routes may share, only limits above 60 seconds count.",
        why: "AI Gateway writes a time limit into every rule that it generates, 60s where the AIGatewayRoute says \
              nothing, and Envoy Gateway lets the limit of a route win over that of a policy. The policy is \
              Accepted all the same.",
        client: "504 after 60 seconds, or a stream that is cut then.",
        confirm: "kubectl -n NAMESPACE get httproute ROUTE -o jsonpath='{.spec.rules[*].timeouts}'",
        fix: "Set timeouts.request in the rules of the AIGatewayRoute.",
        before: "kind: BackendTrafficPolicy\n\
              spec: {timeout: {http: {requestTimeout: 300s}}}",
        after: "kind: AIGatewayRoute\n\
              spec:\n  \
              rules: [{timeouts: {request: 300s}}]",
    },
    refs: &[
        "gateway@v1.8.1 internal/xds/translator/route.go",
        "ai-gateway@v1.1.0 api/v1beta1/ai_gateway_route_helper.go",
    ],
    check: Check::World(check),
};

/// What AI Gateway writes where a rule says nothing, in milliseconds.
pub(super) const DEFAULT: u64 = 60_000;

/// Rules that a policy is lost on, by route.
type Cut<'w, 'a> = Vec<(&'w RouteTrace<'a>, Vec<&'w RuleTrace<'a>>)>;

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    if !world.platform.likely(&release::TIME_LIMITS_WRITTEN) {
        return;
    }
    let mut policies: BTreeMap<Key, (&BackendTrafficPolicy, Cut<'_, '_>)> = BTreeMap::new();
    for route in &world.routes {
        for rule in &route.rules {
            let Some(policy) = lost(world, route, rule) else { continue };
            let (_, cut) = policies.entry(policy.key()).or_insert((policy, vec![]));
            match cut.last_mut().filter(|(last, _)| last.key == route.key) {
                Some((_, rules)) => rules.push(rule),
                None => cut.push((route, vec![rule])),
            }
        }
    }
    for (policy, cut) in policies.into_values() {
        out.push(draft(policy, policy.spec.request_timeout().unwrap_or_default(), &cut));
    }
}

/// The policy in force on a rule whose time limit loses to the one that is written into the rule.
pub(super) fn lost<'a>(
    world: &World<'a>,
    route: &RouteTrace<'a>,
    rule: &RuleTrace<'_>,
) -> Option<&'a BackendTrafficPolicy> {
    let policy = route.traffic_policy(world, rule.rule).filter(|_| sets_none(rule))?;
    let wanted = milliseconds(policy.spec.request_timeout()?).filter(|it| *it != DEFAULT)?;
    let longer = wanted == 0 || wanted > DEFAULT;
    // a short limit of a Gateway is for other routes
    let own = || route.backend_policies(world.cluster).iter().any(|it| it.key() == policy.key());
    (longer || own()).then_some(policy)
}

/// Whether a rule leaves its time limit to AI Gateway.
pub(super) fn sets_none(rule: &RuleTrace<'_>) -> bool {
    rule.rule.timeouts.as_ref().is_none_or(|it| it.request.is_none())
}

fn draft(
    policy: &BackendTrafficPolicy,
    limit: &str,
    cut: &[(&RouteTrace<'_>, Vec<&RuleTrace<'_>>)],
) -> Draft {
    let key = policy.key();
    let message = format!("{key} gives requests {limit}, which has no effect on AI routes");
    let mut draft = Draft::at(key, "/spec/timeout/http/requestTimeout", message).effect(
        "requests are cut after 60s, streams included: the limit of the route wins over that of a policy",
    );
    let mut fix = Fix::review(format!("give the rules {limit}"));
    let mut hits: Vec<(String, String)> = vec![];
    for (route, rules) in cut {
        for rule in rules {
            let at = format!("/spec/rules/{}", rule.index);
            draft = draft.because(
                route.key.clone(),
                at.clone(),
                "sets no timeouts.request, so that 60s are written",
            );
            fix = match rule.rule.timeouts {
                Some(_) => fix.set(&route.key, &format!("{at}/timeouts/request"), limit),
                None => fix.set(&route.key, &format!("{at}/timeouts"), json!({"request": limit})),
            };
            let named = |it: &Key| (it.namespace.clone(), it.name.clone());
            hits.extend(rule.refs.iter().filter(|it| it.backend.found().is_some()).map(|it| named(&it.key)));
        }
    }
    draft.hits(hits).fix(fix)
}
