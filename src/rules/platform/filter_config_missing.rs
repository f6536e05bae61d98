//! The filter config of the Gateway does not exist.

use jiff::SignedDuration;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Pod, Resource as _},
    trace::{Hop, RouteTrace, World},
};

/// See `kubectl aigw-backend explain AIB710`.
pub static RULE: Rule = Rule {
    code: "AIB710",
    name: "filter-config-missing",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::Pod, Kind::Secret, Kind::Deployment],
    docs: Docs {
        what: "A Gateway has accepted AI routes and an Envoy pod, and the Secret in which AI Gateway tells \
              that Envoy about backends and keys does not exist.",
        why: "AI Gateway writes this Secret when it finds the Envoy pods of a Gateway. Without it the \
              container in the pod has nothing to load and knows no backend.",
        client: "500 with an empty body, or no Envoy pod that becomes ready.",
        confirm: "kubectl -n envoy-gateway-system get secrets\n\
              kubectl -n envoy-ai-gateway-system logs deployment/ai-gateway-controller",
        fix: "Restart AI Gateway's controller: it writes the Secret anew. Look in its log for what kept it \
              from doing so.",
        before: "# kubectl get secrets\n\
              No resources found",
        after: "# kubectl get secrets\n\
              NAME                 TYPE\n\
              gw-ai-0123456789ab   Opaque",
    },
    refs: &[
        "ai-gateway@v1.1.0 internal/controller/secret_name.go",
        "ai-gateway@v1.1.0 internal/controller/gateway.go",
    ],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways() {
        let old_enough = |it: &&&Pod| {
            let age = it.meta.creation_timestamp.map(|it| world.now.duration_since(it));
            it.meta.deletion_timestamp.is_none() && age.is_none_or(|it| it > SignedDuration::from_mins(2))
        };
        let Some(pod) = gateway.pods.iter().find(old_enough) else { continue };
        if !world.routes_on(&gateway.key).any(RouteTrace::is_accepted) {
            continue;
        }
        let secrets = gateway.filter_configs(world);
        let Some((key, _)) = secrets.first().filter(|_| secrets.iter().all(|(_, it)| it.is_absent())) else {
            continue;
        };
        // AI Gateway does not look where they are: envoy-pods-out-of-sight
        if super::out_of_sight(world, gateway).is_some() {
            continue;
        }
        let mut fix = Fix::manual("let AI Gateway write it anew: restart its controller");
        if let Some(controller) = &world.platform.ai_gateway {
            fix = fix.command(super::restart(controller));
        }
        out.push(
            Draft::missing(
                key.clone(),
                format!("{key}, the filter config of {}, does not exist", gateway.key),
            )
            .effect("500 with an empty body: Envoy's AI Gateway container knows no backend and no key")
            .because(gateway.key.clone(), "", "has accepted AI routes")
            .because(pod.key(), "", "is its Envoy")
            .hits(world.backends_on(&gateway.key))
            .fix(fix),
        );
    }
}
