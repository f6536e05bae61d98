//! Envoy Gateway does not ask about the clusters of InferencePools.

use super::super::{Check, Docs, Findings, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, RefTrace, World},
};

/// See `kubectl aigw-backend explain AIB736`.
pub static RULE: Rule = Rule {
    code: "AIB736",
    name: "pool-hook-missing",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::ConfigMap, Kind::AIGatewayRoute],
    docs: Docs {
        what: "A route leads to an InferencePool, and Envoy Gateway's extensionManager has no Cluster or no \
               Route hook.",
        why: "With these two hooks AI Gateway turns the cluster of a pool into one whose endpoint is picked \
               for each request. Without them Envoy may have a cluster without endpoints.",
        client: "503 for the models of that rule.",
        confirm: "kubectl -n envoy-gateway-system get configmap envoy-gateway-config -o \
               jsonpath='{.data.envoy-gateway\\.yaml}'",
        fix: "Install AI Gateway's values for Envoy Gateway, and restart it.",
        before: "hooks: {xdsTranslator: {post: [Translation]}}",
        after: "hooks: {xdsTranslator: {post: [Translation, Cluster, Route]}}",
    },
    refs: &["ai-gateway@v1.1.0 internal/extensionserver/inferencepool.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let hooks =
        super::config(world).and_then(|it| it.extension_manager.as_ref()?.hooks.xds_translator.as_ref());
    // without the Translation hook there is a worse fault: extension-manager-missing
    let Some(post) = hooks.map(|it| &it.post).filter(|it| it.iter().any(|it| it == "Translation")) else {
        return;
    };
    let lacking: Vec<&str> =
        ["Cluster", "Route"].into_iter().filter(|hook| !post.iter().any(|it| it == hook)).collect();
    let leads = |it: &RefTrace<'_>| it.pool.is_some();
    let mut pools = world
        .routes
        .iter()
        .flat_map(|route| route.rules.iter().map(move |rule| (route, rule)))
        .filter(|(_, rule)| rule.refs.iter().any(leads))
        .peekable();
    if lacking.is_empty() || pools.peek().is_none() {
        return;
    }
    let message = format!("the extensionManager lacks the hooks {}", lacking.join(" and "));
    let mut draft = super::misconfigured(world, &message)
        .effect("models of an InferencePool may answer 503: AI Gateway cannot make their clusters")
        .hits([])
        .fix(super::install_values(world));
    for (route, rule) in pools {
        let path = format!("/spec/rules/{}/backendRefs", rule.index);
        draft = draft.because(route.key.clone(), path, "leads to an InferencePool");
    }
    out.push(draft);
}
