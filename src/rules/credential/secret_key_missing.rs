//! A Secret without the key that is read from it.

use super::super::{Check, Docs, Draft, Findings, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB402`.
pub static RULE: Rule = Rule {
    code: "AIB402",
    name: "secret-key-missing",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "The Secret of the BackendSecurityPolicy exists and lacks the key that this type of policy \
              reads: apiKey, credentials, client-secret or service_account.json.",
        why: "The names of the keys are fixed. Without it AI Gateway leaves the backend out of the \
              configuration of ext_proc and says Accepted all the same; types that fetch a token say \
              NotAccepted.",
        client: "500 with an empty body for every request to this backend.",
        confirm: "kubectl -n NAMESPACE get secret NAME -o json | jq '.data | keys'",
        fix: "Create the Secret anew under the right key.",
        before: "kind: Secret\n\
              stringData: {OPENAI_API_KEY: '…'}",
        after: "kind: Secret\n\
              stringData: {apiKey: '…'}",
    },
    refs: &[
        "live",
        "ai-gateway@v1.1.0 internal/controller/gateway.go",
        "ai-gateway@v1.1.0 internal/controller/backend_security_policy.go",
    ],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(secret) = facts::secret(trace) else { return };
    let Some(found) = secret.secret.found().filter(|it| !it.data.contains_key(secret.entry)) else { return };
    let (key, entry) = (&secret.key, secret.entry);
    let there: Vec<String> = found.data.keys().map(|it| format!("`{it}`")).collect();
    let there = if there.is_empty() { "no key".to_owned() } else { there.join(", ") };
    out.push(
        Draft::at(key.clone(), "/data", format!("{key} has no key `{entry}`"))
            .effect(facts::effect_of_missing(trace, &secret.policy.spec))
            .evidence(format!("it has {there}"))
            .because(secret.policy.key(), secret.pointer, format!("reads `{entry}` from it"))
            .fix(facts::rename(key, found, entry)),
    );
}
