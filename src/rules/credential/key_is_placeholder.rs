//! An API key that someone meant to replace.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB422`.
pub static RULE: Rule = Rule {
    code: "AIB422",
    name: "key-is-placeholder",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "The value that is sent as API key looks like the placeholder of an example or template.",
        why: "AI Gateway sends what is in the Secret. Every status is green.",
        client: "401 from the provider.",
        confirm: "kubectl -n NAMESPACE get secret NAME -o jsonpath='{.data.apiKey}' | base64 -d | cut -c1-7",
        fix: "Put the API key into the Secret.",
        before: "kind: Secret\n\
              stringData: {apiKey: '<your-api-key>'}",
        after: "kind: Secret\n\
              stringData: {apiKey: 'the key'}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/backendauth"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(secret) = facts::secret(trace).filter(|it| facts::sends_key(it.policy)) else { return };
    if !secret.value().is_some_and(|it| it.placeholder) {
        return;
    }
    let (key, entry) = (&secret.key, secret.entry);
    out.push(
        Draft::at(
            key.clone(),
            format!("/data/{entry}"),
            format!("{key} looks like a placeholder in `{entry}`"),
        )
        .effect("401 from the provider: it gets the placeholder")
        .because(secret.policy.key(), secret.pointer, "reads it")
        .fix(Fix::manual("put the API key into the Secret")),
    );
}
