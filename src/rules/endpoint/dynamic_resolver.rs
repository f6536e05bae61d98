//! A Backend that takes its address from the request.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{BackendType, Kind},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB211`.
pub static RULE: Rule = Rule {
    code: "AIB211",
    name: "dynamic-resolver",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::Backend],
    docs: Docs {
        what: "The Backend has type DynamicResolver.",
        why: "Envoy would look up the host that the client names. What AI Gateway makes of such a cluster \
              is refused by Envoy (auto_sni and auto_san_validation are missing), while every status is \
              green; seen with AI Gateway v1.1. A gateway that sends a provider's key to a host of the \
              client's choice would be no gain.",
        client: "503 (cluster not found).",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.type}'\n\
              kubectl -n envoy-gateway-system logs deploy/envoy-gateway | grep dynamic_forward_proxy",
        fix: "List the provider's address in a Backend of type Endpoints.",
        before: "kind: Backend\n\
              spec: {type: DynamicResolver}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: api.openai.com, port: 443}",
    },
    refs: &["live"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((backend, key)) = trace.reference.found() else { return };
    if backend.spec.type_ == BackendType::DynamicResolver {
        out.push(
            Draft::at(
                key.clone(),
                "/spec/type",
                format!("{key} is a DynamicResolver, which AI Gateway cannot use"),
            )
            .effect("503: Envoy refuses the cluster that AI Gateway makes of it")
            .fix(Fix::manual("list the provider's address in a Backend of type Endpoints")),
        );
    }
}
