//! Azure OpenAI without an API version.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    path,
};
use crate::{
    model::{Kind, Resource as _, SchemaName},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB503`.
pub static RULE: Rule = Rule {
    code: "AIB503",
    name: "azure-without-api-version",
    hop: Hop::Schema,
    severity: Severity::Warning,
    needs: &[Kind::AIServiceBackend],
    docs: Docs {
        what: "An AIServiceBackend has schema AzureOpenAI and no version.",
        why: "The version becomes the query parameter api-version. There is no default: without it AI \
              Gateway sends `?api-version=`, and Azure refuses that.",
        client: "404 or 400 from Azure, on all endpoints.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.schema}'",
        fix: "Set the API version that your deployments use.",
        before: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: AzureOpenAI}",
        after: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: AzureOpenAI, version: 2025-01-01-preview}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/translator/openai_azureopenai.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    if *trace.schema.name != SchemaName::AzureOpenAI || trace.schema.version.is_some() {
        return;
    }
    let key = trace.backend.key();
    out.push(
        Draft::at(
            key.clone(),
            path::VERSION,
            format!("{key} has schema AzureOpenAI and no version, which Azure needs"),
        )
        .effect("requests go out with an empty `api-version=`, and Azure answers 404 or 400")
        .fix(Fix::review("set an API version of Azure").set(
            &key,
            path::VERSION,
            "2025-01-01-preview",
        )),
    );
}
