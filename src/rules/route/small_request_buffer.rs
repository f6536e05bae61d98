//! Prompts are refused that fit into no more than 32 KiB.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{BackendTrafficPolicy, Key, Kind, Quantity, Resource as _},
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
        what: "The policy in force on a listener with AI routes, or a BackendTrafficPolicy on its Gateway or on \
              the oldest HTTPRoute of that, sets a request buffer of 32 KiB or less.",
        why: "AI Gateway reads whole requests to find the model, so Envoy must hold them. 32 KiB is Envoy \
              Gateway's default, and less than a long chat or one image. A requestBuffer on the oldest HTTPRoute \
              counts for every route of the Gateway; on another one it does nothing.",
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
        // which route is the first shows only where all of them are known
        let known =
            || world.cluster.http_routes.gap().is_none() && world.cluster.ai_gateway_routes.gap().is_none();
        let of_route = known().then(|| world.buffer_of_route(gateway)).flatten();
        if let Some((policy, route)) = of_route {
            if let Some(bytes) = buffer(policy) {
                let draft = report(world, &gateway.key, &policy.key(), BUFFER, bytes);
                out.push(draft.because(route, "", "is the oldest on the Gateway, so that it counts for all"));
            }
            continue;
        }
        for policy in &gateway.backend_policies {
            if let Some(bytes) = buffer(policy) {
                out.push(report(world, &gateway.key, &policy.key(), BUFFER, bytes));
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
            out.push(report(world, &gateway.key, &policy.key(), "/spec/connection/bufferLimit", bytes));
        }
    }
}

/// Where a BackendTrafficPolicy has its limit.
const BUFFER: &str = "/spec/requestBuffer/limit";

/// The limit of a BackendTrafficPolicy, if it is small.
fn buffer(policy: &BackendTrafficPolicy) -> Option<u64> {
    let limit = policy.spec.request_buffer.as_ref()?.limit.as_ref()?;
    limit.bytes().filter(|it| *it <= 32 * 1024)
}

fn report(world: &World<'_>, gateway: &Key, policy: &Key, path: &str, bytes: u64) -> Draft {
    Draft::at(policy.clone(), path, format!("{policy} lets requests have no more than {bytes} bytes"))
        .effect("413 for prompts and images above that")
        .because(gateway.clone(), "/spec/listeners", "has AI routes")
        .hits(world.backends_on(gateway))
        .fix(Fix::safe("let requests have 50 MiB").set(policy, path, "50Mi"))
}
