//! The listener does not take the route.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, near::nearest};
use crate::{
    model::{Key, Kind, LabelSelector, Listener},
    trace::{Attachment, Hop, ParentTrace, World},
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
              allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {ai-access: \"true\"}}}}",
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
            let draft = if by_kind {
                kind(key, &at, listener)
            } else {
                namespace(world, key, &at, listener, &route.key.namespace)
            };
            let draft = draft
                .effect(format!("404 from {key}: the route does not attach, though it is Accepted"))
                .because(
                    route.key.clone(),
                    format!("/spec/parentRefs/{}", parent.index),
                    "names this Gateway",
                )
                .hits(route.backends());
            out.push(super::with_other_parents(draft, route, parent.index));
        }
    }
}

fn kind(gateway: &Key, at: &str, listener: &Listener) -> Draft {
    let name = &listener.name;
    if listener.allowed_routes.kinds.is_empty() {
        let protocol = &listener.protocol;
        let message = format!("{gateway}: listener `{name}` of protocol `{protocol}` takes no HTTPRoutes");
        return Draft::at(gateway.clone(), format!("{at}/protocol"), message)
            .fix(Fix::manual("name a listener of protocol HTTP or HTTPS as parent"));
    }
    let message = format!("{gateway}: listener `{name}` takes other kinds than HTTPRoute");
    let path = format!("{at}/allowedRoutes/kinds");
    let http = json!({"group": "gateway.networking.k8s.io", "kind": "HTTPRoute"});
    let fix = Fix::review("let it take HTTPRoutes too").set(gateway, &format!("{path}/-"), http);
    Draft::at(gateway.clone(), path, message).fix(fix)
}

fn namespace(world: &World<'_>, gateway: &Key, at: &str, listener: &Listener, from: &str) -> Draft {
    let path = format!("{at}/allowedRoutes/namespaces");
    let allowed = &listener.allowed_routes.namespaces;
    let selector = allowed.selector.as_ref().filter(|_| allowed.from.as_deref() == Some("Selector"));
    if let Some(selector) = selector {
        return by_label(world, gateway, &path, listener, selector, from);
    }
    // no wider than needed: routes of a namespace can take requests away from others
    let mut names: BTreeSet<&str> = refused(world, gateway, listener).collect();
    if allowed.from.as_deref() != Some("None") {
        names.insert(&gateway.namespace);
    }
    let title = format!("let it take routes from {}", names.iter().copied().collect::<Vec<_>>().join(", "));
    let by_name = json!([{"key": "kubernetes.io/metadata.name", "operator": "In", "values": names}]);
    let some = json!({"from": "Selector", "selector": {"matchExpressions": by_name}});
    // without kinds there may be no allowedRoutes to put namespaces into
    let fix = if listener.allowed_routes.kinds.is_empty() {
        Fix::review(title).set(gateway, &format!("{at}/allowedRoutes"), json!({"namespaces": some}))
    } else {
        Fix::review(title).set(gateway, &path, some)
    };
    Draft::at(gateway.clone(), path, takes_none(gateway, listener, from)).fix(fix)
}

fn takes_none(gateway: &Key, listener: &Listener, from: &str) -> String {
    format!("{gateway}: listener `{}` takes no routes from namespace `{from}`", listener.name)
}

/// Namespaces of AI routes that a listener refuses.
fn refused<'w>(world: &'w World<'_>, gateway: &Key, listener: &Listener) -> impl Iterator<Item = &'w str> {
    world.routes.iter().filter_map(|route| {
        let refuses = |it: &ParentTrace<'_>| {
            let Attachment::NamespaceRefused(all) = &it.attachment else { return false };
            it.key == *gateway && all.iter().any(|it| it.name == listener.name)
        };
        route.parents.iter().any(refuses).then_some(route.key.namespace.as_str())
    })
}

/// The namespace lacks a label that the listener asks for; one that is almost it is what has to change.
fn by_label(
    world: &World<'_>,
    gateway: &Key,
    path: &str,
    listener: &Listener,
    selector: &LabelSelector,
    from: &str,
) -> Draft {
    let key = Key::new(Kind::Namespace, "", from);
    let said = |(key, value): (&String, &String)| format!("{key}={value}");
    let wanted: Vec<String> = selector.match_labels.iter().map(said).collect();
    let namespace = world.cluster.namespaces.get("", from).found();
    let there: Vec<String> = namespace.iter().flat_map(|it| &it.meta.labels).map(said).collect();
    let lacking: Vec<&str> = wanted.iter().filter(|it| !there.contains(it)).map(String::as_str).collect();
    let mut odd = there.iter().filter(|it| !wanted.contains(it));
    let slip = odd.find_map(|it| Some((it, nearest(it, lacking.iter().copied())?)));
    let mut draft = match slip {
        Some((label, meant)) => {
            let name = label.split('=').next().unwrap_or_default();
            let place = format!("/metadata/labels/{}", name.replace('~', "~0").replace('/', "~1"));
            let message = format!("{key} has label `{label}`, and {gateway} asks for `{meant}`");
            Draft::at(key, place, message).because(
                gateway.clone(),
                format!("{path}/selector"),
                format!("listener `{}` takes routes from labelled namespaces alone", listener.name),
            )
        }
        None => Draft::at(gateway.clone(), path, takes_none(gateway, listener, from)).because(
            key,
            "/metadata/labels",
            "lacks what the selector asks for",
        ),
    };
    if !wanted.is_empty() {
        draft = draft.evidence(format!("the selector asks for {}", wanted.join(", ")));
    }
    if !there.is_empty() {
        draft = draft.evidence(format!("the namespace has {}", there.join(", ")));
    }
    let fix = Fix::manual("label the namespace");
    draft.fix(match lacking.as_slice() {
        [] => Fix::manual("give the namespace the labels that the selector asks for"),
        lacking => fix.command(format!("kubectl label --overwrite namespace {from} {}", lacking.join(" "))),
    })
}
