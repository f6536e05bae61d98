//! AI Gateway looks for Envoy's pods where they are not.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Resource as _, names},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB732`.
pub static RULE: Rule = Rule {
    code: "AIB732",
    name: "envoy-pods-out-of-sight",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::Pod, Kind::Deployment],
    docs: Docs {
        what: "AI Gateway's controller looks for Envoy's pods in one namespace, which --envoyGatewayNamespace \
               names, and in that of the Gateway; and those of a Gateway with AI routes are in neither.",
        why: "Without pods the controller writes no configuration for that Gateway, and notes so in its log \
               alone. Routes and backends are Accepted.",
        client: "500 with an empty body, or the configuration of the time before the flag was changed.",
        confirm: "kubectl get pods -A -l gateway.envoyproxy.io/owning-gateway-name=NAME\n\
               kubectl -n envoy-ai-gateway-system get deployment ai-gateway-controller -o \
               jsonpath='{.spec.template.spec.containers[*].args}'",
        fix: "Give the flag the namespace of the pods: Envoy Gateway's own, unless it deploys Envoy beside \
               each Gateway.",
        before: "args: [--envoyGatewayNamespace=envoy-gateway]",
        after: "args: [--envoyGatewayNamespace=envoy-gateway-system]",
    },
    refs: &["ai-gateway@v1.1.0 internal/controller/gateway.go", "ai-gateway@v1.1.0 cmd/controller/main.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let Some(controller) = &world.platform.ai_gateway else { return };
    let flag = super::ENVOY_NAMESPACE;
    let looks = controller.flag(flag).unwrap_or(names::ENVOY_GATEWAY_NAMESPACE);
    for gateway in world.ai_gateways() {
        let Some(pod) = super::out_of_sight(world, gateway) else { continue };
        let key = controller.deployment.key();
        let (path, _) = super::flag_pointer(controller, flag);
        let place = &pod.meta.namespace;
        out.push(
            Draft::at(
                key.clone(),
                path.clone(),
                format!("{key} looks for Envoy's pods in `{looks}`, and they are in `{place}`"),
            )
            .effect("AI Gateway writes no configuration for them: 500 with an empty body, or an old configuration")
            .because(pod.key(), "", format!("is an Envoy of {}", gateway.key))
            .hits(world.backends_on(&gateway.key))
            .fix(Fix::review(format!("look in `{place}`")).set(&key, &path, format!("--{flag}={place}"))),
        );
    }
}
