//! A policy for an InferencePool that has the name of a backend.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB416`.
pub static RULE: Rule = Rule {
    code: "AIB416",
    name: "pool-policy-named-like-backend",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy],
    docs: Docs {
        what: "One BackendSecurityPolicy targets an InferencePool, another one an AIServiceBackend of the \
              same name in the same namespace.",
        why: "The index of the controller knows names and no kinds, so that it counts two policies for \
              the backend and says NotAccepted. The data plane tells them apart.",
        client: "Nothing at first; changes of the backend and of its key no longer arrive.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.status.conditions}'\n\
              kubectl -n NAMESPACE get backendsecuritypolicies -o yaml",
        fix: "Rename the InferencePool or the AIServiceBackend.",
        before: "targetRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: vllm}]   # \
              beside an AIServiceBackend vllm",
        after: "targetRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: vllm-pool}]",
    },
    refs: &["ai-gateway@v1.1.0 internal/controller/controller.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let credential = &trace.credential;
    let Some(other) = credential.policies.first() else { return };
    let owner = trace.backend.key();
    for policy in &credential.pool_namesakes {
        let key = policy.key();
        let index = policy.spec.target_refs.iter().position(|it| it.name == owner.name).unwrap_or_default();
        let message = format!("{key} targets an InferencePool with the name of {owner}");
        out.push(
            Draft::at(key, format!("/spec/targetRefs/{index}/name"), message)
                .effect(
                    "the backend says NotAccepted, and changes of it no longer arrive; its traffic goes on",
                )
                .because(other.policy.key(), facts::target_path(trace, other.policy), "targets the backend")
                .fix(Fix::manual("rename the InferencePool or the AIServiceBackend")),
        );
    }
}
