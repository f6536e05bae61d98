//! A model is sent to a provider that has none of that name.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    endpoints, models,
};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB521`.
pub static RULE: Rule = Rule {
    code: "AIB521",
    name: "model-of-another-provider",
    hop: Hop::Schema,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::AIServiceBackend, Kind::Backend],
    docs: Docs {
        what: "A rule sends a model to a known provider under a name that only another one's models have: \
              gpt-… to Anthropic, Google or Bedrock, claude-… to OpenAI or Gemini, gemini-… to Anthropic.",
        why: "AI Gateway sends the name that the client gave, or modelNameOverride where it is set, and \
              translates nothing else about it. In a rule with several providers the same name goes to \
              each.",
        client: "404 or 400 from the provider.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute ROUTE -o jsonpath='{.spec.rules}'",
        fix: "Set modelNameOverride in that backendRef to what the provider calls the model.",
        before: "- matches: [{headers: [{name: x-ai-eg-model, value: gpt-4o}]}]\n  \
              backendRefs: [{name: openai}, {name: bedrock, priority: 1}]",
        after: "- matches: [{headers: [{name: x-ai-eg-model, value: gpt-4o}]}]\n  \
              backendRefs: [{name: openai}, {name: bedrock, priority: 1, modelNameOverride: us.amazon.nova-pro-v1:0}]",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/extproc/processor_impl.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for rule in &route.rules {
            for (it, backend) in endpoints::active(rule) {
                let Some(provider) =
                    models::provider(world, backend).filter(|_| !models::in_body(it, backend))
                else {
                    continue;
                };
                let schema = &backend.spec.schema.name;
                let renamed = models::renamed(it.reference);
                let sent = renamed.map_or_else(|| rule.models().collect(), |name| vec![name]);
                let wrong = sent.into_iter().find_map(|it| Some((it, models::lacks(provider, schema, it)?)));
                let Some((model, called)) = wrong else { continue };
                let path = format!("/spec/rules/{}/backendRefs/{}/modelNameOverride", rule.index, it.index);
                let message = format!(
                    "{} sends model `{model}` to {}, which has none of that name",
                    route.key, provider.name
                );
                out.push(
                    Draft::at(route.key.clone(), path, message)
                        .effect(format!("404 or 400 from the provider, whose models are called {called}"))
                        .because(it.key.clone(), "/spec/backendRef", format!("calls {}", provider.name))
                        .hits([(it.key.namespace.clone(), it.key.name.clone())])
                        .fix(Fix::manual("set `modelNameOverride` to what the provider calls the model")),
                );
            }
        }
    }
}
