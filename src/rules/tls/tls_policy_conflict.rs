//! Two BackendTLSPolicies for one Backend, of which one is without effect.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    facts,
};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB308`.
pub static RULE: Rule = Rule {
    code: "AIB308",
    name: "tls-policy-conflict",
    hop: Hop::Tls,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy],
    docs: Docs {
        what: "Two BackendTLSPolicies target the same Backend (and the same section) with different \
              validation. Policies that say the same are left alone.",
        why: "Envoy Gateway takes the oldest policy, and the first by name of those of the same age. The \
              other gets Accepted=False with reason Conflicted, and nothing of it is used.",
        client: "The host name and CA of the older policy apply, whatever the newer one says: 503 with \
              CERTIFICATE_VERIFY_FAILED if only the newer one is right.",
        confirm: "kubectl -n NAMESPACE get backendtlspolicies -o \
              custom-columns=NAME:.metadata.name,CREATED:.metadata.creationTimestamp,TARGETS:.spec.targetRefs",
        fix: "Remove one of the two, or its targetRef.",
        before: "kind: BackendTLSPolicy   # two of them\n\
              spec:\n  \
              targetRefs:\n  \
              - {group: gateway.envoyproxy.io, kind: Backend, name: openai}",
        after: "kind: BackendTLSPolicy   # one of them\n\
              spec:\n  \
              targetRefs:\n  \
              - {group: gateway.envoyproxy.io, kind: Backend, name: openai}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    for conflict in &trace.tls.conflicts {
        let (loser, winner) = (conflict.loser, conflict.winner);
        // the one in force has the wrong name: tls-name-mismatch or tls-name-differs
        let mut hosts = trace.endpoint.addresses.iter().filter(|it| facts::is_public(it));
        let wrong = hosts.any(|it| it.name().is_some_and(|host| facts::right_loser(trace, host).is_some()));
        if wrong || loser.spec.validation == winner.spec.validation {
            continue;
        }
        let (key, other) = (loser.key(), winner.key());
        let dated = loser.meta.creation_timestamp.is_some() && winner.meta.creation_timestamp.is_some();
        let message = if dated {
            format!("{key} has no effect on {}: {other} is in force", trace.reference.key)
        } else {
            format!(
                "{key} and {other} both target {}, and only the older one is in force",
                trace.reference.key
            )
        };
        let fix = match loser.spec.target_refs.as_slice() {
            [_] => Fix::manual("delete one of the two")
                .command(format!("kubectl -n {} delete backendtlspolicy {}", key.namespace, key.name)),
            _ => Fix::review("remove the target from the policy without effect")
                .remove(&key, &format!("/spec/targetRefs/{}", conflict.target)),
        };
        out.push(
            Draft::at(key, format!("/spec/targetRefs/{}", conflict.target), message)
                .effect(format!(
                    "Envoy verifies `{}`, as the other policy says",
                    winner.spec.validation.hostname
                ))
                .because(other, "/spec/targetRefs", "has the same target")
                .fix(fix),
        );
    }
}
