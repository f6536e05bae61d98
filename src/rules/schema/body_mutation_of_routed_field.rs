//! A body mutation changes what AI Gateway has already acted upon.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    mutation,
};
use crate::{
    model::{Kind, SchemaName},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB516`.
pub static RULE: Rule = Rule {
    code: "AIB516",
    name: "body-mutation-of-routed-field",
    hop: Hop::Schema,
    severity: Severity::Warning,
    needs: &[Kind::AIServiceBackend],
    docs: Docs {
        what: "A bodyMutation sets or removes `stream` or `messages`, or, on a schema that has the model in its \
              path, `model`.",
        why: "Bodies are changed last, after AI Gateway has read model and stream, chosen the path and translated \
              the body. A changed `stream` makes the provider answer in another way than AI Gateway expects. \
              `model` in the body is not what Azure, AWS and GCP go by, and some refuse a field that they do not \
              know. `messages` is the whole conversation.",
        client: "Answers that cannot be read, 400 from the provider, or always the same answer.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.bodyMutation}'",
        fix: "Use modelNameOverride of the reference for the model, and leave the others to the client.",
        before: "bodyMutation:\n  \
                set:\n  \
                - {path: stream, value: 'true'}",
        after: "bodyMutation: {}",
    },
    refs: &["ai-gateway@v1.1.0 internal/extproc/processor_impl.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let own = trace.backend.spec.body_mutation.as_ref();
    for (key, pointer, mutation) in
        mutation::places(trace, "bodyMutation", own, |it| it.body_mutation.as_ref())
    {
        let sets = mutation.set.iter().enumerate().map(|(at, it)| (format!("set/{at}"), "sets", &it.path));
        let removes =
            mutation.remove.iter().enumerate().map(|(at, it)| (format!("remove/{at}"), "removes", it));
        for (at, verb, path) in sets.chain(removes) {
            let Some((effect, instead)) = effect(trace, path, verb) else { continue };
            let entry = format!("{pointer}/{at}");
            let message =
                format!("{key} {verb} `{path}` in the body, which AI Gateway has acted upon before");
            out.push(
                Draft::at(key.clone(), entry.clone(), message)
                    .effect(effect)
                    .fix(Fix::review(instead).remove(&key, &entry)),
            );
        }
    }
}

/// What may come of it, and what to do instead.
fn effect(trace: &Trace<'_>, path: &str, verb: &str) -> Option<(&'static str, &'static str)> {
    let leave = "take it out, and leave it to the client";
    match path {
        "stream" => Some(("the provider may answer in another way than AI Gateway expects", leave)),
        "messages" if verb == "sets" => {
            Some(("every request may have this conversation and no other", leave))
        }
        "messages" => Some(("the provider may refuse requests without messages", leave)),
        "model" if trace.backend.spec.schema.name == SchemaName::AzureOpenAI => Some((
            "the model of chat and embeddings does not change, as Azure takes it from the path",
            "take it out, and use `modelNameOverride` of the reference",
        )),
        "model" if has_model_in_path(&trace.backend.spec.schema.name) => Some((
            "the model does not change, and the provider may refuse the field",
            "take it out, and use `modelNameOverride` of the reference",
        )),
        _ => None,
    }
}

/// Whether the provider takes the model from the path.
fn has_model_in_path(schema: &SchemaName) -> bool {
    match schema {
        SchemaName::AWSBedrock
        | SchemaName::AWSAnthropic
        | SchemaName::GCPVertexAI
        | SchemaName::GCPAnthropic => true,
        // Azure has some in the body
        SchemaName::AzureOpenAI
        | SchemaName::OpenAI
        | SchemaName::Cohere
        | SchemaName::Anthropic
        | SchemaName::Newer(_) => false,
    }
}
