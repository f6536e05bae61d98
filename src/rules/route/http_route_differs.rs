//! The HTTPRoute is not what AI Gateway would make of the route.

use super::super::{Check, Docs, Draft, Findings, Rule, Severity};
use crate::{
    generated,
    model::Kind,
    trace::{Hop, World, release},
};

/// See `kubectl aigw-backend explain AIB629`.
pub static RULE: Rule = Rule {
    code: "AIB629",
    name: "http-route-differs",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::HTTPRoute, Kind::AIServiceBackend],
    docs: Docs {
        what: "AI Gateway accepted the route, and the HTTPRoute of its name does something else: other \
              parents, host names, matches, backends or time limits.",
        why: "Envoy does what the HTTPRoute says. AI Gateway writes it anew whenever the route changes, so \
              the two agree within a second; where they do not, its controller stopped after the change, \
              or someone edited the HTTPRoute while it was away.",
        client: "Nothing changes after an edit: requests go where they went before.",
        confirm: "kubectl -n NAMESPACE get httproute NAME -o yaml\n\
              kubectl -n NAMESPACE get aigatewayroute NAME -o yaml",
        fix: "Restart AI Gateway's controller: it looks at all routes when it starts. Edit the \
              AIGatewayRoute, never its HTTPRoute.",
        before: "# AIGatewayRoute, rule 0: timeouts: {request: 300s}\n\
              # HTTPRoute, rule 0:      timeouts: {request: 60s}",
        after: "# AIGatewayRoute, rule 0: timeouts: {request: 300s}\n\
              # HTTPRoute, rule 0:      timeouts: {request: 300s}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/ai_gateway_route.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    // nothing else is to be expected while the controller is away: ai-gateway-down
    if world.platform.ai_gateway.is_some_and(|it| !it.is_ready()) {
        return;
    }
    for route in world.routes.iter().filter(|it| it.is_accepted()) {
        let Some(live) = route.http.found() else { continue };
        let Some(made) = route.generate(&world.platform) else { continue };
        let mut found = generated::differences(live, &made);
        // a release that does not know them writes none
        if world.platform.holds(&release::ROUTE_HOSTNAMES) != Some(true) && live.spec.hostnames.is_empty() {
            found.retain(|it| it.path != "/spec/hostnames");
        }
        let Some(first) = found.first() else { continue };
        let message = format!(
            "{}: {} {}",
            route.http_key,
            first.path.trim_start_matches('/').replace('/', "."),
            first.text
        );
        let mut draft = Draft::at(route.http_key.clone(), first.path.clone(), message)
            .effect("Envoy does what the HTTPRoute says: changes of the AIGatewayRoute have no effect yet")
            .because(route.key.clone(), "/status/conditions", "says that it was accepted")
            .hits(route.backends())
            .fix(super::regenerate(world));
        for it in &found {
            draft = draft.evidence(format!("{} {}", it.path, it.text));
        }
        out.push(draft);
    }
}
