//! An AIServiceBackend that was deleted and does not go away.

use jiff::SignedDuration;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// AI Gateway's controller takes seconds to let go of an object.
const PATIENCE: SignedDuration = SignedDuration::from_secs(60);

/// See `kubectl aigw-backend explain AIB108`.
pub static RULE: Rule = Rule {
    code: "AIB108",
    name: "backend-stuck-terminating",
    hop: Hop::Reference,
    severity: Severity::Warning,
    needs: &[Kind::AIServiceBackend],
    docs: Docs {
        what: "An AIServiceBackend was deleted more than a minute ago, and a finalizer still holds it.",
        why: "AI Gateway's controller takes its finalizer off once. If that meets a conflict it is logged and not \
              tried again, and while two BackendSecurityPolicies target the backend it is not tried at all. A \
              controller that does not run does nothing either.",
        client: "Nothing at first: the backend stays in use. Applying it again does not bring it back, and it is gone \
                 as soon as the finalizer is.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.metadata.deletionTimestamp} {.metadata.finalizers}'",
        fix: "Take the references and the second policy away, then remove the finalizer.",
        before: "kind: AIServiceBackend\nmetadata:\n  deletionTimestamp: 2026-09-01T08:00:00Z\n  finalizers: [aigateway.envoyproxy.io/finalizer]",
        after: "kind: AIServiceBackend\nmetadata:\n  deletionTimestamp: 2026-09-01T08:00:00Z\n  finalizers: []",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/controller.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let meta = &trace.backend.meta;
    let Some(deleted) = meta.deletion_timestamp else { return };
    // finalizers of others are for others to take off
    let mine = meta.finalizers.iter().position(|it| it == "aigateway.envoyproxy.io/finalizer");
    let Some(index) = mine.filter(|_| trace.world.now.duration_since(deleted) > PATIENCE) else { return };
    let key = trace.backend.key();
    let mut draft = Draft::at(
        key.clone(),
        "/metadata/finalizers",
        format!("{key} was deleted and is still held by AI Gateway's finalizer"),
    )
    .effect(if trace.route.uses.is_empty() {
        "it cannot be created anew until the finalizer is gone"
    } else {
        "it stays in use until the finalizer is gone, and cannot be created anew before that"
    })
    .evidence(format!("deleted at {deleted}"));
    let targeting = &trace.credential.policies;
    if targeting.len() > 1 {
        for it in targeting {
            draft = draft.because(it.policy.key(), "/spec/targetRefs", "targets it, and is not the only one");
        }
    }
    let path = format!("/metadata/finalizers/{index}");
    out.push(draft.fix(Fix::review("let it go, once no route needs it").remove(&key, &path)));
}
