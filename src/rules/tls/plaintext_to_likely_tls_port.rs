//! Plain HTTP to a port that looks like TLS.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts::{self, Speaks};
use crate::{
    model::Kind,
    trace::{Address, Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB321`.
pub static RULE: Rule = Rule {
    code: "AIB321",
    name: "plaintext-to-likely-tls-port",
    hop: Hop::Tls,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy, Kind::Service],
    docs: Docs {
        what: "Neither a BackendTLSPolicy nor Backend.spec.tls applies, and the Service calls the port \
              https (or the like), or it is 8443 and nothing says http.",
        why: "Envoy Gateway derives nothing from port numbers and names: without TLS settings Envoy \
              speaks plain HTTP.",
        client: "400 (plain HTTP request sent to HTTPS port) or 503 if the server expects TLS.",
        confirm: "kubectl -n NAMESPACE get service NAME -o jsonpath='{.spec.ports}'\n\
              kubectl -n NAMESPACE get backendtlspolicies -o yaml",
        fix: "Add a BackendTLSPolicy with the CA of the server, or call the port http if it is.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: tgi.models.svc.cluster.local, port: 8443}",
        after: "kind: BackendTLSPolicy\n\
              spec:\n  \
              targetRefs:\n  \
              - {group: gateway.envoyproxy.io, kind: Backend, name: tgi}\n  \
              validation:\n    \
              caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}]\n    \
              hostname: tgi.models.svc.cluster.local",
    },
    refs: &["live"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    // port 443 is certain: plaintext-to-tls-port; a policy that misses the backend is the better culprit
    if !facts::is_plain(trace) || facts::on_443(trace).is_some() || facts::blamed(trace).is_some() {
        return;
    }
    let likely = |it: &&Address<'_>| facts::speaks(it) == Some(Speaks::Tls);
    let Some(address) = trace.endpoint.addresses.iter().find(likely) else { return };
    let Some((_, backend)) = trace.reference.found() else { return };
    let policy = facts::policy_key(&backend);
    let fix = match address.name() {
        Some(host) if facts::is_public(address) && !trace.world.cluster.has(&policy) => {
            let fix = Fix::review(format!("verify `{host}` with the CAs of the system"));
            fix.create(facts::system_policy(trace, &policy, host))
        }
        _ => Fix::manual("create a BackendTLSPolicy with the CA of this server"),
    };
    let message =
        format!("no BackendTLSPolicy applies to {backend}, whose port {} looks like TLS", address.port);
    let mut draft = Draft::missing(policy, message)
        .effect(format!("Envoy speaks plain HTTP to {address}; clients get 400 or 503 if it expects TLS"))
        .because(
            backend,
            format!("/spec/endpoints/{}", address.index),
            format!("calls {address} and has no TLS of its own"),
        )
        .fix(fix);
    if let Some(words) = facts::declared(address) {
        draft = draft.evidence(words);
    }
    out.push(facts::with_client_settings(trace, draft));
}
