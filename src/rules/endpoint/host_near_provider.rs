//! A host name that is almost that of a provider.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place,
};
use crate::{
    model::{Kind, Resource as _},
    provider::meant,
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB216`.
pub static RULE: Rule = Rule {
    code: "AIB216",
    name: "host-near-provider",
    hop: Hop::Endpoint,
    severity: Severity::Warning,
    needs: &[Kind::Backend],
    docs: Docs {
        what: "An endpoint of a Backend has a host name that is one or two letters away from that of a known \
              provider, or is the website of one, or bedrock.REGION.amazonaws.com, which manages models and \
              does not call them.",
        why: "Nothing checks host names: all statuses are green. Where a stranger owns the name, prompts and \
              the key go to them.",
        client: "503 if the name does not resolve or the certificate does not fit; else what that host says, \
              mostly 403 or 404.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.endpoints}'",
        fix: "Write the host of the API, in the TLS policy too.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: api.opnai.com, port: 443}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: api.openai.com, port: 443}",
    },
    refs: &["ai-gateway@v1.1.0 site/docs/capabilities/llm-integrations/supported-providers.md"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found() else { return };
    for address in trace.endpoint.addresses.iter().filter(|it| it.is_public()) {
        let Some(host) = address.name() else { continue };
        let Some((provider, right)) = meant(host) else { continue };
        let path = place::host(address);
        let mut fix = Fix::review(format!("call `{right}`")).set(&backend, &path, right.as_str());
        // the same slip in the policy would fail next
        let policy = trace.tls.policy.filter(|it| it.spec.validation.hostname == host);
        if let Some(policy) = policy.filter(|it| it.spec.target_refs.len() == 1) {
            fix = fix.set(&policy.key(), "/spec/validation/hostname", right.as_str());
        }
        out.push(
            Draft::at(
                backend.clone(),
                path,
                format!("{backend} calls `{host}`, and {} is at `{right}`", provider.name),
            )
            .effect(
                "503 if nobody answers there; else prompts and key go to another host than the provider's",
            )
            .fix(fix),
        );
    }
}
