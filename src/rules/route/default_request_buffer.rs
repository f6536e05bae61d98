//! Nothing raises the request buffer.

use serde_json::json;

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    dangling::{self, Dangling},
};
use crate::{
    model::{Key, Kind, Resource as _},
    trace::{GatewayTrace, Hop, World},
};

/// See `kubectl aigw-backend explain AIB615`.
pub static RULE: Rule = Rule {
    code: "AIB615",
    name: "default-request-buffer",
    hop: Hop::Route,
    severity: Severity::Info,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::ClientTrafficPolicy, Kind::BackendTrafficPolicy],
    docs: Docs {
        what: "No policy sets the request buffer of a listener with AI routes.",
        why: "AI Gateway reads whole requests to find the model, so Envoy must hold them, and Envoy \
              Gateway's default is 32 KiB: less than a long chat or one image.",
        client: "413 for requests above 32 KiB; small ones pass.",
        confirm: "kubectl -n NAMESPACE get clienttrafficpolicies -o jsonpath='{.items[*].spec}'",
        fix: "Add a ClientTrafficPolicy with connection.bufferLimit to the Gateway.",
        before: "# kubectl get clienttrafficpolicies\n\
              No resources found",
        after: "kind: ClientTrafficPolicy\n\
              spec:\n  \
              targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: gw}]\n  \
              connection: {bufferLimit: 50Mi}",
    },
    refs: &["live", "gateway@v1.8.1 internal/xds/translator/listener.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let dangling = dangling::all(world);
    for gateway in world.ai_gateways() {
        let known = world.cluster.client_traffic_policies.gap_in(&gateway.key.namespace).is_none();
        if !known || !super::has_no_request_buffer(world, gateway) {
            continue;
        }
        for listener in super::ai_listeners(world, &gateway.key) {
            let policy = gateway.client_policy(listener);
            let connection = policy.and_then(|it| it.spec.connection.as_ref());
            if connection.is_some_and(|it| it.buffer_limit.is_some()) {
                continue;
            }
            let effect = "413 for prompts and images above 32 KiB, Envoy Gateway's default";
            let draft = match policy {
                Some(policy) => {
                    let key = policy.key();
                    let fix = Fix::safe("let requests have 50 MiB");
                    let fix = match connection {
                        Some(_) => fix.set(&key, "/spec/connection/bufferLimit", "50Mi"),
                        None => fix.set(&key, "/spec/connection", json!({"bufferLimit": "50Mi"})),
                    };
                    Draft::at(key.clone(), "/spec/connection", format!("{key} sets no bufferLimit")).fix(fix)
                }
                // one with a wrong target was meant: traffic-policy-targets-nothing
                None if is_meant(&dangling, &gateway.key) => continue,
                None => missing(world, gateway, listener),
            };
            out.push(
                draft
                    .effect(effect)
                    .because(
                        gateway.key.clone(),
                        "/spec/listeners",
                        format!("listener `{listener}` has AI routes"),
                    )
                    .hits(world.backends_on(&gateway.key)),
            );
        }
    }
}

/// Whether a policy without a target would be in force on a Gateway.
fn is_meant(dangling: &[Dangling<'_>], gateway: &Key) -> bool {
    dangling.iter().any(|it| it.policy.key.kind == Kind::ClientTrafficPolicy && it.meant == *gateway)
}

fn missing(world: &World<'_>, gateway: &GatewayTrace<'_>, listener: &str) -> Draft {
    let name = &gateway.key.name;
    let group = "gateway.networking.k8s.io";
    let mut target = json!({"group": group, "kind": "Gateway", "name": name});
    let mut stem = format!("{name}-buffer");
    let mut message = format!("{} has no ClientTrafficPolicy that sets a bufferLimit", gateway.key);
    // those of other listeners are to stay the only ones there
    if !gateway.client_policies.is_empty() {
        target = json!({"group": group, "kind": "Gateway", "name": name, "sectionName": listener});
        stem = format!("{name}-{listener}-buffer");
        message = format!("{message} for listener `{listener}`");
    }
    let key = Key::new(Kind::ClientTrafficPolicy, &gateway.key.namespace, stem);
    let manifest = json!({
        "apiVersion": world.cluster.api_version(Kind::ClientTrafficPolicy),
        "kind": "ClientTrafficPolicy",
        "metadata": {"name": key.name, "namespace": key.namespace},
        "spec": {
            "targetRefs": [target],
            "connection": {"bufferLimit": "50Mi"},
        },
    });
    Draft::missing(key, message).fix(Fix::safe("let requests have 50 MiB").create(manifest))
}
