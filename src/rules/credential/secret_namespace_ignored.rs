//! A secretRef with a namespace, which is ignored.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB412`.
pub static RULE: Rule = Rule {
    code: "AIB412",
    name: "secret-namespace-ignored",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "The secretRef names another namespace, and beside the policy there is no Secret of that \
              name.",
        why: "Keys that are sent as they are, and AWS credentials files, are read in the namespace of \
              the policy, whatever the reference says. AI Gateway finds no Secret there and leaves the \
              backend out of the configuration of ext_proc; the policy stays Accepted.",
        client: "500 with an empty body for every request to this backend.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o yaml | grep -A3 secretRef\n\
              kubectl get secrets -A --field-selector metadata.name=SECRET",
        fix: "Put the Secret beside the policy and remove the namespace.",
        before: "kind: BackendSecurityPolicy\n\
              metadata: {namespace: models}\n\
              spec:\n  \
              apiKey: {secretRef: {name: key, namespace: keys}}",
        after: "kind: BackendSecurityPolicy\n\
              metadata: {namespace: models}\n\
              spec:\n  \
              apiKey: {secretRef: {name: key}}   # Secret models/key",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/gateway.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(secret) = &trace.credential.secret else { return };
    let Some(namespace) = secret.ignored_namespace.filter(|_| secret.secret.is_absent()) else { return };
    let (policy, name) = (secret.policy.key(), &secret.key.name);
    let message = format!(
        "{policy} names a Secret of namespace `{namespace}`, and reads {}, which does not exist",
        secret.key
    );
    out.push(
        Draft::at(policy, format!("{}/namespace", secret.pointer), message)
            .effect(facts::effect_of_missing(trace, &secret.policy.spec))
            .fix(Fix::manual(format!(
                "copy Secret {namespace}/{name} beside the policy and remove `namespace`"
            ))),
    );
}
