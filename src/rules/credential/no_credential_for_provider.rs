//! A known provider without a credential.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::{facts, lost_policy};
use crate::{
    model::{Key, Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB406`.
pub static RULE: Rule = Rule {
    code: "AIB406",
    name: "no-credential-for-provider",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendSecurityPolicy, Kind::AIGatewayRoute],
    docs: Docs {
        what: "No BackendSecurityPolicy targets the backend, no headerMutation sets a credential, and the \
              host is that of a known provider.",
        why: "AI Gateway adds no credential and removes none: the Authorization header of the caller \
              goes to the provider as it came.",
        client: "401 from the provider, unless each caller brings a key of the provider. The token that \
              callers have for the gateway is shown to the provider.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicies -o yaml",
        fix: "Create a BackendSecurityPolicy in the namespace of the AIServiceBackend. Where callers do \
              bring their own keys, ignore this.",
        before: "kind: AIServiceBackend\n\
              metadata: {name: openai}   # and no BackendSecurityPolicy",
        after: "kind: BackendSecurityPolicy\n\
              spec:\n  \
              targetRefs: [{group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: openai}]\n  \
              type: APIKey\n  \
              apiKey: {secretRef: {name: openai-key}}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/gateway.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let credential = &trace.credential;
    let Some(provider) = trace.schema.provider else { return };
    // GCP's schemas do not even get a path without one: gcp-schema-without-credentials
    if !credential.policies.is_empty() || !credential.complete || facts::is_gcp(trace.schema.name) {
        return;
    }
    if facts::mutation_authenticates(trace) != Some(false) || lost_policy(trace).is_some() {
        return;
    }
    let owner = trace.backend.key();
    let mut policy = Key::new(Kind::BackendSecurityPolicy, &owner.namespace, &owner.name);
    if trace.world.cluster.has(&policy) {
        policy.name.push_str("-auth");
    }
    let types =
        provider.dialects.iter().find(|it| it.schema == *trace.schema.name).or(provider.dialects.first());
    let usual =
        types.and_then(|it| it.policies.first()).map(|it| format!(" of type {it}")).unwrap_or_default();
    let mut draft = Draft::missing(
        policy,
        format!("no BackendSecurityPolicy targets {owner}, which calls {}", provider.name),
    )
    .effect("401 from the provider, and it sees the Authorization header of the caller")
    .because(owner, "", format!("calls {}", trace.endpoint.host().unwrap_or_default()))
    .fix(Fix::manual(format!("create a BackendSecurityPolicy{usual} that targets it")));
    for stray in &credential.strays {
        draft =
            draft.because(stray.key(), "/spec/targetRefs", "targets an AIServiceBackend that does not exist");
    }
    out.push(draft);
}
