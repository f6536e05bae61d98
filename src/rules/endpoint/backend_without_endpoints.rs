//! A Backend that leads nowhere.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{BackendType, Kind},
    trace::{Hop, Trace, Use},
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
                .effect(effect(trace))
                .fix(Fix::manual("add the address of the server to `endpoints`")),
        );
    }
}

/// Beside other backends of a rule, only its own share is lost.
fn effect(trace: &Trace<'_>) -> &'static str {
    let has_other = |it: &Use<'_>| {
        let rule = it.route.rules.iter().find(|rule| rule.index == it.rule);
        let mut refs = rule.into_iter().flat_map(|rule| &rule.refs);
        refs.any(|other| other.key != it.reference.key && other.reference.weight() > 0)
    };
    let uses = &trace.route.uses;
    if uses.is_empty() || !uses.iter().any(has_other) {
        "500 with an empty body: there is no address to send to, and every status is green"
    } else if uses.iter().all(has_other) {
        "503 for its share of the requests, whatever its priority, and every status is green"
    } else {
        "500 with an empty body, 503 for its share beside other backends, and every status is green"
    }
}
