//! A key that someone meant to replace.

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
        what: "The value that is sent as API key, or used as client secret, looks like the placeholder of \
              an example or template: <your-api-key>, ${OPENAI_API_KEY}, OPENAI_API_KEY, changeme.",
        why: "AI Gateway uses what is in the Secret. Every status is green, except for client secrets, \
              which the issuer refuses.",
        client: "401 from the provider; 500 with an empty body where there is no token.",
        confirm: "kubectl -n NAMESPACE get secret NAME -o json | jq '.data | map_values(length)'",
        fix: "Put the real value into the Secret.",
        before: "kind: Secret\n\
              stringData: {apiKey: '<your-api-key>'}",
        after: "kind: Secret\n\
              stringData: {apiKey: 'the key'}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/backendauth"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(secret) = facts::secret(trace) else { return };
    let (key, entry, policy) = (&secret.key, secret.entry, secret.policy);
    let is_key = facts::sends_key(policy);
    if !(is_key || entry == "client-secret") || !secret.value().is_some_and(|it| it.placeholder) {
        return;
    }
    let effect = if is_key {
        "401 from the provider: it gets the placeholder"
    } else {
        facts::effect_of_missing(trace, &policy.spec)
    };
    out.push(
        Draft::at(
            key.clone(),
            format!("/data/{entry}"),
            format!("{key} looks like a placeholder in `{entry}`"),
        )
        .effect(effect)
        .because(policy.key(), secret.pointer, "reads it")
        .fix(Fix::manual(format!("put the real value into `{entry}`"))),
    );
}
