//! A Backend that leads nowhere.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{BackendType, Kind},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB205`.
pub static RULE: Rule = Rule {
    code: "AIB205",
    name: "backend-without-endpoints",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::Backend],
    docs: Docs {
        what: "A Backend of type Endpoints lists no endpoint.",
        why: "Nothing requires one: the API server takes it, and Backend and HTTPRoute are Accepted and \
              resolved. Envoy Gateway then has no address to send to.",
        client: "500 with an empty body; beside other backends of a rule, 503 for this one's share.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec}'",
        fix: "Add the address of the server.",
        before: "kind: Backend\n\
              spec: {}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: vllm.models.svc.cluster.local, port: 8000}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/route.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((backend, key)) = trace.reference.found() else { return };
    if backend.spec.type_ == BackendType::Endpoints && backend.spec.endpoints.is_empty() {
        out.push(
            Draft::at(key.clone(), "/spec/endpoints", format!("{key} has no endpoints"))
                .effect("500 with an empty body: there is no address to send to, and every status is green")
                .fix(Fix::manual("add the address of the server to `endpoints`")),
        );
    }
}
