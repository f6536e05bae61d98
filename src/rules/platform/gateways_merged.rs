//! Gateways of the class share one Envoy.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB713`.
pub static RULE: Rule = Rule {
    code: "AIB713",
    name: "gateways-merged",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::GatewayClass, Kind::EnvoyProxy],
    docs: Docs {
        what: "The EnvoyProxy of a GatewayClass has mergeGateways: true, and a Gateway of that class has AI \
              routes.",
        why: "Envoy pods of merged Gateways carry the name of the class instead of that of a Gateway. AI \
              Gateway looks for pods by the name of the Gateway, finds none, and gives them neither filter \
              config nor container. Every status is green.",
        client: "500 with an empty body (ext_proc_error_gRPC_error_14 in the access log).",
        confirm: "kubectl get envoyproxies -A -o jsonpath='{.items[*].spec.mergeGateways}'",
        fix: "Use a class without mergeGateways for Gateways with AI routes.",
        before: "kind: EnvoyProxy\n\
              spec: {mergeGateways: true}",
        after: "kind: EnvoyProxy\n\
              spec: {mergeGateways: false}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/gateway.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways() {
        let Some((key, proxy)) = &gateway.class_proxy else { continue };
        if !proxy.found().is_some_and(|it| it.spec.merge_gateways) {
            continue;
        }
        let path = "/spec/mergeGateways";
        out.push(
            Draft::at(key.clone(), path, format!("{key} merges the Gateways of {}", gateway.class_key))
                .effect("500 with an empty body: AI Gateway does not find the Envoy pods of a merged Gateway")
                .because(gateway.key.clone(), "/spec/gatewayClassName", "is of this class, and has AI routes")
                .hits(world.backends_on(&gateway.key))
                .fix(Fix::review("give each Gateway an Envoy of its own").set(key, path, false)),
        );
    }
}
