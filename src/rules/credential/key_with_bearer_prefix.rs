//! An API key that begins with `Bearer`.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB421`.
pub static RULE: Rule = Rule {
    code: "AIB421",
    name: "key-with-bearer-prefix",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "The value that is sent as API key begins with `Bearer `.",
        why: "AI Gateway puts the scheme before the key by itself, so that the provider gets `Bearer \
              Bearer …`; types that send a bare key send the word with it.",
        client: "401 from the provider.",
        confirm: "kubectl -n NAMESPACE get secret NAME -o jsonpath='{.data.apiKey}' | base64 -d | grep -c \
              '^Bearer '",
        fix: "Store the key alone.",
        before: "kind: Secret\n\
              stringData: {apiKey: 'Bearer sk-…'}",
        after: "kind: Secret\n\
              stringData: {apiKey: 'sk-…'}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/backendauth"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(secret) = facts::secret(trace).filter(|it| facts::sends_key(it.policy)) else { return };
    if !secret.value().is_some_and(|it| it.bearer_prefix) {
        return;
    }
    let (key, entry) = (&secret.key, secret.entry);
    out.push(
        Draft::at(
            key.clone(),
            format!("/data/{entry}"),
            format!("{key} has a `Bearer` before the key in `{entry}`"),
        )
        .effect("401 from the provider: AI Gateway adds the scheme by itself")
        .because(secret.policy.key(), secret.pointer, "reads it")
        .fix(Fix::manual("store the key without `Bearer`")),
    );
}
