//! Endpoints whose upstream path takes no prefix.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    path,
};
use crate::{
    model::{Kind, Resource as _, SchemaName},
    trace::{Hop, Trace, release},
};

/// See `kubectl aigw-backend explain AIB520`.
pub static RULE: Rule = Rule {
    code: "AIB520",
    name: "fixed-path-ignores-prefix",
    hop: Hop::Schema,
    severity: Severity::Info,
    needs: &[Kind::AIServiceBackend, Kind::Backend],
    docs: Docs {
        what: "A server of one's own is called with schema OpenAI under another prefix than v1, or any with \
              schema Anthropic.",
        why: "The prefix is put before most endpoints. Of OpenAI, /tokenize always goes to /tokenize; of \
              Anthropic, count_tokens always goes to /v1/messages/count_tokens.",
        client: "404 for these endpoints where the server has them under the prefix; nothing for all others.",
        confirm: "kubectl aigw-backend explain NAME",
        fix: "Nothing, if clients do not count tokens, or the server has these paths (vLLM has /tokenize \
              at the root).",
        before: "schema: {name: Anthropic, prefix: anthropic/v1}",
        after: "schema: {name: Anthropic, prefix: v1}",
    },
    refs: &[
        "live",
        "ai-gateway@v1.1.0 internal/translator/tokenize.go",
        "ai-gateway@v1.1.0 internal/translator/counttokens_anthropic.go",
    ],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let (schema, platform) = (&trace.schema, &trace.world.platform);
    // which provider it is, only the Backend says
    if trace.reference.found().is_none() {
        return;
    }
    let Some(prefix) = schema.prefix.filter(|_| path::takes_prefix(trace)) else { return };
    let plain = prefix.trim_matches('/');
    // a prefix that cannot be right has worse to fear: bad-prefix
    if plain == "v1"
        || !platform.likely(&release::TOKENS_COUNTED)
        || path::bad(prefix, trace.endpoint.host()).is_some()
    {
        return;
    }
    let (endpoint, fixed) = if *schema.name == SchemaName::Anthropic {
        ("count_tokens", "/v1/messages/count_tokens")
    } else {
        ("/tokenize", "/tokenize")
    };
    // of the OpenAI API, providers do not serve it at all
    if *schema.name == SchemaName::OpenAI && (schema.provider.is_some() || plain.is_empty()) {
        return;
    }
    let key = trace.backend.key();
    out.push(
        Draft::at(
            key.clone(),
            path::PREFIX,
            format!("{key}: {endpoint} is sent to {fixed} whatever the prefix"),
        )
        .effect(platform.scoped(
            &release::TOKENS_COUNTED,
            format!("404 for {endpoint} where the server has it under /{plain}; all else takes the prefix"),
        ))
        .fix(Fix::manual("nothing, unless clients count tokens here")),
    );
}
