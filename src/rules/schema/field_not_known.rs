//! A field of a backend that nobody reads.

use super::super::{Check, Docs, Findings, Rule, Severity, credential::lost_policy, lost_field};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB514`.
pub static RULE: Rule = Rule {
    code: "AIB514",
    name: "field-not-known",
    hop: Hop::Schema,
    severity: Severity::Warning,
    needs: KINDS,
    docs: Docs {
        what: "An AIServiceBackend, or a Backend or policy of its own, has a field that the installed release \
              does not know: misspelt, in the wrong place, moved, taken out, or of a newer release.",
        why: "The API server drops what the CRD does not list. kubectl refuses such an object before that \
              (--validate=strict, its default); Helm, Argo CD, Flux and most libraries only get a warning, \
              and no status says that something is missing.",
        client: "The field has no effect: an answer that ends too early, a path that is not there, a request \
              without its headers.",
        confirm: "kubectl apply --dry-run=server --validate=strict -f FILE",
        fix: "Write it as the finding says: a slip of the hand has the right name beside it, and a field \
              that has moved the place where it is now. A field of a release that is newer than this tool is \
              not one: name that release with --assume-version.",
        before: "kind: AIServiceBackend\n\
              spec:\n  \
              timeouts: {request: 3m}   # gone since v0.3",
        after: "kind: AIGatewayRoute\n\
              spec:\n  \
              rules:\n  \
              - timeouts: {request: 3m}",
    },
    refs: &[
        "live",
        "ai-gateway@v1.1.0 manifests/charts/ai-gateway-crds-helm",
        "gateway@v1.8.1 charts/gateway-crds-helm",
    ],
    check: Check::World(check),
};

const KINDS: &[Kind] =
    &[Kind::AIServiceBackend, Kind::Backend, Kind::BackendSecurityPolicy, Kind::BackendTLSPolicy];

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for lost in lost_field::all(world, KINDS) {
        // without a policy it is the credential that is lost: security-policy-ref-removed
        let backend = world.cluster.ai_service_backends.get(&lost.key.namespace, &lost.key.name);
        let backend = backend.found().filter(|_| lost.key.kind == Kind::AIServiceBackend);
        let lost_policy = backend.and_then(|it| lost_policy(&world.trace(it)));
        if lost_policy != Some(lost.field) {
            out.push(lost.draft(world));
        }
    }
}
