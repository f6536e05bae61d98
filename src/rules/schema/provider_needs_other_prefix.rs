//! A prefix under which the provider does not serve this API.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    path,
};
use crate::{
    model::{Kind, PolicyType, Resource as _},
    trace::{Hop, Trace, release},
};

/// See `kubectl aigw-backend explain AIB511`.
pub static RULE: Rule = Rule {
    code: "AIB511",
    name: "provider-needs-other-prefix",
    hop: Hop::Schema,
    severity: Severity::Warning,
    needs: &[Kind::AIServiceBackend, Kind::Backend],
    docs: Docs {
        what: "The host name of the Backend is that of a known provider, which serves the API of this \
              schema under another path prefix.",
        why: "Paths begin with the prefix, or with /v1 where none is set. Several providers serve the \
              OpenAI API elsewhere: Gemini under v1beta/openai, Groq and Azure under openai/v1, Cohere \
              under compatibility/v1.",
        client: "404 from the provider on all endpoints.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.schema}'\n\
              kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.endpoints}'",
        fix: "Set the provider's prefix.",
        before: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: OpenAI}\n\
              ---\n\
              kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: api.groq.com, port: 443}",
        after: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: OpenAI, prefix: openai/v1}\n\
              ---\n\
              kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: api.groq.com, port: 443}",
    },
    refs: &["live", "ai-gateway@v1.1.0 site/docs/capabilities/llm-integrations/supported-providers.md"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let schema = &trace.schema;
    // a version may have been the prefix
    let platform = &trace.world.platform;
    let recent = schema.version.is_none() || platform.likely(&release::OPENAI_VERSION_IGNORED);
    let Some(provider) = schema.provider.filter(|_| recent && path::takes_prefix(trace)) else { return };
    let prefix = schema.effective_prefix();
    // what is no prefix at all, and what stands in the version, has a rule of its own
    let is_bad = path::bad(schema.prefix.unwrap_or_default(), trace.endpoint.host()).is_some();
    if path::is_spoken(trace, prefix) != Some(false) || is_bad || path::forgotten_prefix(trace).is_some() {
        return;
    }
    let usual = provider.speaking(schema.name).find_map(|it| Some((it, it.written_prefix()?)));
    let Some((dialect, right)) = usual else { return };
    // Vertex AI's comes with the project and region of GCPCredentials
    let is_plain = schema.prefix.is_none() && !dialect.policies.contains(&PolicyType::GCPCredentials);
    let effect = "404 from the provider on all endpoints";
    let key = trace.backend.key();
    let title = format!("set prefix `{right}`");
    let fix = if is_plain { Fix::safe(title) } else { Fix::review(title) };
    out.push(
        Draft::at(
            key.clone(),
            path::PREFIX,
            format!(
                "{key} sends to /{prefix}, and {} serves schema {} under /{}",
                provider.name,
                schema.name,
                right.trim_start_matches('/')
            ),
        )
        .effect(match schema.version {
            Some(_) => platform.scoped(&release::OPENAI_VERSION_IGNORED, effect),
            None => effect.to_owned(),
        })
        .because(
            trace.reference.key.clone(),
            "/spec/endpoints",
            format!("`{}` is {}", trace.endpoint.host().unwrap_or_default(), provider.name),
        )
        .fix(fix.set(&key, path::PREFIX, right)),
    );
}
