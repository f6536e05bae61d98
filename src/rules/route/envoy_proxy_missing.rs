//! The EnvoyProxy that a Gateway or its class names does not exist.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, near::nearest};
use crate::{
    model::{Key, Kind, Resource as _, has_condition},
    trace::{GatewayTrace, Hop, World},
};

/// See `kubectl aigw-backend explain AIB654`.
pub static RULE: Rule = Rule {
    code: "AIB654",
    name: "envoy-proxy-missing",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::GatewayClass, Kind::EnvoyProxy],
    docs: Docs {
        what: "A Gateway with AI routes, or its GatewayClass, names an EnvoyProxy in parametersRef that does \
              not exist. A Gateway's is looked for in its own namespace alone.",
        why: "Envoy Gateway says Accepted=False with reason InvalidParameters, and sets up no Envoy; one that \
              runs already keeps its configuration.",
        client: "A refused connection, or changes that have no effect.",
        confirm: "kubectl -n NAMESPACE get gateway NAME -o jsonpath='{.spec.infrastructure}{.status.conditions}'\n\
              kubectl get gatewayclass NAME -o yaml\n\
              kubectl get envoyproxies -A",
        fix: "Create the EnvoyProxy there, or correct the reference.",
        before: "kind: Gateway\n\
              spec:\n  \
              infrastructure:\n    \
              parametersRef: {group: gateway.envoyproxy.io, kind: EnvoyProxy, name: tunde}",
        after: "kind: Gateway\n\
              spec:\n  \
              infrastructure:\n    \
              parametersRef: {group: gateway.envoyproxy.io, kind: EnvoyProxy, name: tuned}",
    },
    refs: &[
        "gateway@v1.8.1 internal/gatewayapi/translator.go",
        "gateway@v1.8.1 internal/provider/kubernetes/controller.go",
    ],
    check: Check::World(check),
};

const OF_GATEWAY: &str = "/spec/infrastructure/parametersRef";
const OF_CLASS: &str = "/spec/parametersRef";

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways().filter(|it| it.is_managed(&world.platform) != Some(false)) {
        let Some((proxy, lookup)) = &gateway.proxy else { continue };
        let own = is_own(gateway);
        // its own status says so already: gateway-without-envoy
        let meta = &gateway.gateway.meta;
        let said = has_condition(&gateway.gateway.status.conditions, "Accepted", "False");
        if said.is_some_and(|it| [0, meta.generation].contains(&it.observed_generation)) {
            continue;
        }
        if !lookup.is_absent() || !own && !is_certain(world, gateway) {
            continue;
        }
        let (owner, path) = if own { (&gateway.key, OF_GATEWAY) } else { (&gateway.class_key, OF_CLASS) };
        let mut draft =
            Draft::missing(proxy.clone(), format!("{proxy} does not exist, and {owner} names it"))
                .effect("the Gateway is not accepted: no Envoy is set up, and one that runs gets no changes")
                .because(owner.clone(), path, "names it")
                .hits(world.backends_on(&gateway.key));
        for it in world.cluster.envoy_proxies.iter().filter(|it| it.meta.name == proxy.name) {
            draft = draft.because(it.key(), "", "has that name, in another namespace");
        }
        out.push(fixes(world, proxy, owner, path).into_iter().fold(draft, Draft::fix));
    }
}

/// Whether the reference is the Gateway's own and not that of its class.
fn is_own(gateway: &GatewayTrace<'_>) -> bool {
    let infrastructure = gateway.gateway.spec.infrastructure.as_ref();
    let own = infrastructure.and_then(|it| it.parameters_ref.as_ref());
    own.is_some_and(|it| it.kind() == "EnvoyProxy")
}

/// Whether it is known where the class means, and its own status does not say so already: gateway-class-not-accepted.
fn is_certain(world: &World<'_>, gateway: &GatewayTrace<'_>) -> bool {
    let Some(class) = gateway.class.found() else { return false };
    let named = class.spec.parameters_ref.as_ref().is_some_and(|it| it.namespace.is_some());
    (named || world.platform.envoy_gateway.is_some())
        && has_condition(&class.status.conditions, "Accepted", "False").is_none()
}

fn fixes(world: &World<'_>, proxy: &Key, owner: &Key, path: &str) -> Vec<Fix> {
    let there = world.cluster.envoy_proxies.in_namespace(&proxy.namespace).items;
    let near = nearest(&proxy.name, there.iter().map(|it| it.meta.name.as_str()));
    let mut fixes = vec![];
    if let Some(name) = near {
        let title = format!("name EnvoyProxy `{name}`");
        fixes.push(Fix::review(title).set(owner, &format!("{path}/name"), name));
    }
    fixes.push(Fix::manual(format!("create {proxy}")));
    fixes.push(Fix::review("take the reference out").remove(owner, path));
    fixes
}
