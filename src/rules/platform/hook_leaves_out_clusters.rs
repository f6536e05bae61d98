//! AI Gateway is not shown clusters or secrets.

use super::super::{Check, Docs, Findings, Rule, Severity};
use crate::{
    model::{IncludeAll, Kind},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB733`.
pub static RULE: Rule = Rule {
    code: "AIB733",
    name: "hook-leaves-out-clusters",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::ConfigMap],
    docs: Docs {
        what: "The Translation hook in Envoy Gateway's configuration says includeAll: false for clusters or \
              secrets.",
        why: "Unless it is switched off, Envoy Gateway shows AI Gateway all clusters and secrets. Without the \
              clusters, AI Gateway may not be able to have requests translated and given a key on their way \
              to the provider.",
        client: "401 or 404 from the provider, or 500.",
        confirm: "kubectl -n envoy-gateway-system get configmap envoy-gateway-config -o \
              jsonpath='{.data.envoy-gateway\\.yaml}'",
        fix: "Install the values that AI Gateway gives for Envoy Gateway \
              (manifests/envoy-gateway-values.yaml), and restart Envoy Gateway.",
        before: "translation: {listener: {includeAll: true}, route: {includeAll: true}, cluster: {includeAll: \
              false}}",
        after: "translation: {listener: {includeAll: true}, route: {includeAll: true}, cluster: {includeAll: \
              true}}",
    },
    refs: &["gateway@v1.8.1 api/v1alpha1/envoygateway_helpers.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let hooks =
        super::config(world).and_then(|it| it.extension_manager.as_ref()?.hooks.xds_translator.as_ref());
    let Some(translation) = hooks.and_then(|it| it.translation.as_ref()) else { return };
    let kinds = [("cluster", translation.cluster), ("secret", translation.secret)];
    let off = |it: Option<IncludeAll>| it.is_some_and(|it| it.include_all == Some(false));
    let lacking: Vec<&str> = kinds.into_iter().filter(|(_, it)| off(*it)).map(|(name, _)| name).collect();
    if lacking.is_empty() {
        return;
    }
    let message = format!("the Translation hook leaves out all of: {}", lacking.join(", "));
    let draft = super::misconfigured(world, &message)
        .effect("requests may go to providers as they came: without key and translation");
    out.push(draft.fix(super::install_values(world)));
}
