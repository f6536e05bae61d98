//! What a model is called, and who can have one of that name.

use crate::{
    cluster::Lookup,
    model::{AIBackendRef, AIServiceBackend, Backend, SchemaName},
    provider::{Provider, of_host},
    trace::{RefTrace, World},
};

/// Whose models begin like this. Open models (`gpt-oss`, `llama`, `mistral`…) are served by many under their own names.
const FAMILIES: [(&str, &str); 12] = [
    ("gpt-oss", ""),
    ("gpt-", "openai"),
    ("chatgpt-", "openai"),
    ("o1-", "openai"),
    ("o3-", "openai"),
    ("o4-", "openai"),
    ("text-embedding-3-", "openai"),
    ("text-embedding-ada-", "openai"),
    ("dall-e-", "openai"),
    ("claude-", "anthropic"),
    ("gemini-", "google"),
    ("grok-", "xai"),
];

/// Whose model it is, as far as the bare name tells.
pub(super) fn family(model: &str) -> Option<&'static str> {
    let found = FAMILIES.iter().find(|(start, _)| model.starts_with(start))?.1;
    // `provider/model` and `provider.model` are names of those who resell models
    (!found.is_empty() && !model.contains('/')).then_some(found)
}

/// Whether a provider certainly has no model of that name, and how its models are called.
pub(super) fn lacks(provider: &Provider, schema: &SchemaName, model: &str) -> Option<&'static str> {
    let family = family(model)?;
    let (own, called) = match (provider.id, schema) {
        ("openai", _) => ("openai", "gpt-…"),
        ("anthropic", _) | ("gcp-vertex", SchemaName::GCPAnthropic) => ("anthropic", "claude-…"),
        ("gemini", _) | ("gcp-vertex", SchemaName::GCPVertexAI) => ("google", "gemini-…"),
        // it has Anthropic's too, under names of its own
        ("aws-bedrock", SchemaName::AWSBedrock | SchemaName::AWSAnthropic) => {
            ("anthropic", "PROVIDER.MODEL, or an ARN")
        }
        _ => return None,
    };
    (family != own).then_some(called)
}

/// Whether a name is one that the providers of a schema give their models.
pub(super) fn is_native(schema: &SchemaName, model: &str) -> bool {
    match schema {
        SchemaName::AWSBedrock | SchemaName::AWSAnthropic => model.contains('.') || model.starts_with("arn:"),
        SchemaName::GCPVertexAI => model.starts_with("gemini-"),
        SchemaName::GCPAnthropic => model.starts_with("claude-"),
        SchemaName::OpenAI
        | SchemaName::Anthropic
        | SchemaName::Cohere
        | SchemaName::AzureOpenAI
        | SchemaName::Newer(_) => false,
    }
}

/// The Backend that an AIServiceBackend names.
pub(super) fn backend<'a>(world: &World<'a>, from: &AIServiceBackend) -> Lookup<'a, Backend> {
    let target = &from.spec.backend_ref;
    world.cluster.backends.get(target.namespace.as_ref().unwrap_or(&from.meta.namespace), &target.name)
}

/// The provider that is known to be behind a backend.
pub(super) fn provider(world: &World<'_>, from: &AIServiceBackend) -> Option<&'static Provider> {
    let endpoints = &backend(world, from).found()?.spec.endpoints;
    endpoints.iter().find_map(|it| of_host(&it.fqdn.as_ref()?.hostname))
}

/// The name that a reference puts in the place of the client's.
pub(super) fn renamed(reference: &AIBackendRef) -> Option<&str> {
    reference.model_name_override.as_deref().filter(|it| !it.is_empty())
}

/// Whether a mutation of the body says which model it is, so that the name cannot be told from the route.
pub(super) fn in_body(it: &RefTrace<'_>, backend: &AIServiceBackend) -> bool {
    let mutations = [&it.reference.body_mutation, &backend.spec.body_mutation];
    mutations.into_iter().flatten().flat_map(|it| &it.set).any(|it| it.path == "model")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_whose_model_it_is() {
        assert_eq!(family("gpt-4o"), Some("openai"));
        assert_eq!(family("claude-sonnet-4-5"), Some("anthropic"));
        for name in
            ["gpt-oss-120b", "openai/gpt-4o", "anthropic.claude-v2", "llama3", "gpt", "text-embedding-005"]
        {
            assert_eq!(family(name), None, "{name}");
        }
    }
}
