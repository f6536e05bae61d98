//! No route leads to the backend.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{HTTPRoute, Key, Kind, Resource as _},
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
    let mut draft = Draft::at(key.clone(), "", format!("{key} is in no AIGatewayRoute"))
        .effect("no request comes here, and Envoy Gateway writes no status on its Backend");
    // one that was not written anew sends requests where its route did before
    if let Some(http) = leftover(trace) {
        draft = draft
            .effect("requests come to its Backend all the same, until the HTTPRoute is written anew")
            .because(http, "/spec/rules", "still leads to its Backend");
    }
    out.push(draft.fix(Fix::manual("name it in the backendRefs of an AIGatewayRoute, or delete it")));
}

/// An HTTPRoute of an AIGatewayRoute that leads to the Backend.
fn leftover(trace: &Trace<'_>) -> Option<Key> {
    let (_, backend) = trace.reference.found()?;
    let leads = |it: &HTTPRoute| {
        let mut refs = it.spec.rules.iter().flat_map(|rule| &rule.backend_refs);
        refs.any(|other| {
            let namespace = other.target.namespace.as_ref().unwrap_or(&it.meta.namespace);
            other.target.kind() == "Backend"
                && other.target.name == backend.name
                && *namespace == backend.namespace
        })
    };
    trace.world.routes.iter().find(|it| it.http.found().is_some_and(leads)).map(|it| it.http_key.clone())
}
