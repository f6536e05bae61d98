//! Vertex AI on the one release that cannot call it.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Resource as _, SchemaName},
    trace::{Hop, Trace, release},
};

/// See `kubectl aigw-backend explain AIB523`.
pub static RULE: Rule = Rule {
    code: "AIB523",
    name: "vertex-path-is-url",
    hop: Hop::Schema,
    severity: Severity::Error,
    needs: &[Kind::AIServiceBackend, Kind::Deployment],
    docs: Docs {
        what: "An AIServiceBackend has schema GCPVertexAI, and AI Gateway is v0.4.0.",
        why: "That release puts a whole URL into the path of requests to Vertex AI, which HTTP/2 forbids; \
              Google hangs up.",
        client: "503 (upstream_reset_before_response_started) for every request.",
        confirm: "kubectl -n envoy-ai-gateway-system get deployment ai-gateway-controller -o \
              jsonpath='{.spec.template.spec.containers[*].image}'",
        fix: "Upgrade AI Gateway.",
        before: "image: docker.io/envoyproxy/ai-gateway-controller:v0.4.0",
        after: "image: docker.io/envoyproxy/ai-gateway-controller:v1.1.0",
    },
    refs: &["envoyproxy/ai-gateway issue 1615"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let platform = &trace.world.platform;
    let broken = platform.holds(&release::VERTEX_PATH_IS_URL) == Some(true);
    if *trace.schema.name != SchemaName::GCPVertexAI || !broken {
        return;
    }
    let key = trace.backend.key();
    let mut draft = Draft::at(
        key.clone(),
        "/spec/schema/name",
        format!("{key} has schema GCPVertexAI, which AI Gateway v0.4.0 gets wrong"),
    )
    .effect("503 for every request: the path is a whole URL, and Google resets the stream")
    .fix(Fix::manual("upgrade AI Gateway"));
    if let Some(controller) = platform.ai_gateway {
        draft = draft.because(controller.deployment.key(), controller.pointer(), "is v0.4.0");
    }
    out.push(draft);
}
