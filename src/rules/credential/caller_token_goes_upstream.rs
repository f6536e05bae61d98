//! What callers prove themselves by goes on to the provider.

use serde_json::json;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{HeaderMutation, Kind, Resource as _},
    trace::{Address, Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB433`.
pub static RULE: Rule = Rule {
    code: "AIB433",
    name: "caller-token-goes-upstream",
    hop: Hop::Credential,
    severity: Severity::Info,
    needs: &[Kind::BackendSecurityPolicy, Kind::Backend, Kind::SecurityPolicy, Kind::AIGatewayRoute],
    docs: Docs {
        what: "A SecurityPolicy has callers prove themselves by a header, and the BackendSecurityPolicy of \
              a public backend puts the provider's key into another one.",
        why: "Envoy checks the caller's token and passes it on; AI Gateway sets the header of its own \
              credential and removes no other. So the provider gets both, and could use the token against \
              the gateway.",
        client: "Nothing: requests work.",
        confirm: "kubectl -n NAMESPACE get securitypolicies -o yaml\n\
              kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.headerMutation}'",
        fix: "Have the backend remove the header. API keys can be taken out by sanitize in the \
              SecurityPolicy.",
        before: "kind: AIServiceBackend   # with AnthropicAPIKey, behind a Gateway with JWT\n\
              spec:\n  \
              schema: {name: Anthropic}",
        after: "kind: AIServiceBackend   # with AnthropicAPIKey, behind a Gateway with JWT\n\
              spec:\n  \
              schema: {name: Anthropic}\n  \
              headerMutation: {remove: [authorization]}",
    },
    refs: &["live", "gateway@v1.8.1 internal/xds/translator/jwt.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(set) = trace.credential.policy.and_then(|it| facts::header(&it.spec.type_)) else { return };
    let mut public = trace.endpoint.addresses.iter().filter(|it| it.is_public());
    let Some(host) = public.find_map(Address::name) else { return };
    let key = trace.backend.key();
    for it in &trace.route.uses {
        let Some((guard, what, header)) = facts::guard(trace, it) else { continue };
        let mutations = [&trace.backend.spec.header_mutation, &it.reference.reference.header_mutation];
        let handles = |it: &HeaderMutation| {
            let set = it.set.iter().map(|it| &it.name);
            set.chain(&it.remove).any(|name| name.eq_ignore_ascii_case(header))
        };
        if header.eq_ignore_ascii_case(set) || mutations.into_iter().flatten().any(handles) {
            continue;
        }
        let header = header.to_ascii_lowercase();
        let message = format!("{key} sends the caller's {what} in `{header}` on to {host}");
        out.push(
            Draft::at(key.clone(), "/spec/headerMutation", message)
                .effect("requests work, and the provider sees what callers prove themselves by")
                .because(guard.key(), "/spec", format!("reads it from `{header}` and passes it on"))
                .fix(fix(trace, &header)),
        );
        return;
    }
}

fn fix(trace: &Trace<'_>, header: &str) -> Fix {
    let (key, fix) = (trace.backend.key(), Fix::review(format!("have the backend remove `{header}`")));
    match &trace.backend.spec.header_mutation {
        None => fix.set(&key, "/spec/headerMutation", json!({"remove": [header]})),
        Some(it) if it.remove.is_empty() => fix.set(&key, "/spec/headerMutation/remove", json!([header])),
        Some(_) => fix.set(&key, "/spec/headerMutation/remove/-", header),
    }
}
