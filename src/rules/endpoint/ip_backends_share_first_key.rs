//! IP Backends of one rule that are given the first one's key.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Host, Trace},
};

/// See `kubectl aigw-backend explain AIB213`.
pub static RULE: Rule = Rule {
    code: "AIB213",
    name: "ip-backends-share-first-key",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::AIServiceBackend, Kind::AIGatewayRoute, Kind::Backend, Kind::BackendSecurityPolicy],
    docs: Docs {
        what: "A rule of an AIGatewayRoute spreads requests over several AIServiceBackends, all of whose \
              Backends have IP addresses, and their keys, schemas or prefixes differ.",
        why: "Envoy Gateway makes one cluster of the rule. AI Gateway tells its backends apart by host \
              names; where there are only addresses it labels the whole cluster as the first backend. All \
              statuses are green.",
        client: "Requests to the second backend carry the first one's key, prefix and schema: its provider \
              gets a foreign key, and answers 401 or 404.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute ROUTE -o jsonpath='{.spec.rules[*].backendRefs}'\n\
              kubectl -n NAMESPACE get backends -o yaml",
        fix: "Give each Backend a host name (fqdn), or give each backend a rule of its own.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - ip: {address: 10.1.2.3, port: 8000}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: gpu-2.example.com, port: 8000}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/extensionserver/post_translate_modify.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    if !has_addresses(trace) {
        return;
    }
    for it in &trace.route.uses {
        let Some(rule) = it.route.rules.get(it.rule) else { continue };
        let active: Vec<_> = rule.refs.iter().filter(|it| it.reference.weight() > 0).collect();
        let Some(first) = active.first() else { continue };
        if it.reference.reference.weight() == 0 || first.key == trace.backend.key() {
            continue;
        }
        // with one name among them, or one that is not there, Envoy Gateway makes a cluster of each
        let all: Option<Vec<Trace<'_>>> = active
            .iter()
            .map(|it| Some(trace.world.trace(it.backend.found()?)).filter(has_addresses))
            .collect();
        let Some(leader) = all.as_ref().and_then(|it| it.first()) else { continue };
        let Some(difference) = difference(leader, trace) else { continue };
        out.push(
            Draft::at(
                trace.backend.key(),
                "/spec/backendRef",
                format!(
                    "{} shares a rule of IP addresses with {}, and gets its {difference}",
                    trace.backend.key(),
                    first.key
                ),
            )
            .effect(format!("its requests carry the {difference} of {}", first.key))
            .because(
                it.route.key.clone(),
                format!("/spec/rules/{}/backendRefs", it.rule),
                "spreads requests over both",
            )
            .because(trace.reference.key.clone(), "/spec/endpoints", "IP addresses alone")
            .fix(Fix::manual("give the Backends host names, or each backend a rule of its own")),
        );
    }
}

/// Whether Envoy Gateway makes addresses and nothing else of the Backend.
fn has_addresses(trace: &Trace<'_>) -> bool {
    let addresses = &trace.endpoint.addresses;
    !addresses.is_empty()
        && addresses.iter().all(|it| matches!(it.host, Host::Ip(ip) if !ip.to_canonical().is_loopback()))
}

/// In what the second is treated as the first, to its harm.
fn difference(first: &Trace<'_>, second: &Trace<'_>) -> Option<&'static str> {
    if !first.credential.complete || !second.credential.complete {
        return None;
    }
    let (a, b) = (&first.schema, &second.schema);
    if !has_same_key(first, second) {
        Some("key")
    } else if a.name != b.name || a.version != b.version {
        Some("schema")
    } else {
        (a.effective_prefix() != b.effective_prefix()).then_some("prefix")
    }
}

/// Whether both send the same credential: that of one policy, or of two that read one Secret.
fn has_same_key(a: &Trace<'_>, b: &Trace<'_>) -> bool {
    let secret = |it: &Trace<'_>| it.credential.secret.as_ref().map(|it| it.key.clone());
    match (a.credential.policy, b.credential.policy) {
        (None, None) => true,
        (Some(x), Some(y)) => {
            let shared = x.spec.type_ == y.spec.type_ && secret(a).is_some() && secret(a) == secret(b);
            shared || x.key() == y.key()
        }
        (Some(_), None) | (None, Some(_)) => false,
    }
}
