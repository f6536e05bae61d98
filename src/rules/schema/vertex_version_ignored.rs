//! A version that Vertex AI is not called with.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    path,
};
use crate::{
    model::{Kind, Resource as _, SchemaName},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB524`.
pub static RULE: Rule = Rule {
    code: "AIB524",
    name: "vertex-version-ignored",
    hop: Hop::Schema,
    severity: Severity::Info,
    needs: &[Kind::AIServiceBackend],
    docs: Docs {
        what: "An AIServiceBackend has schema GCPVertexAI and a version other than v1.",
        why: "Requests go to /v1/projects/… whatever the version says: nothing reads the field with this \
              schema.",
        client: "Nothing, unless the model is only in v1beta1: then 404.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.schema}'",
        fix: "Take the version out.",
        before: "schema: {name: GCPVertexAI, version: v1beta1}",
        after: "schema: {name: GCPVertexAI}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/backendauth/gcp.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let version = trace.schema.version.filter(|it| it.trim_matches('/') != "v1");
    let Some(version) = version.filter(|_| *trace.schema.name == SchemaName::GCPVertexAI) else { return };
    let key = trace.backend.key();
    out.push(
        Draft::at(
            key.clone(),
            path::VERSION,
            format!("{key} has version `{version}`, and Vertex AI is called as `v1`"),
        )
        .effect("none, unless the model is only in that version: then 404")
        .fix(Fix::review("take the version out").remove(&key, path::VERSION)),
    );
}
