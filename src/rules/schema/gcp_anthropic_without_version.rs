//! Claude on Vertex AI without a version.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    path,
};
use crate::{
    model::{Kind, Resource as _, SchemaName},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB504`.
pub static RULE: Rule = Rule {
    code: "AIB504",
    name: "gcp-anthropic-without-version",
    hop: Hop::Schema,
    severity: Severity::Warning,
    needs: &[Kind::AIServiceBackend],
    docs: Docs {
        what: "An AIServiceBackend has schema GCPAnthropic and no version.",
        why: "The version becomes `anthropic_version` in the body. For /v1/chat/completions AI Gateway has \
              a default; for /anthropic/v1/messages and its count_tokens it has none and gives up.",
        client: "500 with an empty body on /anthropic/v1/messages; chat completions work.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.schema}'",
        fix: "Set the version; there is one.",
        before: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: GCPAnthropic}",
        after: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: GCPAnthropic, version: vertex-2023-10-16}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/translator/anthropic_gcpanthropic.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    if *trace.schema.name != SchemaName::GCPAnthropic || trace.schema.version.is_some() {
        return;
    }
    let key = trace.backend.key();
    out.push(
        Draft::at(key.clone(), path::VERSION, format!("{key} has schema GCPAnthropic and no version"))
            .effect("500 with an empty body on /anthropic/v1/messages; chat completions work")
            .fix(Fix::safe("set the version of Claude's API on Vertex AI").set(
                &key,
                path::VERSION,
                "vertex-2023-10-16",
            )),
    );
}
