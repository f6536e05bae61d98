//! A rule whose backends serve no endpoint in common.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    endpoints,
};
use crate::{
    model::Kind,
    trace::{ClientApi, Hop, World},
};

/// See `kubectl aigw-backend explain AIB517`.
pub static RULE: Rule = Rule {
    code: "AIB517",
    name: "no-common-endpoint",
    hop: Hop::Schema,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::AIServiceBackend],
    docs: Docs {
        what: "A rule of an AIGatewayRoute leads to backends of schemas that serve no client endpoint in \
              common: Anthropic and AzureOpenAI, for instance, or Cohere and any other.",
        why: "Envoy chooses a backend by weight and priority, and only then does AI Gateway translate the \
              request to its schema. What the schema does not serve is refused; Envoy does not look for \
              another backend.",
        client: "500 with an empty body for the requests that go to a backend which does not serve the \
              endpoint that was called.",
        confirm: "kubectl aigw-backend explain NAME\n\
              kubectl -n NAMESPACE get aigatewayroute ROUTE -o jsonpath='{.spec.rules[*].backendRefs[*].name}'",
        fix: "Give the backends rules with models of their own, or choose backends that serve the endpoint \
              that clients call.",
        before: "rules:\n\
              - backendRefs: [{name: azure}, {name: claude, priority: 1}]   # AzureOpenAI, Anthropic",
        after: "rules:\n\
              - backendRefs: [{name: azure}, {name: openai, priority: 1}]   # AzureOpenAI, OpenAI",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/endpointspec/endpointspec.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for rule in &route.rules {
            let active = endpoints::active(rule);
            let backends: Vec<_> = active.iter().map(|(_, it)| *it).collect();
            if endpoints::common(world, &backends).is_some() {
                continue;
            }
            let mut schemas: Vec<String> =
                backends.iter().map(|it| it.spec.schema.name.to_string()).collect();
            schemas.sort();
            schemas.dedup();
            let message = format!(
                "{}: the backends of rule {} serve no endpoint in common ({})",
                route.key,
                rule.index,
                schemas.join(", ")
            );
            let mut draft = Draft::at(
                route.key.clone(),
                format!("/spec/rules/{}/backendRefs", rule.index),
                message,
            )
            .effect("500 with an empty body where a request meets a backend that does not serve its endpoint")
            .hits(active.iter().map(|(it, _)| (it.key.namespace.clone(), it.key.name.clone())))
            .fix(Fix::manual("give backends of different APIs rules with models of their own"));
            for (it, backend) in &active {
                let served = ClientApi::ALL.into_iter().find(|api| endpoints::serves(world, backend, *api));
                let words = served.map(|api| format!("serves {} and the like", api.path()));
                draft = draft.because(it.key.clone(), "/spec/schema/name", words.unwrap_or_default());
            }
            out.push(draft);
        }
    }
}
