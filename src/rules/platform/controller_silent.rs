//! Nobody looks at AI Gateway's objects.

use jiff::SignedDuration;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Conditions, Key, Kind, Meta, Resource as _},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB715`.
pub static RULE: Rule = Rule {
    code: "AIB715",
    name: "controller-silent",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::AIServiceBackend, Kind::AIGatewayRoute, Kind::Deployment],
    docs: Docs {
        what: "AIServiceBackends or AIGatewayRoutes have been in the cluster for minutes without any \
              condition or finalizer, Envoy Gateway is there, and no Deployment of AI Gateway's controller.",
        why: "AI Gateway's controller sets both within seconds. Without it nobody makes HTTPRoutes or filter \
              configs of these objects.",
        client: "404: the models are unknown.",
        confirm: "kubectl get aiservicebackends,aigatewayroutes -A -o jsonpath='{.items[*].status}'\n\
              kubectl get deployments -A | grep ai-gateway",
        fix: "Install AI Gateway.",
        before: "# kubectl -n envoy-ai-gateway-system get deployments\n\
              No resources found",
        after: "# kubectl -n envoy-ai-gateway-system get deployments\n\
              NAME                    READY\n\
              ai-gateway-controller   1/1",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/controller.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let platform = &world.platform;
    if platform.envoy_gateway.is_none()
        || platform.ai_gateway.is_some()
        || world.cluster.deployments.gap().is_some()
    {
        return;
    }
    let silent = |meta: &Meta, status: &Conditions| {
        let age = meta.creation_timestamp.map(|it| world.now.duration_since(it));
        let old = age.is_some_and(|it| it > SignedDuration::from_mins(5));
        old && !meta.uid.is_empty() && meta.finalizers.is_empty() && status.conditions.is_empty()
    };
    let backends: Vec<_> =
        world.cluster.ai_service_backends.iter().filter(|it| silent(&it.meta, &it.status)).collect();
    let routes: Vec<_> = world.routes.iter().filter(|it| silent(&it.route.meta, &it.route.status)).collect();
    let first = routes.first().map(|it| it.key.clone()).or_else(|| backends.first().map(|it| it.key()));
    let Some(first) = first else { return };
    let own = backends.iter().map(|it| (it.meta.namespace.clone(), it.meta.name.clone()));
    let key = Key::new(Kind::Deployment, "envoy-ai-gateway-system", "ai-gateway-controller");
    out.push(
        Draft::missing(key.clone(), format!("{key} does not exist, nor AI Gateway's controller anywhere else"))
            .effect("404: nobody makes HTTPRoutes or filter configs")
            .because(first, "/status/conditions", "has neither condition nor finalizer, long after it was created")
            .hits(own.chain(routes.iter().flat_map(|it| it.backends())))
            .fix(Fix::manual("install AI Gateway").command(
                "helm upgrade -i aieg oci://docker.io/envoyproxy/ai-gateway-helm -n envoy-ai-gateway-system --create-namespace --version VERSION",
            )),
    );
}
