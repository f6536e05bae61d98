//! A body mutation that breaks the body.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    mutation,
};
use crate::{
    model::{BodyMutation, Kind},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB512`.
pub static RULE: Rule = Rule {
    code: "AIB512",
    name: "body-mutation-not-json",
    hop: Hop::Schema,
    severity: Severity::Error,
    needs: &[Kind::AIServiceBackend, Kind::AIGatewayRoute],
    docs: Docs {
        what: "A bodyMutation sets a value that looks like JSON to AI Gateway and is none: 007, 1-2, {bad}, \
              [a].",
        why: "A value that begins and ends with quotes or brackets, that is a word of JSON, or that begins \
              with a digit or sign and has nothing but digits, signs, dots and `e` is written into the body \
              as it is; anything else becomes a string. So a string that looks like a number makes the body invalid.",
        client: "400 from the provider, on all requests.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.bodyMutation}'",
        fix: "Write valid JSON; a string that looks like a number needs quotes of its own.",
        before: "kind: AIServiceBackend\n\
              spec:\n  \
              bodyMutation:\n    \
              set:\n    \
              - {path: seed, value: '007'}",
        after: "kind: AIServiceBackend\n\
              spec:\n  \
              bodyMutation:\n    \
              set:\n    \
              - {path: seed, value: '\"007\"'}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/bodymutator/body_mutator.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let own = trace.backend.spec.body_mutation.as_ref();
    for (key, pointer, mutation) in
        mutation::places(trace, "bodyMutation", own, |it| it.body_mutation.as_ref())
    {
        for (index, field) in mutation.set.iter().enumerate() {
            let is_used = key.kind != Kind::AIServiceBackend || is_used(trace, &field.path);
            if field.path.is_empty() || !is_used || !field.is_broken() {
                continue;
            }
            let at = format!("{pointer}/set/{index}/value");
            let quoted = serde_json::Value::from(field.value.as_str()).to_string();
            out.push(
                Draft::at(
                    key.clone(),
                    at.clone(),
                    format!(
                        "{key} sets `{}` in the body to a value that is written as JSON and is none",
                        field.path
                    ),
                )
                .effect("the body is no JSON any more: 400 from the provider on all requests")
                .fix(Fix::review("quote it, if a string is meant").set(&key, &at, quoted)),
            );
        }
    }
}

/// Whether the backend's own value for a path is used: not where each reference to it sets the same path.
fn is_used(trace: &Trace<'_>, path: &str) -> bool {
    let sets = |it: &BodyMutation| it.set.iter().any(|field| field.path == path);
    let mut uses = trace.route.uses.iter().map(|it| it.reference.reference.body_mutation.as_ref());
    let unused = trace.route.uses.is_empty() && trace.world.cluster.ai_gateway_routes.gap().is_none();
    unused || uses.any(|it| !it.is_some_and(sets))
}
