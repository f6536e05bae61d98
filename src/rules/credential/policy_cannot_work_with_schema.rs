//! A type of policy that the schema of the backend cannot work with.

use serde_json::json;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{BackendSecurityPolicy, Kind, PolicyType, Resource as _, SchemaName},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB409`.
pub static RULE: Rule = Rule {
    code: "AIB409",
    name: "policy-cannot-work-with-schema",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::BackendSecurityPolicy, Kind::AIGatewayRoute],
    docs: Docs {
        what: "A GCP schema with another policy than GCPCredentials, GCPCredentials with another schema, \
              or AWSCredentials with a schema whose body AI Gateway passes on as it is.",
        why: "GCPCredentials brings project and region into the path, which GCP schemas need and others \
              do not survive. AWSCredentials signs the body as AI Gateway rewrote it: where it does not \
              (no schema of AWS, no modelNameOverride, no bodyMutation), it signs an empty one. The \
              controllers never compare the two.",
        client: "404 or 400 for a path that does not exist, 403 for a signature that does not match.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o jsonpath='{.spec.type}'\n\
              kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.schema}'",
        fix: "Use the schema of the provider, or the type of policy that goes with the schema; type and \
              its member change in one apply. Bedrock's OpenAI endpoint takes a Bedrock API key with \
              type APIKey.",
        before: "kind: AIServiceBackend\n\
              spec: {schema: {name: OpenAI}}\n\
              ---\n\
              kind: BackendSecurityPolicy\n\
              spec: {type: AWSCredentials}",
        after: "kind: AIServiceBackend\n\
              spec: {schema: {name: AWSBedrock}}\n\
              ---\n\
              kind: BackendSecurityPolicy\n\
              spec: {type: AWSCredentials}",
    },
    refs: &[
        "live",
        "ai-gateway@v1.1.0 internal/backendauth",
        "ai-gateway@v1.1.0 internal/translator/gemini_helper.go",
    ],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(policy) = trace.credential.policy else { return };
    // the host says which of the two is the slip
    let Some(why) = facts::misfit(trace, policy).filter(|_| trace.reference.backend.unreadable().is_none())
    else {
        return;
    };
    let (key, owner) = (policy.key(), trace.backend.key());
    let (type_, schema) = (&policy.spec.type_, trace.schema.name);
    // where the provider takes the policy and does not speak the schema, the schema is the slip
    let dialects = trace.schema.provider.map_or(&[][..], |it| it.dialects);
    let taken = dialects.iter().any(|it| it.policies.contains(type_));
    let draft = if taken && !dialects.iter().any(|it| it.schema == *schema) {
        let message = format!("{owner} has schema {schema}, which cannot work with a policy of type {type_}");
        Draft::at(owner, "/spec/schema/name", message).because(key, "/spec/type", format!("is `{type_}`"))
    } else {
        let message = format!("{key} is of type {type_}, which cannot work with schema {schema}");
        let fix = google(trace, policy);
        let draft = Draft::at(key, "/spec/type", message).because(
            owner,
            "/spec/schema/name",
            format!("is `{schema}`"),
        );
        if let Some(fix) = fix { draft.fix(fix) } else { draft }
    };
    out.push(
        draft
            .effect(format!("400, 403 or 404 from the provider: {why}"))
            .fix(Fix::manual("change the type of the policy, or the schema of the backend")),
    );
}

/// What a policy for Google takes, in place of what is there; the project and the Secret are for a person to fill in.
fn google(trace: &Trace<'_>, policy: &BackendSecurityPolicy) -> Option<Fix> {
    let is_google = matches!(trace.schema.name, SchemaName::GCPVertexAI | SchemaName::GCPAnthropic);
    let member = member(&policy.spec.type_).filter(|_| is_google)?;
    let region = trace.endpoint.host().and_then(|it| it.strip_suffix("-aiplatform.googleapis.com"));
    let credentials = json!({
        "projectName": "PROJECT",
        "region": region.unwrap_or("REGION"),
        "credentialsFile": {"secretRef": {"name": "SECRET"}},
    });
    let operations = json!([
        {"op": "replace", "path": "/spec/type", "value": "GCPCredentials"},
        {"op": "remove", "path": format!("/spec/{member}")},
        {"op": "add", "path": "/spec/gcpCredentials", "value": credentials},
    ]);
    let meta = &policy.meta;
    let command = format!(
        "kubectl -n {} patch backendsecuritypolicy {} --type=json -p '{operations}'",
        meta.namespace, meta.name
    );
    Some(Fix::manual("log in as Google wants it: fill in project and Secret").command(command))
}

/// The field that goes with a type.
fn member(type_: &PolicyType) -> Option<&'static str> {
    match type_ {
        PolicyType::APIKey => Some("apiKey"),
        PolicyType::AWSCredentials => Some("awsCredentials"),
        PolicyType::AzureAPIKey => Some("azureAPIKey"),
        PolicyType::AzureCredentials => Some("azureCredentials"),
        PolicyType::AnthropicAPIKey => Some("anthropicAPIKey"),
        PolicyType::GCPCredentials | PolicyType::Newer(_) => None,
    }
}
