//! Envoy Gateway refuses the generated HTTPRoute.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    unready,
};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB620`.
pub static RULE: Rule = Rule {
    code: "AIB620",
    name: "http-route-not-accepted",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::HTTPRoute, Kind::Gateway, Kind::Secret, Kind::ReferenceGrant],
    docs: Docs {
        what: "Envoy Gateway says Accepted=False of the generated HTTPRoute on a Gateway, for a reason that \
              the specs do not show.",
        why: "The AIGatewayRoute stays Accepted: AI Gateway does not look at what Envoy Gateway makes of its \
              HTTPRoute.",
        client: "404 with an empty body, or a refused connection.",
        confirm: "kubectl -n NAMESPACE get httproute NAME -o jsonpath='{.status.parents}'",
        fix: "Do what reason and message say.",
        before: "kind: HTTPRoute\n\
              status: {parents: [{conditions: [{type: Accepted, status: \"False\"}]}]}",
        after: "kind: HTTPRoute\n\
              status: {parents: [{conditions: [{type: Accepted, status: \"True\"}]}]}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/route.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for it in super::refusals(world, "Accepted") {
        // a listener that is not programmed has rules of its own
        let gateway = world.gateway(&it.parent.key.namespace, &it.parent.key.name);
        let waits = gateway.is_some_and(|gateway| {
            let mut listeners = it.parent.listeners().iter();
            listeners.any(|it| {
                unready::is_unknown(world, gateway, it)
                    || unready::is_explained(world, gateway, it)
                    || unready::refusal(world, gateway, it).is_some()
            })
        });
        if it.condition.reason == "NoReadyListeners" && waits {
            continue;
        }
        let key = &it.route.http_key;
        out.push(
            Draft::at(key.clone(), "/status/parents", format!("{key} is not accepted on {}", it.parent.key))
                .effect(format!("404 from {}, though the AIGatewayRoute is Accepted", it.parent.key))
                .evidence(format!("{}: {}", it.condition.reason, it.condition.message.trim_end_matches('.')))
                .because(it.parent.key.clone(), "/spec/listeners", "it attaches here by its spec")
                .hits(it.route.backends())
                .fix(Fix::manual("do what reason and message say")),
        );
    }
}
