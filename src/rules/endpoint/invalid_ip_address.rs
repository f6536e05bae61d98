//! An IP address that is none.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place,
};
use crate::{
    model::Kind,
    trace::{Hop, Host, Trace},
};

/// See `kubectl aigw-backend explain AIB214`.
pub static RULE: Rule = Rule {
    code: "AIB214",
    name: "invalid-ip-address",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::Backend],
    docs: Docs {
        what: "An endpoint of a Backend has something in ip.address that is not an IP address.",
        why: "The API server refuses what does not look like an address, and Envoy Gateway refuses the \
              rest with a condition of type Invalid.",
        client: "500 with an empty body for the requests that would go to this backend.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.status.conditions}'\n\
              kubectl -n NAMESPACE get httproute ROUTE -o jsonpath='{.status.parents[*].conditions}'",
        fix: "Write an IPv4 or IPv6 address without port or brackets, or use `fqdn` for a name.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - ip: {address: 10.1.2.300, port: 8000}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - ip: {address: 10.1.2.30, port: 8000}",
    },
    refs: &["gateway@v1.8.1 internal/gatewayapi/backend.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found() else { return };
    for address in &trace.endpoint.addresses {
        let Host::NotAnIp(text) = &address.host else { continue };
        out.push(
            Draft::at(backend.clone(), place::host(address), format!("{backend} has `{text}` as an IP address"))
                .effect("500 with an empty body: Envoy Gateway refuses the Backend, if the API server takes it at all")
                .fix(Fix::manual("write an IP address without port and brackets, or use `fqdn` for a name")),
        );
    }
}
