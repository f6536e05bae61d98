//! A secretRef with a namespace, and a Secret of the same name that is read instead.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};

use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB413`.
pub static RULE: Rule = Rule {
    code: "AIB413",
    name: "secret-of-other-namespace-used",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "The secretRef names another namespace, which is ignored, and beside the policy there is a \
              Secret of that name.",
        why: "AI Gateway reads the Secret beside the policy. Changes of the Secret that the reference \
              names have no effect, and changes of the one that is read may not be noticed.",
        client: "Nothing if both hold the same key; else the wrong key is sent, and the provider may answer \
              401.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o yaml | grep -A3 secretRef\n\
              kubectl get secrets -A --field-selector metadata.name=SECRET",
        fix: "Remove the namespace, and see to it that the Secret beside the policy is the right one.",
        before: "kind: BackendSecurityPolicy\n\
              metadata: {namespace: models}\n\
              spec:\n  \
              apiKey: {secretRef: {name: key, namespace: keys}}   # models/key is read",
        after: "kind: BackendSecurityPolicy\n\
              metadata: {namespace: models}\n\
              spec:\n  \
              apiKey: {secretRef: {name: key}}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/gateway.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(secret) = &trace.credential.secret else { return };
    let Some(namespace) = secret.ignored_namespace.filter(|_| secret.secret.found().is_some()) else {
        return;
    };
    let policy = secret.policy.key();
    let path = format!("{}/namespace", secret.pointer);
    let message = format!("{policy} names a Secret of namespace `{namespace}`, and reads {}", secret.key);
    out.push(
        Draft::at(policy.clone(), &path, message)
            .effect("the key beside the policy is sent; 401 from the provider if it is not the right one")
            .because(secret.key.clone(), "", "is read instead")
            .fix(Fix::review("name the Secret that is read").remove(&policy, &path)),
    );
}
