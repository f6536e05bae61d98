//! An address that is Envoy's own pod.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place,
};
use crate::{
    model::Kind,
    trace::{Hop, Host, Trace},
};

/// See `kubectl aigw-backend explain AIB203`.
pub static RULE: Rule = Rule {
    code: "AIB203",
    name: "loopback-address",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::Backend],
    docs: Docs {
        what: "An endpoint of a Backend has a loopback address (127.0.0.0/8 or ::1).",
        why: "Seen from Envoy that is Envoy's own pod. Envoy Gateway refuses the Backend with a condition \
              of type Invalid, unless it runs Envoy on its own host rather than in Kubernetes.",
        client: "500 with an empty body for the requests that would go to this backend.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.status.conditions}'\n\
              kubectl -n NAMESPACE get httproute ROUTE -o jsonpath='{.status.parents[*].conditions}'",
        fix: "Give the address under which the server is reached from the cluster.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - ip: {address: 127.0.0.1, port: 11434}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: ollama.models.svc.cluster.local, port: 11434}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backend.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found().filter(|_| !place::is_standalone(trace)) else { return };
    for address in &trace.endpoint.addresses {
        let Host::Ip(ip) = address.host else { continue };
        if ip.to_canonical().is_loopback() {
            out.push(
                Draft::at(
                    backend.clone(),
                    place::host(address),
                    format!("{backend} has the loopback address `{ip}`, which is Envoy's own pod"),
                )
                .effect("500 with an empty body: Envoy Gateway refuses the Backend")
                .fix(Fix::manual("give the address under which Envoy's pod reaches the server")),
            );
        }
    }
}
