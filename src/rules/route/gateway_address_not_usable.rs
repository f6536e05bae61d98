//! The Gateway did not get the address that it asks for.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, has_condition},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB653`.
pub static RULE: Rule = Rule {
    code: "AIB653",
    name: "gateway-address-not-usable",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway],
    docs: Docs {
        what: "A Gateway with AI routes asks for an address in spec.addresses, and Envoy Gateway says \
              AddressNotUsable: its Service did not get it.",
        why: "Envoy may run and be reached under another address, or under none. The AIGatewayRoute stays \
              Accepted.",
        client: "A time-out or a refused connection at the address that was asked for.",
        confirm: "kubectl -n NAMESPACE get gateway NAME -o jsonpath='{.spec.addresses}{.status}'",
        fix: "Ask for an address that the load balancer can give, or for none.",
        before: "kind: Gateway\n\
              spec: {addresses: [{type: IPAddress, value: 203.0.113.9}]}",
        after: "kind: Gateway\n\
              spec: {}",
    },
    refs: &["gateway@v1.8.1 internal/gatewayapi/status/gateway.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways().filter(|it| it.is_managed(&world.platform) != Some(false)) {
        let meta = &gateway.gateway.meta;
        let said = has_condition(&gateway.gateway.status.conditions, "Programmed", "False");
        let current = said.filter(|it| [0, meta.generation].contains(&it.observed_generation));
        let Some(said) = current.filter(|it| it.reason == "AddressNotUsable") else { continue };
        out.push(
            Draft::at(
                gateway.key.clone(),
                "/spec/addresses",
                format!("{} did not get the address that it asks for", gateway.key),
            )
            .effect("clients may not reach it under that address")
            .evidence(super::quoted(said))
            .hits(world.backends_on(&gateway.key))
            .fix(Fix::manual("ask for an address that the load balancer can give, or for none")),
        );
    }
}
