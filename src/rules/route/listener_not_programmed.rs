//! Envoy Gateway does not program a listener.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    unready,
};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB652`.
pub static RULE: Rule = Rule {
    code: "AIB652",
    name: "listener-not-programmed",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::Secret, Kind::ReferenceGrant],
    docs: Docs {
        what: "Envoy Gateway says Programmed=False of a listener with AI routes, for a reason that the specs \
              do not show.",
        why: "Envoy gets no such listener. The Gateway stays Accepted and Programmed, the AIGatewayRoute \
              Accepted, and before Envoy Gateway v1.8.1 so does the HTTPRoute.",
        client: "A refused connection.",
        confirm: "kubectl -n NAMESPACE get gateway NAME -o jsonpath='{.status.listeners}'",
        fix: "Do what the conditions of the listener say.",
        before: "kind: Gateway\n\
              status: {listeners: [{name: https, conditions: [{type: Programmed, status: \"False\"}]}]}",
        after: "kind: Gateway\n\
              status: {listeners: [{name: https, conditions: [{type: Programmed, status: \"True\"}]}]}",
    },
    refs: &["gateway@v1.8.1 internal/gatewayapi/validate.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways().filter(|it| it.is_managed(&world.platform) != Some(false)) {
        let used = super::ai_listeners(world, &gateway.key);
        for listener in gateway.gateway.spec.listeners.iter().filter(|it| used.contains(it.name.as_str())) {
            let Some(refusal) = unready::refusal(world, gateway, listener) else { continue };
            if unready::is_unknown(world, gateway, listener)
                || unready::is_explained(world, gateway, listener)
            {
                continue;
            }
            let name = &listener.name;
            let mut draft = Draft::at(
                gateway.key.clone(),
                super::pointer(gateway.gateway, listener),
                format!("{}: listener `{name}` is not programmed", gateway.key),
            )
            .effect(format!("nothing listens on port {} for it", listener.port))
            .evidence(super::quoted(refusal))
            .hits(world.backends_on(&gateway.key))
            .fix(Fix::manual("do what the conditions of the listener say"));
            let said = [("Accepted", "False"), ("ResolvedRefs", "False"), ("Conflicted", "True")];
            for it in said.iter().filter_map(|(type_, is)| gateway.listener_condition(listener, type_, is)) {
                draft = draft.evidence(super::quoted(it));
            }
            out.push(draft);
        }
    }
}
