//! Envoy Gateway does not know InferencePools.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB709`.
pub static RULE: Rule = Rule {
    code: "AIB709",
    name: "pool-addon-missing",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::AIGatewayRoute],
    docs: Docs {
        what: "A route leads to an InferencePool, and backendResources in Envoy Gateway's extensionManager \
              does not name that kind.",
        why: "Envoy Gateway takes only kinds that it knows or that are named there. AI Gateway accepts the \
              route all the same.",
        client: "500 with an empty body for the models of that rule.",
        confirm: "kubectl -n envoy-gateway-system get configmap envoy-gateway-config -o \
              jsonpath='{.data.envoy-gateway\\.yaml}'",
        fix: "Add the values of AI Gateway's InferencePool add-on to Envoy Gateway, and restart it.",
        before: "extensionManager: {}",
        after: "extensionManager:\n  \
              backendResources: [{group: inference.networking.k8s.io, kind: InferencePool, version: v1}]",
    },
    refs: &[
        "ai-gateway@v1.1.0 examples/inference-pool/envoy-gateway-values-addon.yaml",
        "gateway@v1.8.1 internal/gatewayapi/validate.go",
    ],
    check: Check::World(check),
};

const GROUP: &str = "inference.networking.k8s.io";

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    // without any extensionManager there is a worse fault: extension-manager-missing
    let Some(manager) = super::config(world).and_then(|it| it.extension_manager.as_ref()) else { return };
    if manager.backend_resources.iter().any(|it| it.group == GROUP && it.kind == "InferencePool") {
        return;
    }
    let key = &world.platform.config_key;
    let message = format!("{key}: backendResources does not name InferencePool");
    let mut draft = Draft::at(key.clone(), super::CONFIG, message)
        .effect("500 with an empty body for models that an InferencePool serves")
        .hits([])
        .fix(Fix::manual("add `{group: inference.networking.k8s.io, kind: InferencePool, version: v1}` to backendResources"));
    let mut used = false;
    for route in &world.routes {
        for rule in route.rules.iter().filter(|rule| rule.refs.iter().any(|it| it.pool.is_some())) {
            used = true;
            let path = format!("/spec/rules/{}/backendRefs", rule.index);
            draft = draft.because(route.key.clone(), path, "leads to an InferencePool");
        }
    }
    if used {
        out.push(draft);
    }
}
