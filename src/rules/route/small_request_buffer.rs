//! Prompts are refused that fit into no more than 32 KiB.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Key, Kind, Quantity, Resource as _},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB614`.
pub static RULE: Rule = Rule {
    code: "AIB614",
    name: "small-request-buffer",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::ClientTrafficPolicy, Kind::BackendTrafficPolicy],
    docs: Docs {
        what: "The policy in force on a listener with AI routes, or a BackendTrafficPolicy on its Gateway, sets \
              a request buffer of 32 KiB or less.",
        why: "AI Gateway reads whole requests to find the model, so Envoy must hold them. 32 KiB is Envoy \
              Gateway's default, and less than a long chat or one image.",
        client: "413 for larger requests; small ones pass.",
        confirm: "kubectl -n NAMESPACE get clienttrafficpolicies -o jsonpath='{.items[*].spec.connection}'",
        fix: "Raise the limit; AI Gateway's examples have 50Mi.",
        before: "connection: {bufferLimit: 32Ki}",
        after: "connection: {bufferLimit: 50Mi}",
    },
    refs: &["live", "gateway@v1.8.1 internal/xds/translator/listener.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways() {
        for policy in &gateway.backend_policies {
            let limit = policy.spec.request_buffer.as_ref().and_then(|it| it.limit.as_ref());
            if let Some(bytes) = limit.and_then(Quantity::bytes).filter(|it| *it <= 32 * 1024) {
                report(world, out, &gateway.key, &policy.key(), "/spec/requestBuffer/limit", bytes);
            }
        }
        // a BackendTrafficPolicy lifts the limit
        if !super::has_no_request_buffer(world, gateway) {
            continue;
        }
        for listener in super::ai_listeners(world, &gateway.key) {
            let Some(policy) = gateway.client_policy(listener) else { continue };
            let limit = policy.spec.connection.as_ref().and_then(|it| it.buffer_limit.as_ref());
            let Some(bytes) = limit.and_then(Quantity::bytes).filter(|it| *it <= 32 * 1024) else { continue };
            report(world, out, &gateway.key, &policy.key(), "/spec/connection/bufferLimit", bytes);
        }
    }
}

fn report(world: &World<'_>, out: &mut Findings<'_>, gateway: &Key, policy: &Key, path: &str, bytes: u64) {
    out.push(
        Draft::at(policy.clone(), path, format!("{policy} lets requests have no more than {bytes} bytes"))
            .effect("413 for prompts and images above that")
            .because(gateway.clone(), "/spec/listeners", "has AI routes")
            .hits(world.backends_on(gateway))
            .fix(Fix::safe("let requests have 50 MiB").set(policy, path, "50Mi")),
    );
}
