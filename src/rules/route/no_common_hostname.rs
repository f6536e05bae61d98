//! Route and listener have no host name in common.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Attachment, Hop, World},
};

/// See `kubectl aigw-backend explain AIB609`.
pub static RULE: Rule = Rule {
    code: "AIB609",
    name: "no-common-hostname",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway],
    docs: Docs {
        what: "The hostnames of an AIGatewayRoute and those of the listeners that it names exclude one \
              another.",
        why: "The generated HTTPRoute does not attach: Envoy Gateway says NoMatchingListenerHostname there, \
              and the AIGatewayRoute stays Accepted.",
        client: "404 with an empty body.",
        confirm: "kubectl -n NAMESPACE get gateway NAME -o jsonpath='{.spec.listeners[*].hostname}'\n\
              kubectl -n NAMESPACE get aigatewayroute NAME -o jsonpath='{.spec.hostnames}'",
        fix: "Write a host name that the listener serves, or leave hostnames out to take what the listener \
              has.",
        before: "kind: AIGatewayRoute\n\
              spec:\n  \
              hostnames: [ai.example.org]",
        after: "kind: AIGatewayRoute\n\
              spec:\n  \
              hostnames: [ai.example.com]",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/route.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for parent in &route.parents {
            let Attachment::NoHostname(listeners) = &parent.attachment else { continue };
            let Some(gateway) = parent.gateway.found() else { continue };
            let path = "/spec/hostnames";
            let mut draft = Draft::at(
                route.key.clone(),
                path,
                format!("{} has no host name in common with {}", route.key, parent.key),
            )
            .effect(format!("404 from {}: the route does not attach, though it is Accepted", parent.key))
            .evidence(format!("hostnames: {}", route.route.spec.hostnames.join(", ")))
            .hits(route.backends());
            for listener in listeners {
                let host = listener.hostname.as_deref().unwrap_or_default();
                let at = format!("{}/hostname", super::pointer(gateway, listener));
                draft = draft.because(
                    parent.key.clone(),
                    at,
                    format!("listener `{}` serves `{host}`", listener.name),
                );
            }
            draft = draft.fix(Fix::review("take the host names of the listener").remove(&route.key, path));
            out.push(super::with_other_parents(draft, route, parent.index));
        }
    }
}
