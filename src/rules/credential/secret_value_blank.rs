//! An API key without a character in it.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, PolicyType, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB403`.
pub static RULE: Rule = Rule {
    code: "AIB403",
    name: "secret-value-blank",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "The value that is sent as API key is empty or nothing but blanks.",
        why: "AI Gateway trims the value and sends what is left: `Authorization: Bearer` with nothing \
              behind it, or an empty x-api-key or api-key. Every status is green.",
        client: "401 from the provider.",
        confirm: "kubectl -n NAMESPACE get secret NAME -o jsonpath='{.data.apiKey}' | base64 -d | wc -c",
        fix: "Put the API key into the Secret; often a variable was empty when it was created.",
        before: "kind: Secret\n\
              stringData: {apiKey: ''}",
        after: "kind: Secret\n\
              stringData: {apiKey: 'the key'}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/backendauth"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(secret) = facts::secret(trace).filter(|it| facts::sends_key(it.policy)) else { return };
    let Some(value) = secret.value().filter(|it| it.blank) else { return };
    let header = match secret.policy.spec.type_ {
        // an empty one stops the whole Gateway: azure-key-empty
        PolicyType::AzureAPIKey if value.bytes == 0 => return,
        PolicyType::AzureAPIKey => "an empty `api-key`",
        PolicyType::AnthropicAPIKey => "an empty `x-api-key`",
        PolicyType::APIKey
        | PolicyType::AWSCredentials
        | PolicyType::AzureCredentials
        | PolicyType::GCPCredentials
        | PolicyType::Newer(_) => "`authorization: Bearer` without a key",
    };
    let key = &secret.key;
    out.push(
        Draft::at(
            key.clone(),
            format!("/data/{}", secret.entry),
            format!("{key} has nothing in `{}`", secret.entry),
        )
        .effect(format!("401 from the provider: it gets {header}"))
        .evidence(format!("{} bytes", value.bytes))
        .because(secret.policy.key(), secret.pointer, "reads it")
        .fix(Fix::manual(format!("put the API key into `{}`", secret.entry))),
    );
}
