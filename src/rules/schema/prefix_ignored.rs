//! A prefix that the schema does not use.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    path,
};
use crate::{
    model::{Kind, Resource as _, SchemaName},
    trace::{Hop, Trace, release},
};

/// See `kubectl aigw-backend explain AIB509`.
pub static RULE: Rule = Rule {
    code: "AIB509",
    name: "prefix-ignored",
    hop: Hop::Schema,
    severity: Severity::Warning,
    needs: &[Kind::AIServiceBackend],
    docs: Docs {
        what: "An AIServiceBackend has a prefix, and a schema whose paths are fixed: those of Azure, AWS, \
              GCP and Cohere. Schema Anthropic takes a prefix from AI Gateway v0.7 on; before, its paths are \
              fixed too.",
        why: "These APIs have paths of their own, and AI Gateway ignores the prefix. If the server needs \
              it, another schema is meant: Azure serves the OpenAI API under openai/v1, and that is schema \
              OpenAI. For schema Anthropic, a newer AI Gateway is.",
        client: "404, if the server needs the prefix; else nothing.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.schema}'",
        fix: "Take the prefix out, or choose the schema that uses it; with schema Anthropic, upgrade AI Gateway.",
        before: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: AzureOpenAI, version: 2025-01-01-preview, prefix: openai/v1}",
        after: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: OpenAI, prefix: openai/v1}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/gateway.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    // no schema of such a release has a prefix: field-not-known
    if trace.world.platform.holds(&release::OPENAI_PREFIX) == Some(false) {
        return;
    }
    let (schema, version) = (trace.schema.name, trace.schema.version);
    let Some(prefix) = trace.schema.prefix.map(|it| it.trim_matches('/')) else { return };
    // what is sent anyway, and so does no harm
    let sent: &[&str] = match schema {
        SchemaName::AzureOpenAI => &["openai", "openai/deployments"],
        SchemaName::AWSBedrock | SchemaName::AWSAnthropic => &["model"],
        SchemaName::GCPVertexAI | SchemaName::GCPAnthropic => &["v1", "v1/projects"],
        SchemaName::Cohere => &[],
        SchemaName::Anthropic if !path::takes_prefix(trace) => &["v1"],
        SchemaName::OpenAI | SchemaName::Anthropic | SchemaName::Newer(_) => return,
    };
    let is_version = *schema == SchemaName::Cohere && version.map(|it| it.trim_matches('/')) == Some(prefix);
    if prefix.is_empty() || is_version || sent.contains(&prefix) {
        return;
    }
    let key = trace.backend.key();
    let is_anthropic = *schema == SchemaName::Anthropic;
    let mut message = format!("{key} has prefix `{prefix}`, which schema {schema} ignores");
    if is_anthropic {
        message.push_str(" before AI Gateway v0.7");
    }
    let mut draft = Draft::at(key.clone(), path::PREFIX, message)
        .effect("paths do not begin with it: 404 if the server needs it");
    if is_anthropic {
        let title = "upgrade AI Gateway to v0.7 or later, where the prefix counts";
        draft = draft.fix(Fix::manual(title));
        let title = "take the prefix out, if the server has its paths under v1";
        return out.push(draft.fix(Fix::review(title).remove(&key, path::PREFIX)));
    }
    if *schema == SchemaName::AzureOpenAI && prefix == "openai/v1" {
        let title = "choose schema OpenAI, which Azure serves under that prefix";
        draft = draft.fix(Fix::review(title).set(&key, "/spec/schema/name", "OpenAI"));
    }
    out.push(draft.fix(Fix::review("take the prefix out").remove(&key, path::PREFIX)));
}
