//! An IP address where a host name belongs.

use std::net::IpAddr;

use serde_json::json;

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place,
};
use crate::{
    model::{Key, Kind},
    trace::{Address, Hop, Host, Trace},
};

/// See `kubectl aigw-backend explain AIB201`.
pub static RULE: Rule = Rule {
    code: "AIB201",
    name: "host-is-ip-address",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::Backend],
    docs: Docs {
        what: "An endpoint of a Backend has an IP address in fqdn.hostname.",
        why: "The API server takes it, as it has the form of a host name. Envoy Gateway does not, and \
              marks the Backend with a condition of type Invalid; an older Accepted=True may stand beside \
              it, and kubectl then still prints Accepted.",
        client: "500 with an empty body for the requests that would go to this backend.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.status.conditions}'\n\
              kubectl -n NAMESPACE get httproute ROUTE -o jsonpath='{.status.parents[*].conditions}'",
        fix: "Move the address to `ip`, and give `hostname` if the server asks for a Host header.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: 10.1.2.3, port: 8000}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - ip: {address: 10.1.2.3, port: 8000}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backend.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found() else { return };
    for address in &trace.endpoint.addresses {
        let Some(name) = address.name().filter(|it| it.parse::<IpAddr>().is_ok()) else { continue };
        out.push(
            Draft::at(
                backend.clone(),
                place::host(address),
                format!("{backend} has the IP address `{name}` as a host name"),
            )
            .effect("500 with an empty body: Envoy Gateway refuses the Backend")
            .fix(fix(trace, &backend)),
        );
    }
}

/// Moves all of them, as names and addresses do not mix in one Backend.
fn fix(trace: &Trace<'_>, backend: &Key) -> Fix {
    let addresses = &trace.endpoint.addresses;
    let ip = |it: &Address<'_>| it.name().and_then(|name| name.parse::<IpAddr>().ok());
    let all = addresses
        .iter()
        .all(|it| ip(it).is_some_and(|it| !it.is_loopback()) || matches!(it.host, Host::Ip(_)));
    if !all {
        return Fix::manual("put the address under `ip`, in a Backend without host names");
    }
    // in a rule with others, IP Backends share a key: ip-backends-share-first-key
    let alone = trace
        .route
        .uses
        .iter()
        .all(|it| it.route.rules.get(it.rule).is_some_and(|rule| rule.refs.len() == 1));
    let title = "put the address under `ip`";
    let fix = if alone { Fix::safe(title) } else { Fix::review(title) };
    addresses.iter().filter_map(|it| Some((it, ip(it)?))).fold(fix, |fix, (it, ip)| {
        let endpoint = place::endpoint(it);
        fix.set(backend, &format!("{endpoint}/ip"), json!({"address": ip.to_string(), "port": it.port}))
            .remove(backend, &format!("{endpoint}/fqdn"))
    })
}
