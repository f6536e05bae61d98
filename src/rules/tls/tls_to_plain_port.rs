//! TLS to a port that is made for plain HTTP.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts::{self, Speaks};
use crate::{
    model::{Kind, Resource as _},
    trace::{Address, Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB319`.
pub static RULE: Rule = Rule {
    code: "AIB319",
    name: "tls-to-plain-port",
    hop: Hop::Tls,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy, Kind::Service],
    docs: Docs {
        what: "TLS is in force, and the port is 80 or the Service calls it http.",
        why: "Envoy starts a TLS handshake whatever the port is. A server that speaks plain HTTP there \
              does not understand it.",
        client: "503 with TLS_error and WRONG_VERSION_NUMBER, for every request.",
        confirm: "kubectl -n NAMESPACE get service NAME -o jsonpath='{.spec.ports}'\n\
              kubectl -n NAMESPACE get backendtlspolicies -o yaml",
        fix: "Use the TLS port of the server, or remove the TLS settings.",
        before: "kind: BackendTLSPolicy\n\
              spec:\n  \
              targetRefs:\n  \
              - {group: gateway.envoyproxy.io, kind: Backend, name: vllm}   # vllm:8000, port name \
              http",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: vllm.models.svc.cluster.local, port: 8443}",
    },
    refs: &["live"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let tls = &trace.tls;
    let Some((_, backend)) = trace.reference.found() else { return };
    if tls.encrypted != Some(true) {
        return;
    }
    // where the number says TLS and the name does not, either may be the slip
    let plain =
        |it: &&Address<'_>| facts::speaks(it) == Some(Speaks::Plain) && !matches!(it.port, 443 | 8443);
    let Some(address) = trace.endpoint.addresses.iter().find(plain) else { return };
    let at = tls.policy.and_then(|policy| {
        let is_it = |it: &crate::model::ObjectReference| it.name == backend.name && it.kind() == "Backend";
        Some((policy, policy.spec.target_refs.iter().position(is_it)?))
    });
    let (owner, path) = match at {
        Some((policy, index)) => (policy.key(), format!("/spec/targetRefs/{index}")),
        None => (backend.clone(), "/spec/tls".to_owned()),
    };
    let mut draft =
        Draft::at(owner, path, format!("{backend} speaks TLS to {address}, a port for plain HTTP"))
            .effect("503 with WRONG_VERSION_NUMBER if the server speaks plain HTTP there")
            .because(backend, format!("/spec/endpoints/{}", address.index), format!("calls {address}"))
            .fix(Fix::manual("use the TLS port of the server, or remove the TLS settings"));
    if let Some(words) = facts::declared(address) {
        draft = draft.evidence(words);
    }
    out.push(draft);
}
