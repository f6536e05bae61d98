//! A model goes by the client's name to a provider that has names of its own.

use std::collections::BTreeSet;

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    endpoints, models,
};
use crate::{
    model::{Kind, SchemaName},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB522`.
pub static RULE: Rule = Rule {
    code: "AIB522",
    name: "model-by-clients-name",
    hop: Hop::Schema,
    severity: Severity::Info,
    needs: &[Kind::AIGatewayRoute, Kind::AIServiceBackend, Kind::Backend],
    docs: Docs {
        what: "A rule sends a model to backends of several schemas, and a reference to Azure, AWS or Google \
              among them has no modelNameOverride; or it sends a bare claude-… to Bedrock.",
        why: "Each backend gets the name that the client gave. Azure takes it for the name of a \
              deployment, Bedrock for a model identifier, an inference profile or an ARN, Vertex AI for \
              the name of a publisher's model.",
        client: "Nothing where the name is known there too, as that of an Azure deployment called like its \
              model; else 404 or 400.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute ROUTE -o jsonpath='{.spec.rules}'",
        fix: "Set modelNameOverride where the provider calls the model otherwise.",
        before: "- matches: [{headers: [{name: x-ai-eg-model, value: gpt-4o}]}]\n  \
              backendRefs: [{name: openai}, {name: azure, priority: 1}]",
        after: "- matches: [{headers: [{name: x-ai-eg-model, value: gpt-4o}]}]\n  \
              backendRefs: [{name: openai}, {name: azure, priority: 1, modelNameOverride: prod-gpt-4o}]",
    },
    refs: &["live"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for rule in &route.rules {
            let active = endpoints::active(rule);
            let schemas: BTreeSet<String> =
                active.iter().map(|(_, it)| it.spec.schema.name.to_string()).collect();
            for (it, backend) in active {
                let schema = &backend.spec.schema.name;
                let Some(taken) = taken_for(schema) else { continue };
                let renamed = models::renamed(it.reference).is_some() || models::in_body(it, backend);
                // without the host it cannot be told from model-of-another-provider
                if renamed || models::backend(world, backend).unreadable().is_some() {
                    continue;
                }
                let provider = models::provider(world, backend);
                let lacks =
                    |model: &str| provider.is_some_and(|it| models::lacks(it, schema, model).is_some());
                let is_bare = |model: &str| {
                    provider.is_some_and(|it| it.id == "aws-bedrock")
                        && models::family(model) == Some("anthropic")
                };
                let concerns = |model: &&str| {
                    !models::is_native(schema, model)
                        && !lacks(model)
                        && (schemas.len() > 1 || is_bare(model))
                };
                let Some(model) = rule.models().find(concerns) else { continue };
                let path = format!("/spec/rules/{}/backendRefs/{}/modelNameOverride", rule.index, it.index);
                let message =
                    format!("{} sends model `{model}` to {} by the client's name", route.key, it.key);
                out.push(
                    Draft::at(route.key.clone(), path, message)
                        .effect(format!("404 or 400 unless `{model}` is {taken} there"))
                        .because(it.key.clone(), "/spec/schema/name", format!("is `{schema}`"))
                        .hits([(it.key.namespace.clone(), it.key.name.clone())])
                        .fix(Fix::manual("set `modelNameOverride`, if the model has another name there")),
                );
            }
        }
    }
}

/// What a schema takes the name of a model for, where that is a world of its own.
fn taken_for(schema: &SchemaName) -> Option<&'static str> {
    match schema {
        SchemaName::AzureOpenAI => Some("the name of a deployment"),
        SchemaName::AWSBedrock | SchemaName::AWSAnthropic => Some("a model identifier of Bedrock"),
        SchemaName::GCPVertexAI | SchemaName::GCPAnthropic => Some("a model of that publisher on Vertex AI"),
        SchemaName::OpenAI | SchemaName::Anthropic | SchemaName::Cohere | SchemaName::Newer(_) => None,
    }
}
