//! Claude on Bedrock without a version.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    path,
};
use crate::{
    model::{Kind, Resource as _, SchemaName},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB505`.
pub static RULE: Rule = Rule {
    code: "AIB505",
    name: "aws-anthropic-without-version",
    hop: Hop::Schema,
    severity: Severity::Warning,
    needs: &[Kind::AIServiceBackend],
    docs: Docs {
        what: "An AIServiceBackend has schema AWSAnthropic and no version.",
        why: "The version becomes `anthropic_version` in the body. For /v1/chat/completions AI Gateway has \
              a default; for /anthropic/v1/messages and its count_tokens it sends an empty string.",
        client: "400 from Bedrock on /anthropic/v1/messages; chat completions work.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.schema}'",
        fix: "Set the version; there is one.",
        before: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: AWSAnthropic}",
        after: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: AWSAnthropic, version: bedrock-2023-05-31}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/translator/anthropic_awsanthropic.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    if *trace.schema.name != SchemaName::AWSAnthropic || trace.schema.version.is_some() {
        return;
    }
    let key = trace.backend.key();
    out.push(
        Draft::at(key.clone(), path::VERSION, format!("{key} has schema AWSAnthropic and no version"))
            .effect("/anthropic/v1/messages sends an empty anthropic_version, and Bedrock answers 400; chat completions work")
            .fix(Fix::safe("set the version of Claude's API on Bedrock").set(&key, path::VERSION, "bedrock-2023-05-31")),
    );
}
