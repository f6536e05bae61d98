//! A ReferenceGrant of a wrong group hides the right one.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Resource as _},
    trace::{Grant, Hop, Miss, Permission, Trace},
};

/// See `kubectl aigw-backend explain AIB109`.
pub static RULE: Rule = Rule {
    code: "AIB109",
    name: "grant-of-wrong-group",
    hop: Hop::Reference,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::ReferenceGrant],
    docs: Docs {
        what: "Beside the ReferenceGrant that permits HTTPRoutes to refer to a Backend there is another one for the \
               same kinds and namespaces, in which a group is wrong.",
        why: "Envoy Gateway loads the first grant whose kinds and namespaces fit, and looks at the groups only \
              afterwards. Which one is the first changes from start to start: of five, two found the right one.",
        client: "500 with an empty body (RefNotPermitted) now and then, after any restart of Envoy Gateway.",
        confirm: "kubectl -n BACKEND_NAMESPACE get referencegrants -o yaml\n\
                  kubectl -n ROUTE_NAMESPACE get httproute ROUTE -o jsonpath='{.status.parents[*].conditions}'",
        fix: "Correct the group, or delete that grant.",
        before: "kind: ReferenceGrant\nspec:\n  from: [{group: gateway.envoyproxy.io, kind: HTTPRoute, namespace: apps}]\n  \
                 to: [{group: gateway.envoyproxy.io, kind: Backend}]",
        after: "kind: ReferenceGrant\nspec:\n  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: apps}]\n  \
                to: [{group: gateway.envoyproxy.io, kind: Backend}]",
    },
    refs: &["live", "gateway@v1.8.1 internal/provider/kubernetes/controller.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let (cluster, to) = (trace.world.cluster, &trace.reference.key);
    for it in &trace.route.uses {
        let from = &it.route.key.namespace;
        if it.backend_permission != Permission::Given || *from == to.namespace {
            continue;
        }
        for near in Grant::HttpRouteToBackend.near(cluster, from, &to.namespace, &to.name) {
            let Miss::Group(seen, right) = near.miss else { continue };
            // it only gets in the way where all the rest of it fits
            if !near.grant.spec.from.iter().any(|it| it.kind == "HTTPRoute" && it.namespace == *from) {
                continue;
            }
            let key = near.grant.key();
            out.push(
                Draft::at(
                    key.clone(),
                    near.pointer.clone(),
                    format!("{key} has group `{seen}` where `{right}` is needed"),
                )
                .effect("Envoy Gateway may find this grant and not the right one: 500 (RefNotPermitted) now and then")
                .because(
                    it.route.key.clone(),
                    format!("/spec/rules/{}/backendRefs/{}", it.rule, it.reference.index),
                    format!("leads to {to}"),
                )
                .fix(Fix::review("correct the group").set(&key, &near.pointer, right)),
            );
        }
    }
}
