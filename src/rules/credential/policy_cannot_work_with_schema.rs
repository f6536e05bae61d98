//! A type of policy that the schema of the backend cannot work with.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB409`.
pub static RULE: Rule = Rule {
    code: "AIB409",
    name: "policy-cannot-work-with-schema",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::BackendSecurityPolicy, Kind::AIGatewayRoute],
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
    let Some(why) = facts::misfit(trace, policy) else { return };
    let (key, owner) = (policy.key(), trace.backend.key());
    let (type_, schema) = (&policy.spec.type_, trace.schema.name);
    out.push(
        Draft::at(
            key.clone(),
            "/spec/type",
            format!("{key} is of type {type_}, which cannot work with schema {schema}"),
        )
        .effect(format!("400, 403 or 404 from the provider: {why}"))
        .because(owner, "/spec/schema/name", format!("is `{schema}`"))
        .fix(Fix::manual("change the type of the policy, or the schema of the backend")),
    );
}
