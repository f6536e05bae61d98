//! Envoy Gateway does not accept the GatewayClass.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, has_condition},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB627`.
pub static RULE: Rule = Rule {
    code: "AIB627",
    name: "gateway-class-not-accepted",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::GatewayClass],
    docs: Docs {
        what: "Envoy Gateway says Accepted=False of the GatewayClass of a Gateway with AI routes; mostly \
              because its parametersRef names an EnvoyProxy that does not exist or is not valid.",
        why: "Envoy Gateway passes over the Gateways of a class that it does not accept: a new one gets no \
              Envoy, and an old one keeps what it had. AI Gateway does not look.",
        client: "A refused connection on a new Gateway; changes without effect on an old one.",
        confirm: "kubectl get gatewayclass NAME -o jsonpath='{.status.conditions}'",
        fix: "Create the EnvoyProxy, correct it, or take parametersRef out.",
        before: "kind: GatewayClass\n\
              spec:\n  \
              parametersRef: {group: gateway.envoyproxy.io, kind: EnvoyProxy, namespace: envoy-gateway-system, name: gone}",
        after: "kind: GatewayClass\n\
              spec:\n  \
              parametersRef: {group: gateway.envoyproxy.io, kind: EnvoyProxy, namespace: envoy-gateway-system, name: proxy}",
    },
    refs: &["gateway@v1.8.1 internal/provider/kubernetes/controller.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways().filter(|it| it.is_managed(&world.platform) == Some(true)) {
        let Some(class) = gateway.class.found() else { continue };
        let Some(refusal) = has_condition(&class.status.conditions, "Accepted", "False") else { continue };
        let current =
            refusal.observed_generation == 0 || refusal.observed_generation == class.meta.generation;
        // Waiting and Pending are what a class says that nobody has looked at yet
        if !current || matches!(&*refusal.reason, "Waiting" | "Pending") {
            continue;
        }
        let key = &gateway.class_key;
        let mut draft =
            Draft::at(key.clone(), "/status/conditions", format!("{key} is not accepted by Envoy Gateway"))
                .effect("its Gateways get no Envoy, and changes do not reach one that runs")
                .evidence(refusal.message.trim_end_matches('.').to_owned())
                .because(gateway.key.clone(), "/spec/gatewayClassName", "is of this class, and has AI routes")
                .hits(world.backends_on(&gateway.key));
        draft = match &gateway.class_proxy {
            Some((proxy, lookup)) if lookup.is_absent() => draft
                .because(proxy.clone(), "", "does not exist, and the class names it")
                .fix(Fix::manual(format!("create {proxy}, or take `parametersRef` out of the class"))),
            _ => draft.fix(Fix::manual("follow the message")),
        };
        out.push(draft);
    }
}
