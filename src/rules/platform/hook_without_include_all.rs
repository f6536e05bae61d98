//! AI Gateway is not shown listeners and routes.

use super::super::{Check, Docs, Findings, Rule, Severity};
use crate::{
    model::{IncludeAll, Kind},
    trace::{Hop, World, release},
};

/// See `kubectl aigw-backend explain AIB711`.
pub static RULE: Rule = Rule {
    code: "AIB711",
    name: "hook-without-include-all",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::ConfigMap],
    docs: Docs {
        what: "The Translation hook in Envoy Gateway's configuration does not include all listeners and \
              routes.",
        why: "Envoy Gateway asks AI Gateway, but keeps listeners and routes to itself unless includeAll is \
              true. AI Gateway then cannot put its filter into the listener, and nobody reads the model from \
              the request.",
        client: "404 `No matching route found` for every model.",
        confirm: "kubectl -n envoy-gateway-system get configmap envoy-gateway-config -o \
              jsonpath='{.data.envoy-gateway\\.yaml}'",
        fix: "Install the values that AI Gateway gives for Envoy Gateway \
              (manifests/envoy-gateway-values.yaml), and restart Envoy Gateway.",
        before: "translation: {cluster: {includeAll: true}}",
        after: "translation: {listener: {includeAll: true}, route: {includeAll: true}, cluster: {includeAll: \
              true}, secret: {includeAll: true}}",
    },
    refs: &["live", "gateway@v1.8.1 api/v1alpha1/envoygateway_helpers.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let hooks =
        super::config(world).and_then(|it| it.extension_manager.as_ref()?.hooks.xds_translator.as_ref());
    // without the hook itself there is a worse fault, and before v1.5 all was included
    let Some(hooks) = hooks.filter(|it| it.post.iter().any(|it| it == "Translation")) else { return };
    if !world.platform.likely(&release::HOOKS_INCLUDE) {
        return;
    }
    let all = |it: Option<IncludeAll>| it.is_some_and(|it| it.include_all == Some(true));
    let translation = hooks.translation.as_ref();
    let kinds = [
        ("listener", translation.and_then(|it| it.listener)),
        ("route", translation.and_then(|it| it.route)),
    ];
    let lacking: Vec<&str> = kinds.into_iter().filter(|(_, it)| !all(*it)).map(|(name, _)| name).collect();
    if lacking.is_empty() {
        return;
    }
    let message = format!("the Translation hook does not include all of: {}", lacking.join(", "));
    let draft = super::misconfigured(world, &message);
    let effect = "404 for every model: AI Gateway cannot put its filters in";
    let draft = draft.effect(world.platform.scoped(&release::HOOKS_INCLUDE, effect));
    out.push(draft.fix(super::install_values(world)));
}
