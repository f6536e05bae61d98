//! Envoy Gateway merges clusters, and AI Gateway does not know them again.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    cluster::{Lookup, Why},
    model::{Key, Kind, MergeBackends},
    trace::{Hop, RouteTrace, World},
};

/// See `kubectl aigw-backend explain AIB718`.
pub static RULE: Rule = Rule {
    code: "AIB718",
    name: "backends-merged",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::EnvoyProxy, Kind::Backend],
    docs: Docs {
        what: "The EnvoyProxy of a Gateway with AI routes has mergeBackends, and it covers Backends of these \
              routes.",
        why: "Merged clusters are named after the Backend instead of the route and rule. AI Gateway, up to \
              v1.1, knows its clusters by the name of the route and leaves all others alone: no credential, \
              no translation.",
        client: "401 or 404 from the provider.",
        confirm: "kubectl get envoyproxies -A -o jsonpath='{.items[*].spec.mergeBackends}'",
        fix: "Remove mergeBackends, or give it a selector that leaves Backends of AI routes out.",
        before: "kind: EnvoyProxy\n\
              spec: {mergeBackends: {}}",
        after: "kind: EnvoyProxy\n\
              spec: {}",
    },
    refs: &[
        "gateway@v1.9.0 internal/gatewayapi/route.go",
        "ai-gateway@v1.1.0 internal/extensionserver/post_translate_modify.go",
    ],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways() {
        let Some((key, proxy)) = &gateway.proxy else { continue };
        let Some(merge) = proxy.found().and_then(|it| it.spec.merge_backends.as_ref()) else { continue };
        let mut hits = world.backends_on(&gateway.key);
        hits.retain(|it| covers(world, merge, it));
        if hits.is_empty() {
            continue;
        }
        let path = "/spec/mergeBackends";
        out.push(
            Draft::at(key.clone(), path, format!("{key} merges clusters of Backends that AI routes lead to"))
                .effect("requests go to the provider without credential and untranslated: 401 or 404")
                .because(gateway.key.clone(), "", "is deployed by it, and has AI routes")
                .hits(hits)
                .fix(Fix::review("do not merge clusters").remove(key, path)),
        );
    }
}

/// Whether the Gateway of a route merges the cluster of a backend, or may do so where that could not be read.
pub(in crate::rules) fn is_merged(world: &World<'_>, route: &RouteTrace<'_>, backend: &Key) -> bool {
    let id = (backend.namespace.clone(), backend.name.clone());
    route.parents.iter().any(|parent| {
        let Some(gateway) = world.gateway(&parent.key.namespace, &parent.key.name) else {
            return is_hidden(&parent.gateway);
        };
        let Some((_, proxy)) = &gateway.proxy else { return false };
        let merge = proxy.found().and_then(|it| it.spec.merge_backends.as_ref());
        is_hidden(proxy) || merge.is_some_and(|it| covers(world, it, &id))
    })
}

fn is_hidden<T>(lookup: &Lookup<'_, T>) -> bool {
    matches!(lookup, Lookup::Unreadable(why) if *why != Why::NotFetched)
}

fn covers(world: &World<'_>, merge: &MergeBackends, (namespace, name): &(String, String)) -> bool {
    let Some(selector) = &merge.selector else { return true };
    let Some(from) = world.cluster.ai_service_backends.get(namespace, name).found() else { return false };
    let target = &from.spec.backend_ref;
    let namespace = target.namespace.as_ref().unwrap_or(namespace);
    let backend = world.cluster.backends.get(namespace, &target.name).found();
    backend.is_some_and(|it| selector.matches(&it.meta.labels) == Some(true))
}
