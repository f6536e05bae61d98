//! Envoy Gateway does not read Backends.

use super::super::{Check, Docs, Findings, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB703`.
pub static RULE: Rule = Rule {
    code: "AIB703",
    name: "backend-api-disabled",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::ConfigMap],
    docs: Docs {
        what: "Envoy Gateway's configuration does not say extensionApis.enableBackend: true, and the default \
              is false.",
        why: "Envoy Gateway resolves no reference to a Backend and lets Envoy answer itself. Backends have \
              no status, or an old one that is green; only the HTTPRoute says UnsupportedValue.",
        client: "500 with an empty body for every model.",
        confirm: "kubectl -n envoy-gateway-system get configmap envoy-gateway-config -o \
              jsonpath='{.data.envoy-gateway\\.yaml}'\n\
              kubectl get httproutes -A -o jsonpath='{.items[*].status.parents}'",
        fix: "Install the values that AI Gateway gives for Envoy Gateway \
              (manifests/envoy-gateway-values.yaml), and restart Envoy Gateway.",
        before: "extensionApis: {}",
        after: "extensionApis: {enableBackend: true}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/validate.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let Some(config) = super::config(world) else { return };
    if config.extension_apis.as_ref().is_some_and(|it| it.enable_backend) {
        return;
    }
    let draft = super::misconfigured(world, "extensionApis.enableBackend is not true");
    out.push(draft.effect("500 with an empty body: Envoy Gateway resolves no Backend").fix(
        super::reconfigure(
            world,
            "switch Backends on, and restart Envoy Gateway",
            "--set config.envoyGateway.extensionApis.enableBackend=true",
        ),
    ));
}
