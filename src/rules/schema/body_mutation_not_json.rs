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
            if field.path.is_empty() || !is_used || !looks_like_json(&field.value) || is_json(&field.value) {
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

fn is_json(value: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(value).is_ok()
}

/// Whether AI Gateway takes a value for JSON and writes it as it is.
fn looks_like_json(value: &str) -> bool {
    let value = value.trim();
    // one quotation mark begins and ends with one
    let within = |start: char, end: char| value.starts_with(start) && value.ends_with(end);
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | 'e' | 'E');
    within('"', '"')
        || within('{', '}')
        || within('[', ']')
        || matches!(value, "true" | "false" | "null")
        || value.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '-')
            && value.chars().all(numeric)
}

/// Whether the backend's own value for a path is used: not where each reference to it sets the same path.
fn is_used(trace: &Trace<'_>, path: &str) -> bool {
    let sets = |it: &BodyMutation| it.set.iter().any(|field| field.path == path);
    let mut uses = trace.route.uses.iter().map(|it| it.reference.reference.body_mutation.as_ref());
    let unused = trace.route.uses.is_empty() && trace.world.cluster.ai_gateway_routes.gap().is_none();
    unused || uses.any(|it| !it.is_some_and(sets))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_written_raw_must_be_json() {
        for bad in ["007", "1-2", "{bad}", "[a]", "1.2.3", "+1", "\"a\"b\"", " 007 ", "\"", "-", "1e"] {
            assert!(looks_like_json(bad) && !is_json(bad), "{bad}");
        }
        for good in [
            "7",
            "1.5",
            "1e400",
            "true",
            " 7 ",
            "{\"a\":1}",
            "[1,2]",
            "\"007\"",
            "hello",
            "2024-10-21T",
            "",
            "v1",
            "e",
            "E5",
            ".5",
            "...",
            "{",
        ] {
            assert!(!looks_like_json(good) || is_json(good), "{good}");
        }
    }
}
