//! What a reference to an InferencePool asks for is ignored.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB639`.
pub static RULE: Rule = Rule {
    code: "AIB639",
    name: "pool-reference-ignores",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute],
    docs: Docs {
        what: "A reference to an InferencePool has a headerMutation, a bodyMutation or a priority.",
        why: "AI Gateway honours these for AIServiceBackends alone; for a pool it reads modelNameOverride and \
               nothing else of a reference. Nothing says so.",
        client: "Requests without the changes that were asked for.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute NAME -o yaml",
        fix: "Take the fields out; give requests their headers in a rule with an AIServiceBackend instead.",
        before: "backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: pool, \
               headerMutation: {set: [{name: x-team, value: a}]}}]",
        after: "backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: pool}]",
    },
    refs: &["ai-gateway@v1.1.0 internal/controller/gateway.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for rule in &route.rules {
            for it in rule.refs.iter().filter(|it| it.pool.is_some()) {
                let of = it.reference;
                let fields = [
                    ("headerMutation", of.header_mutation.is_some()),
                    ("bodyMutation", of.body_mutation.is_some()),
                    ("priority", of.priority.is_some_and(|it| it > 0)),
                ];
                for (field, _) in fields.iter().filter(|(_, set)| *set) {
                    let path = format!("/spec/rules/{}/backendRefs/{}/{field}", rule.index, it.index);
                    let message = format!("{}: `{field}` of a reference to {} is ignored", route.key, it.key);
                    out.push(
                        Draft::at(route.key.clone(), path.clone(), message)
                            .effect("requests to the pool go out without it")
                            .hits([])
                            .fix(Fix::safe("take it out").remove(&route.key, &path)),
                    );
                }
            }
        }
    }
}
