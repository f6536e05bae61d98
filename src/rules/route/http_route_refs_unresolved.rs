//! Envoy Gateway could not resolve a part of the generated HTTPRoute.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB621`.
pub static RULE: Rule = Rule {
    code: "AIB621",
    name: "http-route-refs-unresolved",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::HTTPRoute, Kind::HTTPRouteFilter],
    docs: Docs {
        what: "Envoy Gateway says ResolvedRefs=False of the generated HTTPRoute, for a reason that has no \
              rule of its own.",
        why: "Rules of the HTTPRoute with a part that does not resolve are answered by Envoy itself. \
              Accepted stays True there, and on the AIGatewayRoute.",
        client: "500 with an empty body for the models of that rule.",
        confirm: "kubectl -n NAMESPACE get httproute NAME -o jsonpath='{.status.parents}'",
        fix: "Do what reason and message say; the message names the rule and the backendRef.",
        before: "kind: HTTPRoute\n\
              status: {parents: [{conditions: [{type: ResolvedRefs, status: \"False\"}]}]}",
        after: "kind: HTTPRoute\n\
              status: {parents: [{conditions: [{type: ResolvedRefs, status: \"True\"}]}]}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/status/error.go"],
    check: Check::World(check),
};

/// Reasons whose cause is visible in the specs: other rules name it.
const EXPLAINED: [&str; 10] = [
    "BackendNotFound",
    "RefNotPermitted",
    "InvalidAddress",
    "InvalidBackendTLS",
    "InvalidBackendRef",
    "InvalidKind",
    "UnsupportedValue",
    "UnsupportedAddressType",
    "PortNotSpecified",
    "PortNotFound",
];

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for it in super::refusals(world, "ResolvedRefs") {
        let mut reasons = it.condition.reason.split(',').map(str::trim);
        // reasons come several in one; a single known one may be the cause of all
        if it.route.host_filter.found().is_none() || reasons.any(|it| EXPLAINED.contains(&it)) {
            continue;
        }
        let key = &it.route.http_key;
        out.push(
            Draft::at(key.clone(), "/status/parents", format!("{key} has a part that does not resolve"))
                .effect("500 with an empty body for the rule that the message names")
                .evidence(format!("{}: {}", it.condition.reason, it.condition.message.trim_end_matches('.')))
                .hits(it.route.backends())
                .fix(Fix::manual("do what reason and message say")),
        );
    }
}
