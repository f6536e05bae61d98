//! A backend that names its policy as it was done before v0.4.

use serde_json::json;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    cluster::Stranger,
    model::{Kind, Resource as _},
    trace::{Hop, Trace, Version},
};

/// See `kubectl aigw-backend explain AIB431`.
pub static RULE: Rule = Rule {
    code: "AIB431",
    name: "security-policy-ref-removed",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::AIServiceBackend, Kind::BackendSecurityPolicy],
    docs: Docs {
        what: "An AIServiceBackend was written with backendSecurityPolicyRef, and no BackendSecurityPolicy targets it.",
        why: "Up to AI Gateway v0.3 the backend named its policy; since v0.4 the policy names its backends in targetRefs, \
              and the old field is dropped in silence. An upgrade turns authentication off that way: what is stored has \
              neither. kubectl's copy of what was applied still shows the field.",
        client: "401 from the provider. The Authorization header of the caller, often a token for the gateway, goes to the \
              provider as it came.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicies -o yaml",
        fix: "Name the AIServiceBackend in targetRefs of the policy, and take backendSecurityPolicyRef out.",
        before: "kind: AIServiceBackend\n\
              metadata: {name: openai}\n\
              spec:\n  \
              backendSecurityPolicyRef: {name: openai-key}",
        after: "kind: BackendSecurityPolicy\n\
              metadata: {name: openai-key}\n\
              spec:\n  \
              targetRefs: [{group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: openai}]",
    },
    refs: &["ai-gateway@v0.4.0 api/v1alpha1/ai_service_backend.go"],
    check: Check::Backend(check),
};

const FIELD: &str = "/spec/backendSecurityPolicyRef";

/// The reference that was to give a backend its credential, where it is certainly dropped and nothing else gives it one.
pub(in super::super) fn lost_policy<'a>(trace: &Trace<'a>) -> Option<&'a Stranger> {
    let strangers = trace.world.cluster.strangers.get(&trace.backend.key())?;
    let reference = strangers.iter().find(|it| it.pointer == FIELD)?;
    let version = trace.world.platform.ai_gateway_version;
    // v1beta1 came after it had gone
    let is_gone = version.map_or(reference.api_version.ends_with("/v1beta1"), |it| it >= Version(0, 4, 0));
    let credential = &trace.credential;
    let alone = credential.complete && credential.policies.is_empty();
    let lost = (is_gone || reference.dropped || reference.unserved)
        && alone
        && facts::mutation_authenticates(trace) != Some(true);
    lost.then_some(reference)
}

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(reference) = lost_policy(trace) else { return };
    let key = trace.backend.key();
    let how = if reference.dropped { "was applied with" } else { "has" };
    let message = format!(
        "{key} {how} `spec.backendSecurityPolicyRef`, which AI Gateway has not read since v0.4.0, and no BackendSecurityPolicy \
         targets it"
    );
    let mut draft = Draft::at(key.clone(), FIELD, message)
        .effect("requests go out without the credential: 401, and the provider sees the caller's Authorization header");
    let policies = trace.world.cluster.backend_security_policies.in_namespace(&key.namespace).items;
    let idle: Vec<_> = policies.into_iter().filter(|it| it.spec.target_refs.is_empty()).collect();
    for policy in &idle {
        draft = draft.because(policy.key(), "/spec/targetRefs", "targets nothing");
    }
    let fix = match idle.as_slice() {
        [policy] => {
            let target =
                json!([{"group": "aigateway.envoyproxy.io", "kind": "AIServiceBackend", "name": key.name}]);
            let policy = policy.key();
            Fix::review(format!("let {policy} target it")).set(&policy, "/spec/targetRefs", target)
        }
        _ => Fix::manual("name it in `targetRefs` of its BackendSecurityPolicy"),
    };
    out.push(draft.fix(fix));
}
