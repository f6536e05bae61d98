//! No route leads to the backend.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB601`.
pub static RULE: Rule = Rule {
    code: "AIB601",
    name: "not-routed",
    hop: Hop::Route,
    severity: Severity::Info,
    needs: &[Kind::AIGatewayRoute],
    docs: Docs {
        what: "No AIGatewayRoute names the AIServiceBackend in its backendRefs, and all AIGatewayRoutes are \
              known.",
        why: "AI Gateway accepts a backend that nobody uses, and Envoy Gateway writes no status on a Backend \
              that no route reaches: empty conditions there are then no sign of a fault.",
        client: "Nothing: no request ever comes here.",
        confirm: "kubectl get aigatewayroutes -A -o yaml | grep -B2 -A2 'name: NAME'",
        fix: "Name the backend in the backendRefs of a rule, or delete it when it is not needed any more.",
        before: "kind: AIGatewayRoute\n\
              spec:\n  \
              rules:\n  \
              - backendRefs: []",
        after: "kind: AIGatewayRoute\n\
              spec:\n  \
              rules:\n  \
              - backendRefs: [{name: openai}]",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/ai_service_backend.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    if !trace.route.uses.is_empty() || trace.world.cluster.ai_gateway_routes.gap().is_some() {
        return;
    }
    let key = trace.backend.key();
    out.push(
        Draft::at(key.clone(), "", format!("{key} is in no AIGatewayRoute"))
            .effect("no request comes here, and Envoy Gateway writes no status on its Backend")
            .fix(Fix::manual("name it in the backendRefs of an AIGatewayRoute, or delete it")),
    );
}
