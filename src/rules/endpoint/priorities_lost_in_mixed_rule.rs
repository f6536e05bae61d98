//! Priorities that count for nothing, because the rule mixes names and addresses.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    siblings,
};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, World, release},
};

/// See `kubectl aigw-backend explain AIB219`.
pub static RULE: Rule = Rule {
    code: "AIB219",
    name: "priorities-lost-in-mixed-rule",
    hop: Hop::Endpoint,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::AIServiceBackend, Kind::Backend],
    docs: Docs {
        what: "A rule has backendRefs of several priorities, and some of their Backends have host names \
              while others have IP addresses.",
        why: "Envoy cannot put names and addresses into one cluster, so that Envoy Gateway makes a cluster \
              of each backend and spreads requests by weight. Priorities hold within a cluster only.",
        client: "Another backend than was meant: the spare one gets its share of all requests, and no \
              request falls back to it.",
        confirm: "kubectl -n NAMESPACE get backends -o jsonpath='{.items[*].spec.endpoints}'",
        fix: "Give all Backends of the rule host names, or all of them addresses.",
        before: "# backendRefs: [{name: openai}, {name: gpu, priority: 1}]\n\
              kind: Backend\n\
              metadata: {name: gpu}\n\
              spec:\n  \
              endpoints:\n  \
              - ip: {address: 10.1.2.3, port: 8000}",
        after: "# backendRefs: [{name: openai}, {name: gpu, priority: 1}]\n\
              kind: Backend\n\
              metadata: {name: gpu}\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: gpu.example.com, port: 8000}",
    },
    refs: &["live", "gateway@v1.8.1 internal/ir/xds.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    // older ones do worse to such a rule: mixed-rule-not-processed
    if world.platform.holds(&release::SPLIT_RULES_PROCESSED) == Some(false) {
        return;
    }
    for route in &world.routes {
        for rule in &route.rules {
            let Some(active) = siblings::active(world, rule).filter(|it| siblings::are_mixed(it)) else {
                continue;
            };
            let first = active.iter().map(|(it, _)| siblings::priority(it)).min().unwrap_or_default();
            for (it, backend) in active.iter().filter(|(it, _)| siblings::priority(it) > first) {
                let path = format!("/spec/rules/{}/backendRefs/{}/priority", rule.index, it.index);
                let message = format!(
                    "{} mixes names and addresses in rule {}, where priorities count for nothing",
                    route.key, rule.index
                );
                let has =
                    if siblings::has_names(backend) == Some(true) { "host names" } else { "IP addresses" };
                out.push(
                    Draft::at(route.key.clone(), path, message)
                        .effect(format!(
                            "{} gets its share of all requests, not only those that fail elsewhere",
                            it.key
                        ))
                        .because(
                            backend.key(),
                            "/spec/endpoints",
                            format!("has {has}, and others of the rule do not"),
                        )
                        .hits([(it.key.namespace.clone(), it.key.name.clone())])
                        .fix(Fix::manual(
                            "give all Backends of the rule host names, or all of them addresses",
                        )),
                );
            }
        }
    }
}
