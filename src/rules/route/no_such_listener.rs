//! The parentRef names a listener that the Gateway does not have.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, near::nearest};
use crate::{
    model::Kind,
    trace::{Attachment, Hop, World},
};

/// See `kubectl aigw-backend explain AIB605`.
pub static RULE: Rule = Rule {
    code: "AIB605",
    name: "no-such-listener",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway],
    docs: Docs {
        what: "A parentRef has a sectionName or port that no listener of the Gateway has.",
        why: "The generated HTTPRoute does not attach: Envoy Gateway says NoMatchingParent there, and the \
              AIGatewayRoute stays Accepted.",
        client: "404 with an empty body from that Gateway.",
        confirm: "kubectl -n NAMESPACE get gateway NAME -o jsonpath='{.spec.listeners[*].name}'\n\
              kubectl -n NAMESPACE get httproute NAME -o jsonpath='{.status.parents}'",
        fix: "Write the name of a listener, or leave sectionName and port out to attach to all of them.",
        before: "kind: AIGatewayRoute\n\
              spec:\n  \
              parentRefs: [{kind: Gateway, name: gw, sectionName: htp}]",
        after: "kind: AIGatewayRoute\n\
              spec:\n  \
              parentRefs: [{kind: Gateway, name: gw, sectionName: http}]",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/route.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for parent in route.parents.iter().filter(|it| matches!(it.attachment, Attachment::NoListener)) {
            let Some(gateway) = parent.gateway.found() else { continue };
            let listeners = &gateway.spec.listeners;
            let named = parent.reference.section_name.as_deref();
            let wrong_name = named.filter(|name| !listeners.iter().any(|it| it.name == *name));
            let at = format!("/spec/parentRefs/{}", parent.index);
            let (path, what) = match (wrong_name, parent.reference.port) {
                (None, Some(port)) => (format!("{at}/port"), format!("on port {port}")),
                (name, _) => (format!("{at}/sectionName"), format!("`{}`", name.unwrap_or_default())),
            };
            let there: Vec<String> =
                listeners.iter().map(|it| format!("`{}` on port {}", it.name, it.port)).collect();
            // the section is there, and has another port
            let section = listeners.iter().find(|it| wrong_name.is_none() && Some(it.name.as_str()) == named);
            let near = wrong_name.and_then(|name| nearest(name, listeners.iter().map(|it| it.name.as_str())));
            let message = match (section, parent.reference.port) {
                (Some(it), Some(port)) => {
                    format!("{}: listener `{}` is on port {}, not on {port}", parent.key, it.name, it.port)
                }
                _ => format!("{} has no listener {what}", parent.key),
            };
            let mut draft = Draft::at(route.key.clone(), path.clone(), message)
                .effect(format!("404 from {}: the route does not attach, though it is Accepted", parent.key))
                .because(parent.key.clone(), "/spec/listeners", format!("has {}", there.join(", ")))
                .hits(route.backends());
            if let Some(near) = near {
                draft =
                    draft.fix(Fix::review(format!("name listener `{near}`")).set(&route.key, &path, near));
            }
            let other =
                listeners.iter().find(|it| section.is_some() && Some(it.port) == parent.reference.port);
            if let Some(other) = other {
                let fix = Fix::review(format!("name listener `{}`, which has that port", other.name));
                draft = draft.fix(fix.set(&route.key, &format!("{at}/sectionName"), other.name.as_str()));
            }
            let title = match section {
                Some(it) => format!("leave the port out, and attach to listener `{}`", it.name),
                None => "attach to all listeners".to_owned(),
            };
            draft = draft.fix(Fix::review(title).remove(&route.key, &path));
            out.push(super::with_other_parents(draft, route, parent.index));
        }
    }
}
