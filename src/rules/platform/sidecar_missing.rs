//! An Envoy pod has no AI Gateway in it.

use jiff::SignedDuration;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{
        Kind, Pod, Resource as _,
        names::{OWNER_NAME, OWNER_NAMESPACE},
    },
    trace::{Hop, RouteTrace, World},
};

/// See `kubectl aigw-backend explain AIB704`.
pub static RULE: Rule = Rule {
    code: "AIB704",
    name: "sidecar-missing",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::Pod, Kind::Deployment],
    docs: Docs {
        what: "An Envoy pod of a Gateway with accepted AI routes runs without the container \
              ai-gateway-extproc.",
        why: "AI Gateway's webhook puts the container in when a pod is created. It is left out when the \
              webhook does not answer, or when the pod came before the first AI route; Envoy then calls a \
              socket where nobody listens.",
        client: "500 with an empty body for every request that meets this pod (ext_proc_error_gRPC_error_14 in \
              the access log).",
        confirm: "kubectl get pods -A -l gateway.envoyproxy.io/owning-gateway-name=NAME -o \
              jsonpath='{.items[*].spec.initContainers[*].name}'",
        fix: "Restart the Deployment of this Envoy; if new pods lack the container too, look at the webhook.",
        before: "kind: Pod\n\
              spec:\n  \
              containers: [{name: envoy}]",
        after: "kind: Pod\n\
              spec:\n  \
              initContainers: [{name: ai-gateway-extproc}]\n  \
              containers: [{name: envoy}]",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/gateway_mutator.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways() {
        // pods that AI Gateway does not find are a fault of their own: envoy-pods-out-of-sight
        let accepted = world.routes_on(&gateway.key).any(RouteTrace::is_accepted);
        if !accepted || super::out_of_sight(world, gateway).is_some() {
            continue;
        }
        let running = || {
            gateway
                .pods
                .iter()
                .filter(|it| it.status.phase == "Running" && it.meta.deletion_timestamp.is_none())
        };
        let bare: Vec<&&Pod> = running().filter(|it| lacks(it) && !is_new(it, world)).collect();
        let Some(first) = bare.first() else { continue };
        let key = first.key();
        let mut draft =
            Draft::at(key.clone(), "/spec/containers", format!("{key} runs without `ai-gateway-extproc`"))
                .effect("500 with an empty body for each request that meets this pod")
                .evidence(format!("{} of {} Envoy pods", bare.len(), running().count()))
                .because(gateway.key.clone(), "", "has AI routes")
                .hits(world.backends_on(&gateway.key))
                .fix(Fix::manual("make new pods, into which the webhook puts it").command(format!(
                    "kubectl -n {} rollout restart deployment -l {OWNER_NAME}={},{OWNER_NAMESPACE}={}",
                    key.namespace, gateway.key.name, gateway.key.namespace
                )));
        for pod in bare.iter().skip(1) {
            draft = draft.because(pod.key(), "/spec/containers", "lacks it too");
        }
        out.push(draft);
    }
}

fn lacks(pod: &Pod) -> bool {
    let is_envoy = pod.spec.containers.iter().any(|it| it.name == "envoy");
    is_envoy && pod.ext_proc().is_none()
}

/// The first pod of a new Gateway may come before AI Gateway is ready for it, and is replaced within seconds.
fn is_new(pod: &Pod, world: &World<'_>) -> bool {
    let age = pod.meta.creation_timestamp.map(|it| world.now.duration_since(it));
    age.is_some_and(|it| it < SignedDuration::from_mins(2))
}
