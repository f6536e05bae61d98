//! No ReferenceGrant lets the generated HTTPRoute refer to the Backend.

use super::{
    super::{Check, Docs, Findings, Rule, Severity},
    grant,
};
use crate::{
    model::{Kind, Resource as _},
    trace::{Grant, Hop, Permission, Trace},
};

/// See `kubectl aigw-backend explain AIB104`.
pub static RULE: Rule = Rule {
    code: "AIB104",
    name: "cross-namespace-grant-missing",
    hop: Hop::Reference,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::ReferenceGrant],
    docs: Docs {
        what: "A route and the Backend that it leads to are in different namespaces, and no ReferenceGrant beside the \
               Backend permits HTTPRoutes of the route's namespace to refer to it.",
        why: "Two grants are needed for a backend in another namespace, and two controllers check them: AI Gateway \
              the one from AIGatewayRoute to AIServiceBackend, Envoy Gateway the one from the generated HTTPRoute to \
              the Backend. Without the second everything of AI Gateway is Accepted; only the HTTPRoute says \
              RefNotPermitted. Envoy Gateway honours `to.name`, AI Gateway does not.",
        client: "500 with an empty body for the requests that would go to this backend.",
        confirm: "kubectl -n BACKEND_NAMESPACE get referencegrants -o yaml\n\
                  kubectl -n ROUTE_NAMESPACE get httproute ROUTE -o jsonpath='{.status.parents[*].conditions}'",
        fix: "Create the grant in the namespace of the Backend.",
        before: "kind: ReferenceGrant\nspec:\n  from:\n  - {group: aigateway.envoyproxy.io, kind: AIGatewayRoute, namespace: apps}\n  \
                 to:\n  - {group: aigateway.envoyproxy.io, kind: AIServiceBackend}",
        after: "kind: ReferenceGrant\nspec:\n  from:\n  - {group: aigateway.envoyproxy.io, kind: AIGatewayRoute, namespace: apps}\n  \
                - {group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: apps}\n  \
                to:\n  - {group: aigateway.envoyproxy.io, kind: AIServiceBackend}\n  \
                - {group: gateway.envoyproxy.io, kind: Backend}",
    },
    refs: &[
        "live",
        "gateway@v1.8.1 internal/gatewayapi/helpers.go",
        "ai-gateway@v1.1.0 tests/e2e/testdata/cross_namespace.yaml",
    ],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    // a Backend that is not there is the cause, whoever may refer to it
    if trace.reference.backend.found().is_none() {
        return;
    }
    for it in &trace.route.uses {
        // nothing is sent to a share of 0
        if it.backend_permission != Permission::Missing || it.reference.reference.weight() == 0 {
            continue;
        }
        let from = &it.route.key.namespace;
        out.push(
            grant::missing(trace.world, Grant::HttpRouteToBackend, from, &trace.reference.key)
                .effect(
                    "500 with an empty body: Envoy Gateway answers instead of the provider (RefNotPermitted)",
                )
                .because(
                    it.route.key.clone(),
                    format!("/spec/rules/{}/backendRefs/{}", it.rule, it.reference.index),
                    format!("leads to {}", trace.reference.key),
                )
                .because(trace.backend.key(), "/spec/backendRef", "refers to it"),
        );
    }
}
