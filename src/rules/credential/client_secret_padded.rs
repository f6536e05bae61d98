//! A client secret with a line break or blanks around it.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB427`.
pub static RULE: Rule = Rule {
    code: "AIB427",
    name: "client-secret-padded",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "The client secret that AI Gateway logs in with begins or ends with whitespace; mostly a \
              line break from `echo`.",
        why: "API keys are trimmed, client secrets are not: the issuer compares them with the blanks.",
        client: "The policy says NotAccepted, invalid_client. 500 with an empty body: there is no token.",
        confirm: "kubectl -n NAMESPACE get secret NAME -o jsonpath='{.data.client-secret}' | base64 -d | \
              tail -c1 | xxd",
        fix: "Create the Secret anew without the line break, as with echo -n.",
        before: "kind: Secret\n\
              stringData: {client-secret: \"s\\n\"}",
        after: "kind: Secret\n\
              stringData: {client-secret: \"s\"}",
    },
    refs: &[
        "ai-gateway@v1.1.0 internal/controller/backend_security_policy.go",
        "ai-gateway@v1.1.0 internal/controller/tokenprovider/util.go",
    ],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(secret) = facts::secret(trace).filter(|it| it.entry == "client-secret") else { return };
    if !secret.value().is_some_and(|it| it.padded) {
        return;
    }
    let key = &secret.key;
    out.push(
        Draft::at(
            key.clone(),
            "/data/client-secret",
            format!("{key} has blanks or a line break around `client-secret`"),
        )
        .effect(facts::effect_of_missing(trace, &secret.policy.spec))
        .because(secret.policy.key(), secret.pointer, "reads it, and does not trim it")
        .fix(Fix::manual("store the client secret without the line break")),
    );
}
