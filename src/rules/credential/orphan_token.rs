//! A token of a policy that is gone.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Resource as _, names},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB438`.
pub static RULE: Rule = Rule {
    code: "AIB438",
    name: "orphan-token",
    hop: Hop::Credential,
    severity: Severity::Info,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "A Secret ai-eg-bsp-NAME has no owner, and there is no BackendSecurityPolicy NAME beside it. \
              It speaks where Secrets are listed (--secrets=list, or files): by name nothing leads to such \
              a one.",
        why: "AI Gateway leaves the token of some policies behind when they are deleted: those with a \
              client secret of Azure or a service account of Google. A new policy of that name takes it \
              over until it expires.",
        client: "Nothing; the token stays readable for whoever may read Secrets there.",
        confirm: "kubectl -n NAMESPACE get secrets | grep ai-eg-bsp-\n\
              kubectl -n NAMESPACE get backendsecuritypolicies",
        fix: "Delete the Secret.",
        before: "kind: Secret\n\
              metadata: {name: ai-eg-bsp-azure}   # and no BackendSecurityPolicy azure",
        after: "kind: BackendSecurityPolicy\n\
              metadata: {name: azure}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/backend_security_policy.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for secret in world.cluster.secrets.iter().filter(|it| it.meta.owner_references.is_empty()) {
        let (key, namespace) = (secret.key(), &secret.meta.namespace);
        let Some(policy) = names::policy_of_token(&key.name) else { continue };
        if !world.cluster.backend_security_policies.get(namespace, policy).is_absent() {
            continue;
        }
        out.push(
            Draft::at(
                key.clone(),
                "",
                format!("{key} holds a token of BackendSecurityPolicy `{policy}`, which is gone"),
            )
            .effect("none; a new policy of that name would take the token over")
            .hits([])
            .fix(
                Fix::manual("delete it")
                    .command(format!("kubectl -n {namespace} delete secret {}", key.name)),
            ),
        );
    }
}
