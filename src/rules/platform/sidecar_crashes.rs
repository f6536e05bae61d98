//! AI Gateway's container in an Envoy pod crashes.

use std::collections::BTreeSet;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Pod, PolicyType, Resource as _},
    trace::{GatewayTrace, Hop, World},
};

/// See `kubectl aigw-backend explain AIB734`.
pub static RULE: Rule = Rule {
    code: "AIB734",
    name: "sidecar-crashes",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::Pod],
    docs: Docs {
        what: "The container ai-gateway-extproc of an Envoy pod does not stay up: Kubernetes waits before it \
               starts it again.",
        why: "The container ends when it cannot load its first configuration: an AzureAPIKey that is empty, an \
                identity of Google that the pod does not have, a broken cost expression. Envoy does not start \
               without it. Pods that run go on with the configuration that they have.",
        client: "Nothing while an older pod runs; then a refused connection, or 500.",
        confirm: "kubectl -n ENVOY_NAMESPACE logs POD -c ai-gateway-extproc --previous",
        fix: "Do what its log asks for.",
        before: "# kubectl get pods\n\
               envoy-ai-gw-2   0/2   Init:CrashLoopBackOff",
        after: "# kubectl get pods\n\
               envoy-ai-gw-2   2/2   Running",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/filterapi/watcher.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let cluster = world.cluster;
    let known =
        cluster.ai_service_backends.gap().is_none() && cluster.backend_security_policies.gap().is_none();
    for gateway in world.ai_gateways() {
        let alive = || gateway.pods.iter().filter(|it| it.meta.deletion_timestamp.is_none());
        let crashes = |it: &Pod| {
            let container = it.ext_proc()?;
            let waits = it.status.waits(&container.name) == Some("CrashLoopBackOff");
            waits.then(|| (container.name.clone(), it.status.restarts(&container.name)))
        };
        let broken: Vec<&Pod> = alive().filter(|it| crashes(it).is_some()).copied().collect();
        let Some((pod, (container, restarts))) = broken.first().and_then(|it| Some((it, crashes(it)?)))
        else {
            continue;
        };
        // a pod without an identity is a better guess, and may be one unseen: ext-proc-dies-for-want-of-identity
        if !known || wants_identity(world, gateway) {
            continue;
        }
        let key = pod.key();
        let message = format!("{key}: container `{container}` crashes again and again");
        let mut draft = Draft::at(key.clone(), "/status", message)
            .effect("this pod takes no requests; where all of a Gateway do so, connections are refused")
            .evidence(format!("{restarts} restarts; {} of {} Envoy pods", broken.len(), alive().count()))
            .because(gateway.key.clone(), "", "has AI routes")
            .hits(world.backends_on(&gateway.key))
            .fix(Fix::manual("see why it refuses its configuration").command(format!(
                "kubectl -n {} logs {} -c {container} --previous",
                key.namespace, key.name
            )));
        for pod in broken.iter().skip(1) {
            draft = draft.because(pod.key(), "/status", "does so too");
        }
        out.push(draft);
    }
}

/// Whether a policy for a backend behind a Gateway takes the identity that Google gives to the pod.
fn wants_identity(world: &World<'_>, gateway: &GatewayTrace<'_>) -> bool {
    let ids: BTreeSet<(String, String)> = world.backends_on(&gateway.key).into_iter().collect();
    let all = world.cluster.ai_service_backends.iter();
    let mine = all.filter(|it| ids.contains(&(it.meta.namespace.clone(), it.meta.name.clone())));
    mine.filter_map(|it| world.trace(it).credential.policy)
        .any(|it| it.spec.type_ == PolicyType::GCPCredentials && !it.spec.fetches_token())
}
