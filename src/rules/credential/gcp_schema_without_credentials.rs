//! A GCP schema without a policy.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Key, Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB410`.
pub static RULE: Rule = Rule {
    code: "AIB410",
    name: "gcp-schema-without-credentials",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::BackendSecurityPolicy],
    docs: Docs {
        what: "The schema is GCPVertexAI or GCPAnthropic, and no BackendSecurityPolicy targets the \
              backend.",
        why: "Project and region of the path come from a policy of type GCPCredentials. Without it the \
              path is `publishers/…`, which does not even begin with a slash.",
        client: "400 or 404 from the provider, or 503 when it hangs up.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicies -o yaml",
        fix: "Create a BackendSecurityPolicy of type GCPCredentials with project and region.",
        before: "kind: AIServiceBackend\n\
              metadata: {name: gemini}\n\
              spec: {schema: {name: GCPVertexAI}}   # and no BackendSecurityPolicy",
        after: "kind: BackendSecurityPolicy\n\
              spec:\n  \
              targetRefs: [{group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: gemini}]\n  \
              type: GCPCredentials\n  \
              gcpCredentials: {projectName: p, region: us-east5, credentialsFile: {secretRef: {name: \
              gcp}}}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/translator/gemini_helper.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let credential = &trace.credential;
    if !facts::is_gcp(trace.schema.name) || !credential.policies.is_empty() || !credential.complete {
        return;
    }
    let owner = trace.backend.key();
    let mut policy = Key::new(Kind::BackendSecurityPolicy, &owner.namespace, &owner.name);
    if trace.world.cluster.has(&policy) {
        policy.name.push_str("-auth");
    }
    let message =
        format!("no BackendSecurityPolicy targets {owner}, and schema {} needs one", trace.schema.name);
    let mut draft = Draft::missing(policy, message)
        .effect("400 or 404 from the provider, or 503: the path lacks project and region")
        .because(owner, "/spec/schema/name", format!("is `{}`", trace.schema.name))
        .fix(Fix::manual("create a BackendSecurityPolicy of type GCPCredentials with project and region"));
    for stray in &credential.strays {
        draft =
            draft.because(stray.key(), "/spec/targetRefs", "targets an AIServiceBackend that does not exist");
    }
    out.push(draft);
}
