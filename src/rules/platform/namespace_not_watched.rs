//! AI Gateway does not look into the namespace.

use std::collections::BTreeSet;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Key, Kind, Resource as _},
    trace::{Controller, Hop, World},
};

/// See `kubectl aigw-backend explain AIB708`.
pub static RULE: Rule = Rule {
    code: "AIB708",
    name: "namespace-not-watched",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::Deployment],
    docs: Docs {
        what: "AI Gateway's controller is told by --watchNamespaces which namespaces to look at, and a \
              namespace with its objects is not among them.",
        why: "Objects there get no status, no finalizer and no HTTPRoute; a Gateway there gets no filter \
              config. Nothing says so.",
        client: "404: the models are unknown.",
        confirm: "kubectl -n envoy-ai-gateway-system get deployment ai-gateway-controller -o \
              jsonpath='{.spec.template.spec.containers[0].args}'",
        fix: "Add the namespace to the flag (chart value controller.watch.namespaces), or leave the flag \
              empty to watch all.",
        before: "args: [--watchNamespaces=team-a]",
        after: "args: [--watchNamespaces=team-a,models]",
    },
    refs: &["ai-gateway@v1.1.0 cmd/controller/main.go"],
    check: Check::World(check),
};

const FLAG: &str = "watchNamespaces";

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let Some(controller) = world.platform.ai_gateway else { return };
    // several controllers may share the namespaces of a cluster
    let watches = |it: &Controller<'_>, namespace: &str| {
        let named = it.flag(FLAG).unwrap_or_default();
        named.split(',').all(|it| it.trim().is_empty()) || named.split(',').any(|it| it.trim() == namespace)
    };
    let unseen = |namespace: &str| !world.platform.ai_gateways.iter().any(|it| watches(it, namespace));
    let mut hits = BTreeSet::new();
    let mut namespaces = BTreeSet::new();
    for id in world.all_backends().into_iter().filter(|(namespace, _)| unseen(namespace)) {
        namespaces.insert(id.0.clone());
        hits.insert(id);
    }
    for route in &world.routes {
        let gateways = route.parents.iter().filter(|it| it.gateway.found().is_some()).map(|it| &it.key);
        let blind: Vec<&Key> =
            [&route.key].into_iter().chain(gateways).filter(|it| unseen(&it.namespace)).collect();
        if !blind.is_empty() {
            namespaces.extend(blind.iter().map(|it| it.namespace.clone()));
            hits.extend(route.backends());
        }
    }
    if namespaces.is_empty() {
        return;
    }
    let key = controller.deployment.key();
    let missing: Vec<&str> = namespaces.iter().map(String::as_str).collect();
    let args = &controller.container.args;
    let index = args.iter().position(|it| it.trim_start_matches('-').starts_with(FLAG)).unwrap_or_default();
    let path = format!("{}/args/{index}", controller.pointer());
    let seen = controller.flag(FLAG).unwrap_or_default();
    let list: Vec<&str> =
        seen.split(',').map(str::trim).filter(|it| !it.is_empty()).chain(missing.iter().copied()).collect();
    out.push(
        Draft::at(key.clone(), path.clone(), format!("{key} does not watch `{}`", missing.join("`, `")))
            .effect("404: objects there get no HTTPRoute, no filter config and no status")
            .evidence(args.get(index).cloned().unwrap_or_default())
            .hits(hits)
            .fix(Fix::review("watch it too").set(&key, &path, format!("--{FLAG}={}", list.join(",")))),
    );
}
