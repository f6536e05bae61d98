//! `backendRef` names something that is no Backend.

use super::{
    super::{Check, Docs, Draft, Findings, Rule, Severity},
    instead,
};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Target, Trace},
};

/// See `kubectl aigw-backend explain AIB103`.
pub static RULE: Rule = Rule {
    code: "AIB103",
    name: "backend-ref-of-unsupported-kind",
    hop: Hop::Reference,
    severity: Severity::Error,
    needs: &[Kind::AIServiceBackend],
    docs: Docs {
        what: "AIServiceBackend.spec.backendRef does not name a Backend of group gateway.envoyproxy.io. Both group and \
               kind must be written out; left out they mean a Service.",
        why: "The API server refuses such an object since AI Gateway v0.4. In a cluster it can only be left over from \
              an older release, and then Envoy Gateway cannot resolve it. `kind: Backend` without the group is \
              resolved, but no BackendTLSPolicy matches it, so that Envoy may speak plain HTTP.",
        client: "Nothing, as `kubectl apply` fails; where it is stored, 500 with an empty body.",
        confirm: "kubectl apply --dry-run=server -f FILE\n\
                  kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.backendRef}'",
        fix: "Write group, kind and name of a Backend.",
        before: "kind: AIServiceBackend\nspec:\n  backendRef: {kind: Backend, name: openai}",
        after: "kind: AIServiceBackend\nspec:\n  backendRef: {group: gateway.envoyproxy.io, kind: Backend, name: openai}",
    },
    refs: &["live", "ai-gateway@v1.1.0 api/v1beta1/ai_service_backend.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let reference = &trace.backend.spec.backend_ref;
    let stored = super::is_stored(trace);
    let is_fault = match trace.reference.target {
        Target::Backend => false,
        // a stored one is a leftover that may work: backend-ref-names-service
        Target::Service => !stored,
        Target::Other => true,
    };
    if !is_fault {
        return;
    }
    let owner = trace.backend.key();
    let (path, seen) = match (reference.group(), reference.kind()) {
        ("", "Backend") => ("/spec/backendRef/group", "kind `Backend` without its group".to_owned()),
        ("", kind) => ("/spec/backendRef/kind", format!("kind `{kind}`")),
        (group, kind) => ("/spec/backendRef/kind", format!("kind `{kind}` of group `{group}`")),
    };
    let effect = match (stored, reference.kind()) {
        (false, _) => "the API server refuses it; only a Backend of group gateway.envoyproxy.io will do",
        (true, "Backend") => "no BackendTLSPolicy matches it, and the next edit of backendRef is refused",
        (true, _) => "500 with an empty body: Envoy Gateway does not resolve this kind",
    };
    out.push(
        Draft::at(owner.clone(), path, format!("{owner} refers to {seen}"))
            .effect(effect)
            .fix(instead::fix(trace)),
    );
}
