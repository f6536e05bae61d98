//! A BackendSecurityPolicy that lists a backend twice.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};

use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB408`.
pub static RULE: Rule = Rule {
    code: "AIB408",
    name: "target-listed-twice",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::BackendSecurityPolicy],
    docs: Docs {
        what: "The targetRefs of a BackendSecurityPolicy name the same AIServiceBackend more than once.",
        why: "AI Gateway counts each as a policy of its own, finds more than one, and leaves the backend \
              out of the configuration of ext_proc. Every status is green.",
        client: "500 with an empty body for every request to this backend.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o jsonpath='{.spec.targetRefs}'",
        fix: "Remove the duplicate.",
        before: "targetRefs:\n\
              - {group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: openai}\n\
              - {group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: openai}",
        after: "targetRefs:\n\
              - {group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: openai}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/gateway.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let owner = trace.backend.key();
    for it in &trace.credential.policies {
        let [_, again @ ..] = it.targets.as_slice() else { continue };
        let Some(index) = again.first() else { continue };
        let policy = it.policy.key();
        let fix = Fix::safe("list it once");
        // from the end, so that the indexes stay true
        let fix = again
            .iter()
            .rev()
            .fold(fix, |fix, index| fix.remove(&policy, &format!("/spec/targetRefs/{index}")));
        let message = format!("{policy} lists {owner} {} times", it.targets.len());
        out.push(
            Draft::at(policy.clone(), format!("/spec/targetRefs/{index}"), message)
                .effect("500 with an empty body (unknown_backend): AI Gateway takes it for two policies")
                .fix(fix),
        );
    }
}
