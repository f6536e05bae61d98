//! No backend of a rule has any weight.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB610`.
pub static RULE: Rule = Rule {
    code: "AIB610",
    name: "no-traffic-by-weight",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute],
    docs: Docs {
        what: "All backendRefs of a rule have weight 0, or the rule has none.",
        why: "Envoy Gateway has nowhere to send what the rule matches, and lets Envoy answer itself. A \
              single reference of weight 0 beside others is a way to drain it, and is fine.",
        client: "500 with an empty body for the models of this rule.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute NAME -o jsonpath='{.spec.rules[*].backendRefs}'",
        fix: "Give one of the references a weight, or take the rule out: unknown models get a 404 that says \
              so.",
        before: "backendRefs: [{name: openai, weight: 0}]",
        after: "backendRefs: [{name: openai, weight: 1}]",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/route.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for rule in route.rules.iter().filter(|it| it.refs.iter().all(|it| it.reference.weight() == 0)) {
            let path = format!("/spec/rules/{}/backendRefs", rule.index);
            let what =
                if rule.refs.is_empty() { "has no backendRefs" } else { "has weight 0 on all backendRefs" };
            let models: Vec<&str> = rule.models().collect();
            let mut draft = Draft::at(
                route.key.clone(),
                path.clone(),
                format!("{}: rule {} {what}", route.key, rule.index),
            )
            .effect("500 with an empty body for all that the rule matches")
            .hits(rule.refs.iter().map(|it| (it.key.namespace.clone(), it.key.name.clone())));
            if !models.is_empty() {
                draft = draft.evidence(format!("models: {}", models.join(", ")));
            }
            out.push(draft.fix(if rule.refs.is_empty() {
                Fix::manual("name a backend, or take the rule out")
            } else {
                Fix::review("give the first one all of the traffic").set(
                    &route.key,
                    &format!("{path}/0/weight"),
                    1,
                )
            }));
        }
    }
}
