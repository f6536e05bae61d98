//! Plain HTTP to a port where TLS is spoken.

use std::collections::BTreeSet;

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    facts,
};
use crate::{
    model::Kind,
    trace::{Address, Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB302`.
pub static RULE: Rule = Rule {
    code: "AIB302",
    name: "plaintext-to-tls-port",
    hop: Hop::Tls,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy],
    docs: Docs {
        what: "The Backend has port 443, and neither a BackendTLSPolicy nor Backend.spec.tls applies to it.",
        why: "Envoy Gateway gives port 443 no special meaning: without TLS settings Envoy speaks plain HTTP, and the \
              API key crosses the network in clear text. Every status is green.",
        client: "400 from the provider (plain HTTP request sent to HTTPS port), or 503 when it hangs up.",
        confirm: "kubectl -n NAMESPACE get backendtlspolicies -o yaml\n\
                  kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.tls}'",
        fix: "Add a BackendTLSPolicy that targets the Backend and verifies the host name.",
        before: "kind: Backend\nspec:\n  endpoints:\n  - fqdn: {hostname: api.openai.com, port: 443}",
        after: "kind: BackendTLSPolicy\nspec:\n  targetRefs:\n  - {group: gateway.envoyproxy.io, kind: Backend, name: openai}\n  \
                validation:\n    wellKnownCACertificates: System\n    hostname: api.openai.com",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    // a policy that was meant for this backend and misses it is the better culprit: tls-policy-targets-nothing
    if !facts::is_plain(trace) || facts::blamed(trace).is_some() {
        return;
    }
    let Some(address) = facts::on_443(trace) else { return };
    let Some((_, backend)) = trace.reference.found() else { return };
    let policy = facts::policy_key(&backend);
    let mut draft = Draft::missing(
        policy.clone(),
        format!("no BackendTLSPolicy applies to {backend}, which has port 443"),
    )
    .effect(format!("Envoy speaks plain HTTP to {address}, API key included; clients get 400 or 503"))
    .because(backend, format!("/spec/endpoints/{}", address.index), "port 443 and no TLS of its own");
    let taken = trace.world.cluster.has(&policy);
    let hosts = trace.endpoint.addresses.iter().filter_map(Address::name).collect::<BTreeSet<_>>().len();
    draft = match address.name() {
        Some(host) if facts::is_public(address) && !taken && hosts == 1 => draft.fix(
            Fix::safe(format!("verify `{host}` with the CAs of the system"))
                .create(facts::system_policy(trace, &policy, host)),
        ),
        _ => draft.fix(Fix::manual("create a BackendTLSPolicy with the name and the CA of this server")),
    };
    out.push(facts::with_client_settings(trace, draft));
}
