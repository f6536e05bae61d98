//! Envoy Gateway does not ask AI Gateway.

use super::super::{Check, Docs, Findings, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB701`.
pub static RULE: Rule = Rule {
    code: "AIB701",
    name: "extension-manager-missing",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::ConfigMap],
    docs: Docs {
        what: "Envoy Gateway's configuration has no extensionManager, or one without the Translation hook.",
        why: "AI Gateway changes what Envoy Gateway gives to Envoy: it puts its filters in through this \
              hook. Without it nothing reads the model from the request, though every status is green.",
        client: "Mostly 404 `No matching route found`; a client that sets x-ai-eg-model itself gets through, \
              untranslated and with its own Authorization header.",
        confirm: "kubectl -n envoy-gateway-system get configmap envoy-gateway-config -o \
              jsonpath='{.data.envoy-gateway\\.yaml}'",
        fix: "Install the values that AI Gateway gives for Envoy Gateway \
              (manifests/envoy-gateway-values.yaml), and restart Envoy Gateway.",
        before: "extensionApis: {enableBackend: true}",
        after: "extensionApis: {enableBackend: true}\n\
              extensionManager:\n  \
              hooks: {xdsTranslator: {post: [Translation, Cluster, Route]}}",
    },
    refs: &["live", "ai-gateway@v1.1.0 manifests/envoy-gateway-values.yaml"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let Some(config) = super::config(world) else { return };
    let message = match &config.extension_manager {
        None => "there is no extensionManager",
        Some(manager) => {
            let hooks = manager.hooks.xds_translator.as_ref();
            if hooks.is_some_and(|it| it.post.iter().any(|it| it == "Translation")) {
                return;
            }
            "the extensionManager has no Translation hook"
        }
    };
    out.push(
        super::misconfigured(world, message)
            .effect("404: Envoy gets no filter that reads the model from a request")
            .fix(super::install_values(world)),
    );
}
