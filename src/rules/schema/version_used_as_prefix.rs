//! A path prefix in the field of the version.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    path,
};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB507`.
pub static RULE: Rule = Rule {
    code: "AIB507",
    name: "version-used-as-prefix",
    hop: Hop::Schema,
    severity: Severity::Warning,
    needs: &[Kind::AIServiceBackend],
    docs: Docs {
        what: "An AIServiceBackend of schema OpenAI or Anthropic has a version that looks like a path, and \
              no prefix.",
        why: "Up to AI Gateway v0.4 the version was the path prefix, and some examples still show it so. \
              Since v0.6 it is ignored with OpenAI, since v0.7 with Anthropic: the path begins with /v1 \
              whatever the version says.",
        client: "404 from providers that do not serve the API under /v1.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.schema}'",
        fix: "Move the value to `prefix`.",
        before: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: OpenAI, version: v1beta/openai}",
        after: "kind: AIServiceBackend\n\
              spec:\n  \
              schema: {name: OpenAI, prefix: v1beta/openai}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/gateway.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(version) = path::forgotten_prefix(trace) else { return };
    let key = trace.backend.key();
    let title = format!("make `{version}` the prefix");
    // elsewhere the version may be left over, and /v1 right
    let fix =
        if path::is_spoken(trace, version) == Some(true) { Fix::safe(title) } else { Fix::review(title) };
    // the root has no other name
    let prefix = if version.is_empty() { "/" } else { version };
    out.push(
        Draft::at(
            key.clone(),
            path::VERSION,
            format!("{key} has a path in `version`, which is ignored with schema {}", trace.schema.name),
        )
        .effect(trace.world.platform.scoped(
            path::version_ignored(trace),
            format!("paths begin with /v1 and not with /{version}: 404 where the provider has no /v1"),
        ))
        .fix(fix.set(&key, path::PREFIX, prefix).remove(&key, path::VERSION)),
    );
}
