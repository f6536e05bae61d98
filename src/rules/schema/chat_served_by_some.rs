//! Chat completions that only some backends of a rule serve.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    endpoints,
};
use crate::{
    model::{AIServiceBackend, Kind, SchemaName},
    trace::{ClientApi, Hop, World},
};

/// See `kubectl aigw-backend explain AIB518`.
pub static RULE: Rule = Rule {
    code: "AIB518",
    name: "chat-served-by-some",
    hop: Hop::Schema,
    severity: Severity::Info,
    needs: &[Kind::AIGatewayRoute, Kind::AIServiceBackend],
    docs: Docs {
        what: "A rule leads to backends of which some serve /v1/chat/completions and some do not: those of \
              schema Anthropic. All of them serve /anthropic/v1/messages.",
        why: "Envoy chooses a backend, and only then does AI Gateway translate the request. A fallback \
              from OpenAI to Anthropic works for clients of the Messages API alone.",
        client: "500 with an empty body for chat completions that meet such a backend; nothing for \
              /anthropic/v1/messages.",
        confirm: "kubectl aigw-backend explain NAME",
        fix: "Nothing, if clients call /anthropic/v1/messages. Else use a backend that translates chat \
              completions: AWSAnthropic, GCPAnthropic, or the OpenAI API of Anthropic (schema OpenAI).",
        before: "rules:\n\
              - backendRefs: [{name: openai}, {name: claude, priority: 1}]   # OpenAI, Anthropic",
        after: "rules:\n\
              - backendRefs: [{name: openai}, {name: bedrock, priority: 1}]   # OpenAI, AWSAnthropic",
    },
    refs: &["live"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let chat = |it: &AIServiceBackend| endpoints::serves(world, it, ClientApi::ChatCompletions);
    for route in &world.routes {
        for rule in &route.rules {
            let active = endpoints::active(rule);
            let backends: Vec<_> = active.iter().map(|(_, it)| *it).collect();
            // where nothing is served by all: no-common-endpoint
            let Some(common) = endpoints::common(world, &backends) else { continue };
            // what a newer schema serves is unknown
            let newer = backends.iter().any(|it| matches!(it.spec.schema.name, SchemaName::Newer(_)));
            if newer || !backends.iter().any(|it| chat(it)) {
                continue;
            }
            for (it, backend) in active.iter().filter(|(_, it)| !chat(it)) {
                let schema = &backend.spec.schema.name;
                let path = format!("/spec/rules/{}/backendRefs/{}", rule.index, it.index);
                let message = format!(
                    "{} leads chat completions to {}, whose schema {schema} does not serve them",
                    route.key, it.key
                );
                out.push(
                    Draft::at(route.key.clone(), path, message)
                        .effect(format!(
                            "500 with an empty body for /v1/chat/completions that come here; {} works",
                            common.path()
                        ))
                        .because(it.key.clone(), "/spec/schema/name", format!("is `{schema}`"))
                        .hits([(it.key.namespace.clone(), it.key.name.clone())])
                        .fix(Fix::manual(
                            "have clients call the endpoint that all serve, or use another backend",
                        )),
                );
            }
        }
    }
}
