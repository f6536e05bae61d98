//! A schema that the provider does not speak.

use serde_json::Map;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Resource as _, SchemaName},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB510`.
pub static RULE: Rule = Rule {
    code: "AIB510",
    name: "schema-does-not-fit-host",
    hop: Hop::Schema,
    severity: Severity::Warning,
    needs: &[Kind::AIServiceBackend, Kind::Backend],
    docs: Docs {
        what: "The host name of the Backend is that of a known provider, and this provider does not speak \
              the schema of the AIServiceBackend.",
        why: "AI Gateway translates requests to the schema and sends them, whatever the host. A proxy or \
              gateway under another name is left alone, as is a schema that is newer than this tool.",
        client: "404 or 400 from the provider.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.schema}'\n\
              kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.endpoints}'",
        fix: "Choose the schema of the provider.",
        before: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: AzureOpenAI, version: 2025-01-01-preview}\n\
              ---\n\
              kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: api.openai.com, port: 443}",
        after: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: OpenAI}\n\
              ---\n\
              kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: api.openai.com, port: 443}",
    },
    refs: &["ai-gateway@v1.1.0 site/docs/capabilities/llm-integrations/supported-providers.md"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let schema = trace.schema.name;
    let Some(provider) = trace.schema.provider else { return };
    if matches!(schema, SchemaName::Newer(_)) || provider.speaking(schema).next().is_some() {
        return;
    }
    let key = trace.backend.key();
    let spoken: Vec<String> = provider.dialects.iter().map(|it| it.schema.to_string()).collect();
    let mut draft = Draft::at(
        key.clone(),
        "/spec/schema/name",
        format!("{key} has schema {schema}, which {} does not speak", provider.name),
    )
    .effect("404 or 400 from the provider: its API has other paths and bodies")
    .because(
        trace.reference.key.clone(),
        "/spec/endpoints",
        format!("`{}` is {}", trace.endpoint.host().unwrap_or_default(), provider.name),
    )
    .evidence(format!("it speaks {}", spoken.join(", ")));
    if let Some(usual) = provider.dialects.first() {
        let mut fields = Map::new();
        fields.insert("name".into(), usual.schema.to_string().into());
        let prefix = usual.written_prefix().filter(|it| *it != "v1").map(|it| ("prefix", it));
        for (name, value) in prefix.into_iter().chain(usual.version.map(|it| ("version", it))) {
            fields.insert(name.into(), value.into());
        }
        let title = format!("choose schema {}", usual.schema);
        draft = draft.fix(Fix::review(title).set(&key, "/spec/schema", fields));
    }
    out.push(draft);
}
