//! `backendRef` of a stored object names a Service.

use super::{
    super::{Check, Docs, Draft, Findings, Rule, Severity},
    instead,
};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Target, Trace},
};

/// See `kubectl aigw-backend explain AIB102`.
pub static RULE: Rule = Rule {
    code: "AIB102",
    name: "backend-ref-names-service",
    hop: Hop::Reference,
    severity: Severity::Warning,
    needs: &[Kind::AIServiceBackend],
    docs: Docs {
        what: "An AIServiceBackend that is stored in the cluster refers to a Service. That was allowed up to AI \
               Gateway v0.3; since v0.4 only a Backend of Envoy Gateway is.",
        why: "The object outlived the upgrade because the API server checks the rule on writes alone. It is copied \
              into the HTTPRoute as it is, and Envoy makes one cluster from the Service: with several such backends \
              in a rule, all of them get the key and the prefix of the first. Any edit of backendRef, and creating \
              the object anew (GitOps, restore), is refused.",
        client: "Often nothing, while it stands alone in its rule; on AI Gateway up to v0.5 requests go out without key \
                 and translation.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.backendRef}'",
        fix: "Create a Backend with the Service's full name as FQDN and refer to that.",
        before: "kind: AIServiceBackend\nspec:\n  backendRef: {kind: Service, name: vllm, port: 8000}",
        after: "kind: AIServiceBackend\nspec:\n  backendRef: {group: gateway.envoyproxy.io, kind: Backend, name: vllm}\n---\n\
                kind: Backend\nspec:\n  endpoints:\n  - fqdn: {hostname: vllm.models.svc.cluster.local, port: 8000}",
    },
    refs: &["live", "ai-gateway@v1.1.0 api/v1beta1/ai_service_backend.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    // in a manifest it is an error of its own: the API server will not take it
    if trace.reference.target != Target::Service || !super::is_stored(trace) {
        return;
    }
    let owner = trace.backend.key();
    let name = &trace.backend.spec.backend_ref.name;
    out.push(
        Draft::at(
            owner.clone(),
            "/spec/backendRef/kind",
            format!("{owner} refers to Service `{name}`, which AI Gateway takes no more since v0.4"),
        )
        .effect("the next edit of backendRef is refused; beside other backends of a rule it gets the first one's key")
        .fix(instead::fix(trace)),
    );
}
