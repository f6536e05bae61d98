//! The listener does not take the route.

use serde_json::json;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Key, Kind, Listener},
    trace::{Attachment, Hop, World},
};

/// See `kubectl aigw-backend explain AIB604`.
pub static RULE: Rule = Rule {
    code: "AIB604",
    name: "listener-refuses-route",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::Namespace],
    docs: Docs {
        what: "The listeners that an AIGatewayRoute names as parent take no HTTPRoutes, or none from its \
              namespace.",
        why: "The generated HTTPRoute does not attach: Envoy Gateway says NotAllowedByListeners there, and \
              the AIGatewayRoute stays Accepted. Without `from`, a listener takes routes of its own \
              namespace only.",
        client: "404 with an empty body from that Gateway.",
        confirm: "kubectl -n NAMESPACE get httproute NAME -o jsonpath='{.status.parents}'\n\
              kubectl -n NAMESPACE get gateway NAME -o jsonpath='{.spec.listeners}'",
        fix: "Let the listener take HTTPRoutes from the namespace of the route, or move the route.",
        before: "kind: Gateway\n\
              spec:\n  \
              listeners:\n  \
              - name: http\n    \
              allowedRoutes: {namespaces: {from: Same}}",
        after: "kind: Gateway\n\
              spec:\n  \
              listeners:\n  \
              - name: http\n    \
              allowedRoutes: {namespaces: {from: All}}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/route.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for parent in &route.parents {
            let Some(gateway) = parent.gateway.found() else { continue };
            let (listeners, by_kind) = if let Attachment::KindRefused(listeners) = &parent.attachment {
                (listeners, true)
            } else if let Attachment::NamespaceRefused(listeners) = &parent.attachment {
                (listeners, false)
            } else {
                continue;
            };
            let Some(listener) = listeners.first() else { continue };
            let at = super::pointer(gateway, listener);
            let key = &parent.key;
            let (path, message, fix) = if by_kind {
                kind(key, &at, listener)
            } else {
                namespace(key, &at, listener, &route.key.namespace)
            };
            let draft = Draft::at(key.clone(), path, message)
                .effect(format!("404 from {key}: the route does not attach, though it is Accepted"))
                .because(
                    route.key.clone(),
                    format!("/spec/parentRefs/{}", parent.index),
                    "names this Gateway",
                )
                .hits(route.backends())
                .fix(fix);
            out.push(super::with_other_parents(draft, route, parent.index));
        }
    }
}

fn kind(gateway: &Key, at: &str, listener: &Listener) -> (String, String, Fix) {
    let name = &listener.name;
    if listener.allowed_routes.kinds.is_empty() {
        let protocol = &listener.protocol;
        let message = format!("{gateway}: listener `{name}` of protocol `{protocol}` takes no HTTPRoutes");
        return (
            format!("{at}/protocol"),
            message,
            Fix::manual("name a listener of protocol HTTP or HTTPS as parent"),
        );
    }
    let message = format!("{gateway}: listener `{name}` takes other kinds than HTTPRoute");
    let path = format!("{at}/allowedRoutes/kinds");
    let http = json!({"group": "gateway.networking.k8s.io", "kind": "HTTPRoute"});
    let fix = Fix::review("let it take HTTPRoutes too").set(gateway, &format!("{path}/-"), http);
    (path, message, fix)
}

fn namespace(gateway: &Key, at: &str, listener: &Listener, from: &str) -> (String, String, Fix) {
    let message = format!("{gateway}: listener `{}` takes no routes from namespace `{from}`", listener.name);
    let open = json!({"from": "All"});
    let fix = Fix::review("let it take routes from all namespaces");
    // without kinds there may be no allowedRoutes to put namespaces into
    let fix = if listener.allowed_routes.kinds.is_empty() {
        fix.set(gateway, &format!("{at}/allowedRoutes"), json!({"namespaces": open}))
    } else {
        fix.set(gateway, &format!("{at}/allowedRoutes/namespaces"), open)
    };
    (format!("{at}/allowedRoutes/namespaces"), message, fix)
}
