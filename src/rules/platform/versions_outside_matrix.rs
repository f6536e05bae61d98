//! This Envoy Gateway is too old for this AI Gateway.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, World, release::MATRIX},
};

/// See `kubectl aigw-backend explain AIB714`.
pub static RULE: Rule = Rule {
    code: "AIB714",
    name: "versions-outside-matrix",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::Deployment],
    docs: Docs {
        what: "Envoy Gateway is older than what AI Gateway's compatibility matrix asks for.",
        why: "AI Gateway works on what Envoy Gateway generates, and reads names of clusters and fields that \
              older releases do not have.",
        client: "Anything from filters that are not put in to objects without status.",
        confirm: "kubectl get deployments -A -o wide | grep -e envoyproxy/gateway -e ai-gateway-controller",
        fix: "Upgrade Envoy Gateway, with its CRDs first.",
        before: "image: docker.io/envoyproxy/gateway:v1.7.0\n\
              # with ai-gateway-controller:v1.1.0",
        after: "image: docker.io/envoyproxy/gateway:v1.8.1\n\
              # with ai-gateway-controller:v1.1.0",
    },
    refs: &["ai-gateway@v1.1.0 site/docs/compatibility.md"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let platform = &world.platform;
    let (Some(ai), Some(envoy)) = (platform.ai_gateway_version, platform.envoy_gateway_version) else {
        return;
    };
    let (Some(controller), Some(ai_controller)) = (platform.envoy_gateway, platform.ai_gateway) else {
        return;
    };
    let tried = MATRIX.iter().find(|it| ai >= it.ai_gateway).filter(|it| envoy < it.envoy_gateway);
    let Some(tried) = tried else { return };
    let least = tried.envoy_gateway;
    let key = controller.deployment.key();
    let message = format!("{key} is Envoy Gateway {envoy}, and AI Gateway {ai} asks for {least} or later");
    out.push(
        Draft::at(key, format!("{}/image", controller.pointer()), message)
            .effect("untried: filters may be missing in Envoy, and objects without status")
            .evidence(format!("AI Gateway {ai} was tried with Gateway API {}", tried.gateway_api))
            .because(
                ai_controller.deployment.key(),
                format!("{}/image", ai_controller.pointer()),
                format!("is {ai}"),
            )
            .hits(world.all_backends())
            .fix(Fix::manual(format!("upgrade Envoy Gateway to {least} or later, its CRDs first"))),
    );
}
