//! A header mutation that changes nothing.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    mutation,
};
use crate::{
    model::{Key, Kind, PolicyType, Resource as _, names},
    trace::{Hop, Trace, release},
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
              pseudo headers, x-envoy-* and x-ai-eg-*; sets the header that the BackendSecurityPolicy in force \
              sets; or, in a route, removes one that the backend's own headerMutation sets.",
        why: "AI Gateway leaves its own headers out, Envoy refuses changes of host and of its own headers, \
              both without a word. The credential is written after all mutations, so that a value for its \
              header is overwritten. The mutations of a reference and of its backend are taken together, and what \
              is removed is removed before anything is set. Host is rewritten to the endpoint's host name by AI Gateway itself.",
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
    for (key, pointer, mutation) in
        mutation::places(trace, "headerMutation", trace.backend.spec.header_mutation.as_ref(), |it| {
            it.header_mutation.as_ref()
        })
    {
        for (index, it) in mutation.set.iter().enumerate() {
            let name = it.name.to_ascii_lowercase();
            let entry = format!("{pointer}/set/{index}");
            let draft = without_effect(&key, format!("{entry}/name"), "sets", &name);
            let draft = match credential(trace).filter(|(header, _)| *header == name) {
                Some((_, policy)) => draft
                    .effect("the credential of the BackendSecurityPolicy is sent instead")
                    .because(policy, "/spec/type", "writes the same header, later"),
                None if is_reserved(trace, &name) => draft.effect(UNCHANGED),
                None => continue,
            };
            out.push(draft.fix(Fix::safe("take it out").remove(&key, &entry)));
        }
        for (index, name) in mutation.remove.iter().enumerate() {
            let name = name.to_ascii_lowercase();
            let entry = format!("{pointer}/remove/{index}");
            let draft = without_effect(&key, entry.clone(), "removes", &name);
            if is_reserved(trace, &name) {
                out.push(draft.effect(UNCHANGED).fix(Fix::safe("take it out").remove(&key, &entry)));
            } else if let Some(at) = set_by_backend(trace, &name).filter(|_| key.kind == Kind::AIGatewayRoute)
            {
                let (backend, at) = (trace.backend.key(), format!("/spec/headerMutation/set/{at}"));
                let fix = Fix::review("let the backend not set it").remove(&backend, &at);
                let draft = draft.effect("the header is sent with the backend's value");
                out.push(draft.because(backend, at, "sets it, and what is set is not removed").fix(fix));
            }
        }
    }
}

const UNCHANGED: &str = "the request goes out as if the mutation were not there";

fn without_effect(key: &Key, place: String, verb: &str, name: &str) -> Draft {
    Draft::at(key.clone(), place, format!("{key} {verb} header `{name}`, which has no effect"))
}

/// Headers that AI Gateway leaves out or Envoy refuses.
fn is_reserved(trace: &Trace<'_>, name: &str) -> bool {
    // the release after v1.1 lets this one of its own be changed
    let kept = name == names::MODEL_HEADER
        && trace.world.platform.holds(&release::MODEL_HEADER_RESERVED) != Some(true);
    matches!(name, "host" | "content-length")
        || [":", "x-envoy-"].iter().any(|it| name.starts_with(it))
        || name.starts_with("x-ai-eg-") && !kept
}

/// Where the backend's own mutation sets a header.
fn set_by_backend(trace: &Trace<'_>, name: &str) -> Option<usize> {
    let own = trace.backend.spec.header_mutation.as_ref()?;
    own.set.iter().position(|it| it.name.eq_ignore_ascii_case(name))
}

/// The header that holds the credential, and the policy that says so.
fn credential(trace: &Trace<'_>) -> Option<(&'static str, Key)> {
    let policy = trace.credential.policy?;
    Some((header(&policy.spec.type_)?, policy.key()))
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
