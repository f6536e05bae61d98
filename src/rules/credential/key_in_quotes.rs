//! An API key in quotation marks.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB428`.
pub static RULE: Rule = Rule {
    code: "AIB428",
    name: "key-in-quotes",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "The value that is sent as API key is wrapped in quotation marks.",
        why: "AI Gateway sends the marks along. Every status is green.",
        client: "401 from the provider.",
        confirm: "kubectl -n NAMESPACE get secret NAME -o jsonpath='{.data.apiKey}' | base64 -d | grep -c \
              '^\"'",
        fix: "Store the key alone.",
        before: "kind: Secret\n\
              stringData: {apiKey: '\"sk-…\"'}",
        after: "kind: Secret\n\
              stringData: {apiKey: 'sk-…'}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/backendauth"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(secret) = facts::secret(trace).filter(|it| facts::sends_key(it.policy)) else { return };
    if !secret.value().is_some_and(|it| it.quoted) {
        return;
    }
    let (key, entry) = (&secret.key, secret.entry);
    out.push(
        Draft::at(
            key.clone(),
            format!("/data/{entry}"),
            format!("{key} has quotation marks around the key in `{entry}`"),
        )
        .effect("401 from the provider: it gets the quotation marks too")
        .because(secret.policy.key(), secret.pointer, "reads it")
        .fix(Fix::manual("store the key without quotation marks")),
    );
}
