//! The GatewayClass does not exist.

use serde_json::json;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, near::nearest};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB625`.
pub static RULE: Rule = Rule {
    code: "AIB625",
    name: "gateway-class-missing",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::GatewayClass],
    docs: Docs {
        what: "A Gateway with AI routes names a GatewayClass that does not exist.",
        why: "Nobody takes such a Gateway for its own: no status, no Envoy. AI Gateway waits for Envoy pods \
              for ever, and says Accepted all the while.",
        client: "A refused connection: nothing runs.",
        confirm: "kubectl get gatewayclasses",
        fix: "Create the class for Envoy Gateway, or name one that exists.",
        before: "kind: Gateway\n\
              spec: {gatewayClassName: eq}",
        after: "kind: Gateway\n\
              spec: {gatewayClassName: eg}",
    },
    refs: &["gateway@v1.8.1 internal/provider/kubernetes/controller.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways().filter(|it| it.class.is_absent()) {
        let key = &gateway.class_key;
        let classes = || world.cluster.gateway_classes.iter().map(|it| it.meta.name.as_str());
        let only = || classes().next().filter(|_| classes().count() == 1);
        let fix = match nearest(&key.name, classes()).or_else(only) {
            Some(near) => {
                let title = format!("give {} class `{near}`", gateway.key);
                Fix::review(title).set(&gateway.key, "/spec/gatewayClassName", near)
            }
            None => Fix::review("create it for Envoy Gateway").create(json!({
                "apiVersion": world.cluster.api_version(Kind::GatewayClass),
                "kind": "GatewayClass",
                "metadata": {"name": key.name},
                "spec": {"controllerName": world.platform.controller_name()},
            })),
        };
        out.push(
            Draft::missing(key.clone(), format!("{key} does not exist"))
                .effect("no Envoy runs for its Gateways: connections are refused")
                .because(gateway.key.clone(), "/spec/gatewayClassName", "is of this class")
                .hits(world.backends_on(&gateway.key))
                .fix(fix),
        );
    }
}
