//! A header mutation that changes nothing.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    mutation,
};
use crate::{
    model::{Kind, PolicyType, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB513`.
pub static RULE: Rule = Rule {
    code: "AIB513",
    name: "header-mutation-without-effect",
    hop: Hop::Schema,
    severity: Severity::Warning,
    needs: &[Kind::AIServiceBackend],
    docs: Docs {
        what: "A headerMutation sets or removes a header that cannot be changed so: host, content-length, \
              pseudo headers, x-envoy-* and x-ai-eg-*, or sets the header that the BackendSecurityPolicy \
              in force sets.",
        why: "AI Gateway leaves its own headers out, Envoy refuses changes of host and of its own headers, \
              both without a word. The credential is written after all mutations, so that a value for its \
              header is overwritten. Host is rewritten to the endpoint's host name by AI Gateway itself.",
        client: "Nothing changes: the request goes out as if the mutation were not there.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.headerMutation}'",
        fix: "Take the header out of the mutation.",
        before: "kind: AIServiceBackend\n\
              spec:\n  \
              headerMutation:\n    \
              set:\n    \
              - {name: host, value: api.example.com}",
        after: "kind: AIServiceBackend\n\
              spec:\n  \
              headerMutation:\n    \
              set:\n    \
              - {name: x-team, value: research}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/headermutator/header_mutator.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let own = trace.backend.spec.header_mutation.as_ref();
    let credential = trace.credential.policy.and_then(|it| Some((header(&it.spec.type_)?, it.key())));
    for (key, pointer, mutation) in
        mutation::places(trace, "headerMutation", own, |it| it.header_mutation.as_ref())
    {
        let sets = mutation
            .set
            .iter()
            .map(|it| &it.name)
            .enumerate()
            .map(|(at, name)| (format!("set/{at}"), name, true));
        let removes =
            mutation.remove.iter().enumerate().map(|(at, name)| (format!("remove/{at}"), name, false));
        for (at, name, is_set) in sets.chain(removes) {
            let name = name.to_ascii_lowercase();
            let by = credential.as_ref().filter(|(header, _)| is_set && *header == name);
            if by.is_none() && !is_reserved(&name) {
                continue;
            }
            let entry = format!("{pointer}/{at}");
            let place = if is_set { format!("{entry}/name") } else { entry.clone() };
            let verb = if is_set { "sets" } else { "removes" };
            let mut draft =
                Draft::at(key.clone(), place, format!("{key} {verb} header `{name}`, which has no effect"))
                    .fix(Fix::safe("take it out").remove(&key, &entry));
            draft = match by {
                Some((_, policy)) => draft
                    .effect("the credential of the BackendSecurityPolicy is sent instead")
                    .because(policy.clone(), "/spec/type", "writes the same header, later"),
                None => draft.effect("the request goes out as if the mutation were not there"),
            };
            out.push(draft);
        }
    }
}

/// Headers that AI Gateway leaves out or Envoy refuses.
fn is_reserved(name: &str) -> bool {
    matches!(name, "host" | "content-length")
        || [":", "x-envoy-", "x-ai-eg-"].iter().any(|it| name.starts_with(it))
}

/// The header that holds the credential.
fn header(policy: &PolicyType) -> Option<&'static str> {
    match policy {
        PolicyType::APIKey
        | PolicyType::AzureCredentials
        | PolicyType::GCPCredentials
        | PolicyType::AWSCredentials => Some("authorization"),
        PolicyType::AzureAPIKey => Some("api-key"),
        PolicyType::AnthropicAPIKey => Some("x-api-key"),
        PolicyType::Newer(_) => None,
    }
}
