//! Envoy is configured without AI Gateway when that does not answer.

use super::super::{Check, Docs, Findings, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB712`.
pub static RULE: Rule = Rule {
    code: "AIB712",
    name: "extension-fails-open",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::ConfigMap],
    docs: Docs {
        what: "Envoy Gateway's extensionManager has failOpen: true.",
        why: "When AI Gateway does not answer, Envoy Gateway publishes routes and clusters without its \
              filters, instead of keeping the last good configuration. Every status stays green.",
        client: "While AI Gateway is down: 404, or requests that go to providers untranslated and with the \
              client's own Authorization header.",
        confirm: "kubectl -n envoy-gateway-system get configmap envoy-gateway-config -o \
              jsonpath='{.data.envoy-gateway\\.yaml}'",
        fix: "Remove failOpen; the default keeps the last good configuration.",
        before: "extensionManager: {failOpen: true}",
        after: "extensionManager: {failOpen: false}",
    },
    refs: &[
        "gateway@v1.8.1 api/v1alpha1/envoygateway_types.go",
        "gateway@v1.8.1 internal/xds/runner/runner.go",
    ],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    if super::config(world).and_then(|it| it.extension_manager.as_ref()).is_some_and(|it| it.fail_open) {
        let draft = super::misconfigured(world, "the extensionManager has failOpen: true");
        out.push(
            draft
                .effect("while AI Gateway is down, Envoy works without its filters: 404, or no credentials")
                .fix(super::reconfigure(
                    world,
                    "set failOpen to false, and restart Envoy Gateway",
                    "--set config.envoyGateway.extensionManager.failOpen=false",
                )),
        );
    }
}
