//! A GCP service account file that is no JSON.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB429`.
pub static RULE: Rule = Rule {
    code: "AIB429",
    name: "service-account-not-json",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "The value that is read as service_account.json is not a JSON object.",
        why: "AI Gateway cannot read it and fetches no token. The policy says NotAccepted.",
        client: "500 with an empty body: there is no token. With an older token, 401 once it has expired.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o jsonpath='{.status.conditions}'",
        fix: "Store the key file of the service account as it was downloaded.",
        before: "kind: Secret\n\
              stringData: {service_account.json: 'ya29.…'}",
        after: "kind: Secret\n\
              stringData: {service_account.json: '{\"type\": \"service_account\", …}'}",
    },
    refs: &["ai-gateway@v1.1.0 internal/controller/backend_security_policy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(secret) = facts::secret(trace).filter(|it| it.entry == "service_account.json") else { return };
    if secret.value().is_none_or(|it| it.json_object) {
        return;
    }
    let key = &secret.key;
    out.push(
        Draft::at(
            key.clone(),
            "/data/service_account.json",
            format!("{key} holds no JSON in `service_account.json`"),
        )
        .effect(facts::effect_of_missing(trace, &secret.policy.spec))
        .because(secret.policy.key(), secret.pointer, "reads it")
        .fix(Fix::manual("store the key file of the service account as it was downloaded")),
    );
}
