//! Cohere's rerank under another version than v2.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    path,
};
use crate::{
    model::{Kind, Resource as _, SchemaName},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB506`.
pub static RULE: Rule = Rule {
    code: "AIB506",
    name: "cohere-without-version",
    hop: Hop::Schema,
    severity: Severity::Warning,
    needs: &[Kind::AIServiceBackend, Kind::Backend],
    docs: Docs {
        what: "An AIServiceBackend has schema Cohere and no version, or leads to Cohere with another \
              version than v2.",
        why: "The version is the first segment of the path: without one AI Gateway sends /rerank. The \
              requests it makes are those of /v2/rerank. A reranker in the cluster may serve /rerank as \
              well, and is left alone.",
        client: "404 from Cohere.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.schema}'",
        fix: "Set version v2.",
        before: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: Cohere}",
        after: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: Cohere, version: v2}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/translator/cohere_rerank_v2.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    // other servers have paths of their own
    let is_cohere = trace.schema.provider.is_some_and(|it| it.id == "cohere");
    if *trace.schema.name != SchemaName::Cohere || !is_cohere {
        return;
    }
    let key = trace.backend.key();
    let (message, sent) = match trace.schema.version.map(|it| it.trim_matches('/')) {
        None => (format!("{key} has schema Cohere and no version"), "/rerank".to_owned()),
        Some("v2") => return,
        Some(version) => (
            format!("{key} has version `{version}` of Cohere's API, and AI Gateway speaks `v2`"),
            format!("/{version}/rerank"),
        ),
    };
    let fix = Fix::safe("set version v2");
    out.push(
        Draft::at(key.clone(), path::VERSION, message)
            .effect(format!("requests go to {sent}, and Cohere answers 404"))
            .fix(fix.set(&key, path::VERSION, "v2")),
    );
}
