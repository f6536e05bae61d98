//! The Gateway is not one of Envoy Gateway.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB624`.
pub static RULE: Rule = Rule {
    code: "AIB624",
    name: "gateway-class-of-other-controller",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::GatewayClass, Kind::ConfigMap],
    docs: Docs {
        what: "A Gateway with AI routes is of a GatewayClass that names another controller than Envoy \
              Gateway's.",
        why: "Envoy Gateway leaves such a Gateway alone. AI Gateway works with Envoy Gateway only: it waits \
              for Envoy pods for ever, and says Accepted all the while.",
        client: "No answer, or 404 from the other controller's proxy.",
        confirm: "kubectl get gatewayclass NAME -o jsonpath='{.spec.controllerName}'",
        fix: "Give the Gateway a class of Envoy Gateway. The controllerName of a class cannot be changed \
              once it exists.",
        before: "kind: GatewayClass\n\
              spec: {controllerName: istio.io/gateway-controller}",
        after: "kind: GatewayClass\n\
              spec: {controllerName: gateway.envoyproxy.io/gatewayclass-controller}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/gateway.go"],
    check: Check::World(check),
};

/// Controllers that are certainly not Envoy Gateway, whatever its configuration says.
const OTHERS: [&str; 9] = [
    "istio.io/",
    "io.cilium/",
    "networking.gke.io/",
    "kgateway.dev/",
    "gateway.nginx.org/",
    "traefik.io/",
    "konghq.com/",
    "projectcontour.io/",
    "eks.amazonaws.com/",
];

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let ours = world.platform.controller_name();
    for gateway in world.ai_gateways().filter(|it| it.is_managed(&world.platform) == Some(false)) {
        let Some(class) = gateway.class.found() else { continue };
        let name = &class.spec.controller_name;
        // Envoy Gateway may have been given a controllerName of its own
        if world.platform.config().is_none() && !OTHERS.iter().any(|it| name.starts_with(it)) {
            continue;
        }
        let mut classes = world.cluster.gateway_classes.iter().filter(|it| it.spec.controller_name == ours);
        let fix = match classes.next() {
            Some(good) => Fix::review(format!("give {} class `{}`", gateway.key, good.meta.name)).set(
                &gateway.key,
                "/spec/gatewayClassName",
                good.meta.name.as_str(),
            ),
            None => Fix::manual(format!("create a GatewayClass with controllerName `{ours}`, and use it")),
        };
        let key = &gateway.class_key;
        out.push(
            Draft::at(key.clone(), "/spec/controllerName", format!("{key} is of controller `{name}`"))
                .effect(
                    "Envoy Gateway runs no Envoy for its Gateways: no answer, though the routes are Accepted",
                )
                .evidence(format!("Envoy Gateway takes `{ours}`"))
                .because(gateway.key.clone(), "/spec/gatewayClassName", "is of this class, and has AI routes")
                .hits(world.backends_on(&gateway.key))
                .fix(fix),
        );
    }
}
