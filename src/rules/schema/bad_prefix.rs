//! A prefix that is not a path prefix.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    path,
};
use crate::{
    model::{Kind, Resource as _},
    provider::Dialect,
    trace::{Hop, Trace, joined_path},
};

/// See `kubectl aigw-backend explain AIB508`.
pub static RULE: Rule = Rule {
    code: "AIB508",
    name: "bad-prefix",
    hop: Hop::Schema,
    severity: Severity::Error,
    needs: &[Kind::AIServiceBackend],
    docs: Docs {
        what: "The prefix of an AIServiceBackend is a whole URL, has a query or white space in it, or ends \
              with the endpoint that AI Gateway adds by itself.",
        why: "AI Gateway joins prefix and endpoint to the path and changes nothing else: `https://host/v1` \
              becomes /https:/host/v1/chat/completions, `/v1/chat/completions` becomes \
              /v1/chat/completions/chat/completions. Nothing validates the field.",
        client: "404 or 400 from the provider on all endpoints.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.schema}'",
        fix: "Give the path alone, without host and endpoint: `v1`, `v1beta/openai`, or `/` for none.",
        before: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: OpenAI, prefix: https://api.example.com/v1}",
        after: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: OpenAI, prefix: v1}",
    },
    refs: &["live"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(prefix) = trace.schema.prefix.filter(|_| path::takes_prefix(trace)) else { return };
    let Some(bad) = path::bad(prefix, trace.endpoint.host()) else { return };
    let key = trace.backend.key();
    let usual = || {
        let provider = trace.schema.provider?;
        provider.speaking(trace.schema.name).find_map(Dialect::written_prefix).map(str::to_owned)
    };
    let fix = match bad.better.or_else(usual) {
        Some(better) if path::is_spoken(trace, &better) != Some(false) => {
            Fix::safe(format!("make it `{better}`")).set(&key, path::PREFIX, better)
        }
        Some(better) => Fix::review(format!("make it `{better}`")).set(&key, path::PREFIX, better),
        None => Fix::manual("give the path that endpoints follow, such as `v1`, or `/` for none"),
    };
    out.push(
        Draft::at(key.clone(), path::PREFIX, format!("{key} has a prefix that {}", bad.why))
            .effect(format!("requests go to {}, and the provider answers 404", joined_path(prefix, "…")))
            .fix(fix),
    );
}
