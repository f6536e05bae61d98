//! An empty prefix, which does not mean the root.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    path,
};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB519`.
pub static RULE: Rule = Rule {
    code: "AIB519",
    name: "empty-prefix",
    hop: Hop::Schema,
    severity: Severity::Info,
    needs: &[Kind::AIServiceBackend, Kind::Backend],
    docs: Docs {
        what: "The prefix of an AIServiceBackend is written as an empty text, and nothing tells whether its \
              server serves the API under /v1.",
        why: "An empty prefix is as good as none, and that means v1. The root of the server is written \
              `/`.",
        client: "Nothing where the server has its API under /v1; else 404.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.schema}'",
        fix: "Write `/` if the API is at the root; else take the field out.",
        before: "schema: {name: OpenAI, prefix: \"\"}",
        after: "schema: {name: OpenAI, prefix: /}",
    },
    refs: &["live"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    if trace.backend.spec.schema.prefix.as_deref() != Some("") || !path::takes_prefix(trace) {
        return;
    }
    // the provider says whether /v1 is right: provider-needs-other-prefix
    if path::is_spoken(trace, "v1").is_some() || trace.reference.backend.unreadable().is_some() {
        return;
    }
    let key = trace.backend.key();
    out.push(
        Draft::at(key.clone(), path::PREFIX, format!("{key} has an empty prefix, which means `v1`"))
            .effect("paths begin with /v1: 404 if the API is at the root of the server")
            .fix(Fix::review("write `/`, if the root is meant").set(&key, path::PREFIX, "/"))
            .fix(Fix::review("take the prefix out, if `v1` is").remove(&key, path::PREFIX)),
    );
}
