//! Two BackendSecurityPolicies for one backend.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};
use jiff::Timestamp;

/// See `kubectl aigw-backend explain AIB407`.
pub static RULE: Rule = Rule {
    code: "AIB407",
    name: "two-policies-for-one-backend",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::BackendSecurityPolicy],
    docs: Docs {
        what: "More than one BackendSecurityPolicy targets the AIServiceBackend.",
        why: "AI Gateway does not choose: it leaves the backend out of the configuration of ext_proc. \
              The backend says NotAccepted, the policies and routes say Accepted. A backend that is \
              deleted in this state hangs on its finalizer.",
        client: "500 with an empty body for every request to this backend.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.status.conditions}'\n\
              kubectl -n NAMESPACE get backendsecuritypolicies -o yaml",
        fix: "Remove the target from all policies but one.",
        before: "kind: BackendSecurityPolicy   # two of them\n\
              spec:\n  \
              targetRefs: [{group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: openai}]",
        after: "kind: BackendSecurityPolicy   # one of them\n\
              spec:\n  \
              targetRefs: [{group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: openai}]",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/ai_service_backend.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let mut policies: Vec<_> = trace.credential.policies.iter().collect();
    policies.sort_by_key(|it| (it.policy.meta.creation_timestamp.unwrap_or(Timestamp::MAX), it.policy.key()));
    let Some((first, newer)) = policies.split_first() else { return };
    let owner = trace.backend.key();
    for it in newer {
        let policy = it.policy.key();
        let index = it.targets.first().copied().unwrap_or_default();
        let fix = if it.targets.len() == it.policy.spec.target_refs.len() {
            let command =
                format!("kubectl -n {} delete backendsecuritypolicy {}", policy.namespace, policy.name);
            Fix::manual("delete one of the two").command(command)
        } else {
            let fix = Fix::review("remove the target from the newer policy");
            // from the end, so that the indexes stay true
            it.targets
                .iter()
                .rev()
                .fold(fix, |fix, index| fix.remove(&policy, &format!("/spec/targetRefs/{index}")))
        };
        out.push(
            Draft::at(
                policy.clone(),
                format!("/spec/targetRefs/{index}"),
                format!("{policy} targets {owner}, which {} targets too", first.policy.key()),
            )
            .effect("500 with an empty body (unknown_backend): AI Gateway leaves the backend out of its configuration")
            .because(first.policy.key(), "/spec/targetRefs", "targets the same backend")
            .fix(fix),
        );
    }
}
