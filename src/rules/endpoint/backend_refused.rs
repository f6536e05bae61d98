//! A Backend that Envoy Gateway refuses for a reason of its own.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Condition, Kind},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB221`.
pub static RULE: Rule = Rule {
    code: "AIB221",
    name: "backend-refused",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::Backend],
    docs: Docs {
        what: "A Backend has the condition Invalid for its present generation and no Accepted, and the \
              message is none that the rules about its spec explain.",
        why: "Envoy Gateway refuses the Backend. It writes type Invalid, status False, reason Accepted; \
              kubectl shows nothing in the column STATUS, or an Accepted from before.",
        client: "500 with an empty body for the requests that would go to this backend.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.status.conditions}'",
        fix: "Do what the message says.",
        before: "kind: Backend\n\
              metadata: {generation: 2}\n\
              status:\n  \
              conditions: [{type: Invalid, status: \"False\", reason: Accepted, observedGeneration: 2}]",
        after: "kind: Backend\n\
              metadata: {generation: 3}\n\
              status:\n  \
              conditions: [{type: Accepted, status: \"True\", reason: Accepted, observedGeneration: 3}]",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/status/backend.go"],
    check: Check::Backend(check),
};

/// Parts of messages that follow from the spec: there the rules about the spec speak, or the status is from before.
const EXPLAINED: [&str; 9] = [
    "is not enabled",
    "is not a valid",
    "at least two segments",
    "is an IP address",
    "is invalid",
    "loopback",
    "CACertificateRefs",
    "clientCertificateRef",
    "DynamicResolver",
];

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((backend, key)) = trace.reference.found() else { return };
    let today =
        |it: &&Condition| it.observed_generation > 0 && it.observed_generation == backend.meta.generation;
    let conditions: Vec<&Condition> = backend.status.conditions.iter().filter(today).collect();
    // both at once cannot be told apart: policies change the one without a change of the spec
    if conditions.iter().any(|it| it.type_ == "Accepted") {
        return;
    }
    let Some(refusal) = conditions.iter().find(|it| it.type_ == "Invalid" && it.status == "False") else {
        return;
    };
    if EXPLAINED.iter().any(|it| refusal.message.contains(it)) {
        return;
    }
    let words: Vec<&str> = refusal.message.split_whitespace().collect();
    out.push(
        Draft::at(key.clone(), "/status/conditions", format!("Envoy Gateway refuses {key}"))
            .effect("500 with an empty body for the requests that would go to it")
            .evidence(words.join(" ").trim_end_matches('.').to_owned())
            .fix(Fix::manual("do what the message says")),
    );
}
