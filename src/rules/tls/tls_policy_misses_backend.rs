//! A BackendTLSPolicy meant for a Backend misses it, on a port where TLS is likely.

use super::super::{Check, Docs, Findings, Rule, Severity};
use super::{
    facts::{self, Speaks},
    missed_target,
};
use crate::{
    model::Kind,
    trace::{Address, Hop, MissReason, Trace},
};

/// See `kubectl aigw-backend explain AIB306`.
pub static RULE: Rule = Rule {
    code: "AIB306",
    name: "tls-policy-misses-backend",
    hop: Hop::Tls,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy, Kind::HTTPRoute, Kind::Service],
    docs: Docs {
        what: "A BackendTLSPolicy names the Service behind this Backend, or its host, but its targetRef \
              is not the Backend. The port is not 443, so TLS there is likely and not certain; ports \
              that their Service declares as plain HTTP are left alone.",
        why: "AI Gateway sends requests to the Backend. A policy for the Service of the same name does \
              not apply to it and gets no status; Envoy speaks plain HTTP.",
        client: "503 or 400 if the server expects TLS; else nothing, and requests cross the network in \
              clear text.",
        confirm: "kubectl -n NAMESPACE get backendtlspolicies -o yaml\n\
              kubectl -n NAMESPACE get backend NAME -o yaml",
        fix: "Point the targetRef at the Backend: group gateway.envoyproxy.io, kind Backend, in the \
              namespace of the policy.",
        before: "kind: BackendTLSPolicy\n\
              spec:\n  \
              targetRefs:\n  \
              - {group: '', kind: Service, name: vllm}",
        after: "kind: BackendTLSPolicy\n\
              spec:\n  \
              targetRefs:\n  \
              - {group: gateway.envoyproxy.io, kind: Backend, name: vllm}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(missed) = facts::blamed(trace).filter(|it| it.certain && it.reason != MissReason::Section)
    else {
        return;
    };
    // port 443 is certain: tls-policy-targets-nothing
    if facts::on_443(trace).is_some() {
        return;
    }
    let addresses = &trace.endpoint.addresses;
    let is = |it: &&Address<'_>, what: Speaks| facts::speaks(it) == Some(what);
    let tls = addresses.iter().find(|it| is(it, Speaks::Tls));
    let Some(address) = tls.or_else(|| addresses.iter().find(|it| is(it, Speaks::Unclear))) else { return };
    let effect = format!("Envoy speaks plain HTTP to {address}; clients get 503 or 400 if it expects TLS");
    out.push(missed_target::draft(trace, missed, address, &effect));
}
