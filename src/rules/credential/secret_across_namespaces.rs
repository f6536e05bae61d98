//! A Secret of another namespace that nobody was asked about.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{GrantFrom, GrantTo, Key, Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB432`.
pub static RULE: Rule = Rule {
    code: "AIB432",
    name: "secret-across-namespaces",
    hop: Hop::Credential,
    severity: Severity::Info,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret, Kind::ReferenceGrant],
    docs: Docs {
        what: "A BackendSecurityPolicy of a type that fetches a token reads its Secret from another \
              namespace, and no ReferenceGrant there says that this is meant.",
        why: "AI Gateway follows the namespace of such a reference and asks for no ReferenceGrant, unlike \
              Gateway API. Whoever may write BackendSecurityPolicies anywhere can use any Secret with the \
              right key.",
        client: "Nothing: requests work.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o yaml | grep -A3 -i secret",
        fix: "Put the Secret beside the policy, and see who may write BackendSecurityPolicies. Where it is \
              meant, a ReferenceGrant from BackendSecurityPolicy to Secret says so, and silences this.",
        before: "kind: BackendSecurityPolicy\n\
              metadata: {namespace: models}\n\
              spec:\n  \
              azureCredentials:\n    \
              clientSecretRef: {name: azure, namespace: keys}",
        after: "kind: BackendSecurityPolicy\n\
              metadata: {namespace: models}\n\
              spec:\n  \
              azureCredentials:\n    \
              clientSecretRef: {name: azure}",
    },
    refs: &["ai-gateway@v1.1.0 internal/controller/backend_security_policy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(secret) = trace.credential.secret.as_ref().filter(|it| it.secret.found().is_some()) else {
        return;
    };
    let (key, policy) = (&secret.key, secret.policy.key());
    if key.namespace == policy.namespace || is_granted(trace, &policy.namespace, key) != Some(false) {
        return;
    }
    let path = format!("{}/namespace", secret.pointer);
    out.push(
        Draft::at(policy.clone(), path, format!("{policy} reads {key}, and nobody was asked"))
            .effect("requests work; whoever may write such policies can use any Secret with this key")
            .because(key.clone(), "", "is of another namespace, which no ReferenceGrant opens")
            .fix(Fix::manual(
                "put the Secret beside the policy, or have a ReferenceGrant say that it is meant",
            )),
    );
}

/// Whether a ReferenceGrant says that it is meant; unknown where the grants are.
fn is_granted(trace: &Trace<'_>, own: &str, secret: &Key) -> Option<bool> {
    let grants = trace.world.cluster.reference_grants.in_namespace(&secret.namespace);
    let from = |it: &GrantFrom| it.kind == "BackendSecurityPolicy" && it.namespace == own;
    let names = |it: &GrantTo| it.name.as_deref().is_none_or(|it| it.is_empty() || it == secret.name);
    let to = |it: &GrantTo| it.kind == "Secret" && names(it);
    let given = grants.items.iter().any(|it| it.spec.from.iter().any(from) && it.spec.to.iter().any(to));
    if given { Some(true) } else { grants.gap.is_none().then_some(false) }
}
