//! AI Gateway could not bring a route to an end.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Attachment, Hop, Permission, RouteTrace, World},
};

/// See `kubectl aigw-backend explain AIB602`.
pub static RULE: Rule = Rule {
    code: "AIB602",
    name: "route-not-accepted",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::AIServiceBackend, Kind::ReferenceGrant, Kind::Gateway],
    docs: Docs {
        what: "The AIGatewayRoute has the condition NotAccepted, and nothing that this tool knows as a cause \
              is visible.",
        why: "A single error stops AI Gateway in the middle of a route: the HTTPRoute keeps its old content, \
              or is never made, and new keys of all backends of the route stay out of Envoy.",
        client: "Old behaviour goes on as if nothing had been changed; 404 where the route never worked.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute NAME -o jsonpath='{.status.conditions}'\n\
              kubectl -n envoy-ai-gateway-system logs deployment/ai-gateway-controller | grep 'failed to \
              sync AIGatewayRoute'",
        fix: "Do what the message says; any change of the spec makes AI Gateway try again.",
        before: "status:\n  \
              conditions:\n  \
              - {type: NotAccepted, status: \"False\"}",
        after: "status:\n  \
              conditions:\n  \
              - {type: Accepted, status: \"True\"}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/ai_gateway_route.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        let Some(refusal) = route.refusal() else { continue };
        // what AI Gateway stumbles over has a rule of its own; what could not be read may be just that
        if !route.gaps.0.is_empty() || is_explained(route) {
            continue;
        }
        out.push(
            Draft::at(
                route.key.clone(),
                "/status/conditions",
                format!("{} is not accepted by AI Gateway", route.key),
            )
            .effect(
                "its last changes, and new keys of its backends, do not reach Envoy; 404 if it never worked",
            )
            .evidence(refusal.message.trim_end_matches('.').to_owned())
            .hits(route.backends())
            .fix(Fix::manual("follow the message; any change of the spec makes AI Gateway try again")),
        );
    }
}

fn is_explained(route: &RouteTrace<'_>) -> bool {
    let mut refs = route.rules.iter().flat_map(|rule| &rule.refs);
    refs.any(|it| it.pool.is_none() && (it.backend.is_absent() || it.permission == Permission::Missing))
        || route.parents.iter().any(|it| matches!(it.attachment, Attachment::NoGateway))
        || !super::route_over_limits::excesses(route).is_empty()
}
