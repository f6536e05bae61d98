//! No Envoy runs for the Gateway.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, platform};
use crate::{
    model::{
        Condition, Deployment, Key, Kind, Resource as _, has_condition,
        names::{OWNER_NAME, OWNER_NAMESPACE},
    },
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB623`.
pub static RULE: Rule = Rule {
    code: "AIB623",
    name: "gateway-without-envoy",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::Pod],
    docs: Docs {
        what: "Envoy Gateway says Programmed=False with reason NoResources of a Gateway with AI routes: no \
              replica of its Envoy is available. A Gateway without an address is normal on bare metal, and \
              is not meant.",
        why: "Without Envoy there is nobody to connect to. Routes and backends stay Accepted.",
        client: "A refused connection, or a time-out.",
        confirm: "kubectl get pods -A -l gateway.envoyproxy.io/owning-gateway-name=NAME\n\
              kubectl describe pods -A -l gateway.envoyproxy.io/owning-gateway-name=NAME",
        fix: "Find out why the pods do not start: no room on the nodes, an image that cannot be pulled, a \
              webhook that refuses them.",
        before: "# kubectl get gateway\n\
              NAME   PROGRAMMED\n\
              gw     False",
        after: "# kubectl get gateway\n\
              NAME   PROGRAMMED\n\
              gw     True",
    },
    refs: &["gateway@v1.8.1 internal/gatewayapi/status/gateway.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways() {
        let conditions = &gateway.gateway.status.conditions;
        let generation = gateway.gateway.meta.generation;
        let current = |it: &&Condition| it.observed_generation == 0 || it.observed_generation == generation;
        let is = |type_: &str, reasons: &[&str]| {
            let found = has_condition(conditions, type_, "False").filter(current);
            found.filter(|it| reasons.contains(&&*it.reason))
        };
        let refused = is("Accepted", &["InvalidParameters", "UnsupportedAddress"]);
        let Some(condition) = refused.or_else(|| is("Programmed", &["NoResources"])) else { continue };
        let what = if refused.is_some() { "is refused by Envoy Gateway" } else { "has no Envoy that runs" };
        let effect = if refused.is_some() {
            "Envoy Gateway deploys nothing for it: connections are refused, or an old Envoy goes on unchanged"
        } else {
            "connections are refused, or time out"
        };
        let key = &gateway.key;
        let mut draft = Draft::at(key.clone(), "/status/conditions", format!("{key} {what}"))
            .effect(effect)
            .evidence(condition.message.trim_end_matches('.').to_owned())
            .hits(world.backends_on(key));
        let failures = || deployments(world, key).filter_map(|it| Some((it, failure(it)?)));
        for (deployment, message) in failures() {
            draft = draft.evidence(message.trim_end_matches('.').to_owned()).because(
                deployment.key(),
                "/status/conditions",
                "cannot make pods (ReplicaFailure)",
            );
        }
        let unhooked = failures().any(|(_, message)| message.contains("failed calling webhook"));
        let absent = gateway.proxy.as_ref().filter(|(_, it)| refused.is_some() && it.is_absent());
        draft = match (absent, &world.platform.ai_gateway) {
            (Some((proxy, _)), _) => draft
                .because(proxy.clone(), "", "does not exist, and parametersRef names it")
                .fix(Fix::manual(format!("create {proxy}, or correct `parametersRef`"))),
            (None, Some(controller)) if unhooked => {
                draft.fix(platform::renew_webhook_certificate(world, controller))
            }
            (None, _) if refused.is_some() => draft.fix(Fix::manual("follow the message")),
            (None, _) => draft.fix(examine(world, key)),
        };
        for pod in gateway.pods.iter().filter(|it| it.meta.deletion_timestamp.is_none()) {
            let why = pod.status.conditions.iter().find(|it| it.status == "False" && !it.message.is_empty());
            let why = why.map_or(String::new(), |it| format!(": {}", it.message.trim_end_matches('.')));
            draft = draft.because(pod.key(), "/status/phase", format!("is {}{why}", pod.status.phase));
        }
        out.push(draft);
    }
}

/// The Deployments of a Gateway's Envoy.
fn deployments<'a>(world: &World<'a>, gateway: &Key) -> impl Iterator<Item = &'a Deployment> {
    world.cluster.deployments.iter().filter(|it| {
        let label = |name| it.meta.labels.get(name);
        label(OWNER_NAME) == Some(&gateway.name) && label(OWNER_NAMESPACE) == Some(&gateway.namespace)
    })
}

/// Why a Deployment makes no pods.
fn failure(deployment: &Deployment) -> Option<&str> {
    has_condition(&deployment.status.conditions, "ReplicaFailure", "True").map(|it| it.message.as_str())
}

/// How to find out why pods do not start; where there are none, their Deployment knows.
fn examine(world: &World<'_>, gateway: &Key) -> Fix {
    let fix = Fix::manual("find out why its pods do not start");
    let labels = format!("{OWNER_NAME}={},{OWNER_NAMESPACE}={}", gateway.name, gateway.namespace);
    match deployments(world, gateway).next() {
        Some(it) => fix
            .command(format!("kubectl -n {} describe deployment {}", it.meta.namespace, it.meta.name))
            .command(format!("kubectl -n {} describe pods -l {labels}", it.meta.namespace)),
        None => fix.command(format!("kubectl describe pods -A -l {labels}")),
    }
}
