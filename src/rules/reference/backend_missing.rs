//! `backendRef` names a Backend that does not exist.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, near::nearest};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Target, Trace},
};

/// See `kubectl aigw-backend explain AIB101`.
pub static RULE: Rule = Rule {
    code: "AIB101",
    name: "backend-missing",
    hop: Hop::Reference,
    severity: Severity::Error,
    needs: &[Kind::Backend],
    docs: Docs {
        what: "AIServiceBackend.spec.backendRef names an Envoy Gateway Backend that does not exist.",
        why: "AI Gateway copies the reference into the generated HTTPRoute without looking. Envoy Gateway then cannot \
              resolve it and answers instead of the provider. AIServiceBackend and AIGatewayRoute stay Accepted; only \
              the HTTPRoute says BackendNotFound.",
        client: "500 with an empty body for the requests that would go to this backend.",
        confirm: "kubectl -n NAMESPACE get backend NAME\n\
                  kubectl -n NAMESPACE get httproute ROUTE -o jsonpath='{.status.parents[*].conditions}'",
        fix: "Create the Backend, or correct the name in backendRef.",
        before: "kind: AIServiceBackend\nspec:\n  backendRef: {group: gateway.envoyproxy.io, kind: Backend, name: opnai}",
        after: "kind: AIServiceBackend\nspec:\n  backendRef: {group: gateway.envoyproxy.io, kind: Backend, name: openai}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/validate.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let reference = &trace.reference;
    if reference.target != Target::Backend || !reference.backend.is_absent() {
        return;
    }
    let unused = trace.route.uses.is_empty();
    // one that is on its way out, and that nobody calls, needs no Backend any more: backend-stuck-terminating
    if unused && trace.backend.meta.deletion_timestamp.is_some() {
        return;
    }
    let effect = if unused && trace.world.cluster.ai_gateway_routes.gap().is_none() {
        "500 with an empty body as soon as a route leads here: Envoy Gateway answers instead of the provider"
    } else {
        "500 with an empty body: Envoy Gateway answers instead of the provider"
    };
    let owner = trace.backend.key();
    let there = trace.world.cluster.backends.in_namespace(&reference.key.namespace).items;
    let near = nearest(&reference.key.name, there.iter().map(|it| it.meta.name.as_str()));
    let fix = match near {
        Some(name) => {
            Fix::review(format!("refer to Backend `{name}`")).set(&owner, "/spec/backendRef/name", name)
        }
        None => Fix::manual(format!("create {} with the address of the provider", reference.key)),
    };
    out.push(
        Draft::missing(reference.key.clone(), format!("{} does not exist", reference.key))
            .effect(effect)
            .because(owner, "/spec/backendRef/name", "refers to it")
            .fix(fix),
    );
}
