//! Envoy Gateway does not run.

use super::super::{Check, Docs, Findings, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB706`.
pub static RULE: Rule = Rule {
    code: "AIB706",
    name: "envoy-gateway-down",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::Deployment],
    docs: Docs {
        what: "Envoy Gateway's Deployment has no replica that works.",
        why: "Nobody translates routes for Envoy any more, and statuses are as old as the last time that it \
              ran. Envoy goes on with what it has; an Envoy that starts now gets nothing.",
        client: "Nothing changes, whatever is applied; new Envoy pods do not become ready.",
        confirm: "kubectl -n envoy-gateway-system get deployment envoy-gateway\n\
              kubectl -n envoy-gateway-system logs deployment/envoy-gateway --previous",
        fix: "Scale it up, or find out in its events and logs why it does not start.",
        before: "kind: Deployment\n\
              metadata: {name: envoy-gateway}\n\
              spec: {replicas: 0}",
        after: "kind: Deployment\n\
              metadata: {name: envoy-gateway}\n\
              spec: {replicas: 1}",
    },
    refs: &["live"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let effect = "Envoy keeps its last configuration; no change reaches it, and statuses are old";
    if let Some(draft) = world.platform.envoy_gateway.and_then(|it| super::down(world, it, effect)) {
        out.push(draft);
    }
}
