//! A Unix domain socket.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place,
};
use crate::{
    model::Kind,
    trace::{Hop, Host, Trace},
};

/// See `kubectl aigw-backend explain AIB204`.
pub static RULE: Rule = Rule {
    code: "AIB204",
    name: "unix-socket-endpoint",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::Backend],
    docs: Docs {
        what: "An endpoint of a Backend is a Unix domain socket.",
        why: "Envoy Gateway knows sockets for its own extensions only. In the backends of a route it \
              refuses them, and the HTTPRoute says UnsupportedAddressType; the Backend itself stays \
              Accepted.",
        client: "500 with an empty body for the requests that would go to this backend.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.status.conditions}'\n\
              kubectl -n NAMESPACE get httproute ROUTE -o jsonpath='{.status.parents[*].conditions}'",
        fix: "Give an address that is reached over the network.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - unix: {path: /run/vllm.sock}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: vllm.models.svc.cluster.local, port: 8000}",
    },
    refs: &["gateway@v1.8.1 internal/gatewayapi/validate.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found() else { return };
    for address in trace.endpoint.addresses.iter().filter(|it| matches!(it.host, Host::Unix(_))) {
        out.push(
            Draft::at(
                backend.clone(),
                format!("{}/unix", place::endpoint(address)),
                format!("{backend} leads to a Unix socket, which routes cannot use"),
            )
            .effect("500 with an empty body: Envoy Gateway refuses the address")
            .fix(Fix::manual("give an `fqdn` or `ip` endpoint")),
        );
    }
}
