//! A BackendTLSPolicy meant for a Backend with port 443 misses it.

use super::super::{Check, Docs, Findings, Rule, Severity};
use super::{facts, missed_target};
use crate::{
    model::Kind,
    trace::{Hop, MissReason, Trace},
};

/// See `kubectl aigw-backend explain AIB304`.
pub static RULE: Rule = Rule {
    code: "AIB304",
    name: "tls-policy-targets-nothing",
    hop: Hop::Tls,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy, Kind::HTTPRoute],
    docs: Docs {
        what: "A BackendTLSPolicy names the host or the name of this Backend, but its targetRef leads \
              elsewhere: another kind or group, another namespace, or a name that does not exist. The \
              Backend has port 443.",
        why: "A policy applies when group, kind, name and namespace are those of the Backend. One that \
              targets anything else is ignored without any status, and port 443 has no special meaning: \
              Envoy speaks plain HTTP.",
        client: "400 from the provider (plain HTTP request sent to HTTPS port), or 503 when it hangs up. \
              The API key crosses the network in clear text.",
        confirm: "kubectl -n NAMESPACE get backendtlspolicies -o yaml\n\
              kubectl -n NAMESPACE get backend NAME -o yaml",
        fix: "Point the targetRef at the Backend: group gateway.envoyproxy.io, kind Backend, in the \
              namespace of the policy.",
        before: "kind: BackendTLSPolicy\n\
              spec:\n  \
              targetRefs:\n  \
              - {group: '', kind: Service, name: openai}",
        after: "kind: BackendTLSPolicy\n\
              spec:\n  \
              targetRefs:\n  \
              - {group: gateway.envoyproxy.io, kind: Backend, name: openai}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(missed) = facts::blamed(trace).filter(|it| it.certain && it.reason != MissReason::Section)
    else {
        return;
    };
    let Some(address) = facts::on_443(trace) else { return };
    let effect = format!("Envoy speaks plain HTTP to {address}, API key included; clients get 400 or 503");
    out.push(missed_target::draft(trace, missed, address, &effect));
}
