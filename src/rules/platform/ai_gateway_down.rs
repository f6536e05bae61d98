//! AI Gateway's controller does not run.

use super::super::{Check, Docs, Findings, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB707`.
pub static RULE: Rule = Rule {
    code: "AIB707",
    name: "ai-gateway-down",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::Deployment],
    docs: Docs {
        what: "AI Gateway's Deployment has no replica that works.",
        why: "Nobody makes HTTPRoutes of AIGatewayRoutes or passes keys on, and Envoy Gateway, which asks \
              this controller at every translation, publishes nothing any more. Statuses of Envoy Gateway \
              are green all the same.",
        client: "Nothing changes, whatever is applied; renewed keys do not arrive, and short-lived tokens \
              expire: 401.",
        confirm: "kubectl -n envoy-ai-gateway-system get deployment ai-gateway-controller\n\
              kubectl -n envoy-ai-gateway-system logs deployment/ai-gateway-controller --previous",
        fix: "Scale it up, or find out in its events and logs why it does not start.",
        before: "kind: Deployment\n\
              metadata: {name: ai-gateway-controller}\n\
              spec: {replicas: 0}",
        after: "kind: Deployment\n\
              metadata: {name: ai-gateway-controller}\n\
              spec: {replicas: 1}",
    },
    refs: &["live"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let effect = "no change and no new key reaches Envoy, and tokens expire";
    if let Some(draft) = world.platform.ai_gateway.and_then(|it| super::down(world, it, effect)) {
        out.push(draft);
    }
}
