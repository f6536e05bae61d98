//! A type of policy whose header the provider does not read.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, PolicyType, Resource as _, SchemaName},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB411`.
pub static RULE: Rule = Rule {
    code: "AIB411",
    name: "policy-does-not-fit-provider",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendSecurityPolicy],
    docs: Docs {
        what: "The BackendSecurityPolicy sends the credential in another way than the provider, or the \
              API of that schema, usually takes it.",
        why: "APIKey sends `authorization: Bearer`, AzureAPIKey `api-key`, AnthropicAPIKey `x-api-key`, \
              AzureCredentials a Bearer token of Azure, AWSCredentials a signature. The controllers \
              never compare the type with the backend.",
        client: "401 or 403 from the provider.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o jsonpath='{.spec.type}'",
        fix: "Use the type that the provider takes; type and its member change in one apply. A proxy \
              that takes the header all the same is fine.",
        before: "kind: BackendSecurityPolicy   # for api.anthropic.com\n\
              spec:\n  \
              type: APIKey\n  \
              apiKey: {secretRef: {name: key}}",
        after: "kind: BackendSecurityPolicy   # for api.anthropic.com\n\
              spec:\n  \
              type: AnthropicAPIKey\n  \
              anthropicAPIKey: {secretRef: {name: key}}",
    },
    refs: &["ai-gateway@v1.1.0 internal/backendauth/auth.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(policy) = trace.credential.policy else { return };
    let type_ = &policy.spec.type_;
    // what certainly fails is policy-cannot-work-with-schema
    if facts::misfit(trace, policy).is_some() || matches!(type_, PolicyType::Newer(_)) {
        return;
    }
    // the host may take what the schema does not
    if trace.reference.backend.unreadable().is_some() {
        return;
    }
    let schema = trace.schema.name;
    let known =
        trace.schema.provider.map(|it| (it.name, it.dialects.iter().filter(|it| it.schema == *schema)));
    let (who, usual) = match known {
        Some((name, dialects)) => {
            let usual: Vec<&PolicyType> = dialects.flat_map(|it| it.policies).collect();
            // AWS signatures that cover the body are good for every API of Bedrock
            if usual.is_empty() || usual.contains(&type_) || *type_ == PolicyType::AWSCredentials {
                return;
            }
            (name.to_owned(), usual.into_iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "))
        }
        None => match usual_of(schema, type_) {
            Some(usual) => (format!("the API of schema {schema}"), usual.to_owned()),
            None => return,
        },
    };
    let (key, owner) = (policy.key(), trace.backend.key());
    out.push(
        Draft::at(key.clone(), "/spec/type", format!("{key} is of type {type_}, and {who} takes {usual}"))
            .effect("401 or 403 from the provider, which does not find a credential where it looks")
            .because(owner, "/spec/schema/name", format!("is `{schema}`"))
            .fix(Fix::manual(format!("use type {usual}"))),
    );
}

/// What servers of an API take that certainly do not take this type; `None` where they may.
fn usual_of(schema: &SchemaName, type_: &PolicyType) -> Option<&'static str> {
    let anthropic = *type_ == PolicyType::AnthropicAPIKey;
    let foreign = anthropic || matches!(type_, PolicyType::AzureAPIKey | PolicyType::AzureCredentials);
    match schema {
        SchemaName::OpenAI => anthropic.then_some("APIKey"),
        SchemaName::AzureOpenAI => anthropic.then_some("AzureAPIKey or AzureCredentials"),
        SchemaName::Cohere => foreign.then_some("APIKey"),
        SchemaName::AWSBedrock | SchemaName::AWSAnthropic => foreign.then_some("AWSCredentials or APIKey"),
        SchemaName::GCPVertexAI | SchemaName::GCPAnthropic | SchemaName::Anthropic | SchemaName::Newer(_) => {
            None
        }
    }
}
