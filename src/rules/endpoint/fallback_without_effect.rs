//! A spare Backend that takes its share of healthy traffic.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    siblings,
};
use crate::{
    model::{Backend, Kind, Resource as _},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB222`.
pub static RULE: Rule = Rule {
    code: "AIB222",
    name: "fallback-without-effect",
    hop: Hop::Endpoint,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::AIServiceBackend, Kind::Backend],
    docs: Docs {
        what: "A Backend with fallback: true stands in a rule beside others, and its reference has no \
              higher priority than theirs.",
        why: "Envoy Gateway would keep such a Backend in reserve. AI Gateway overwrites the priority of \
              each endpoint with that of the backendRef, which is 0 unless it says otherwise.",
        client: "Another backend than was meant: the spare one answers its share of all requests.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.fallback}'\n\
              kubectl -n NAMESPACE get aigatewayroute ROUTE -o jsonpath='{.spec.rules[*].backendRefs}'",
        fix: "Give the backendRef priority 1, and the route a retry with numAttemptsPerPriority.",
        before: "kind: AIGatewayRoute\n\
              spec:\n  \
              rules:\n  \
              - backendRefs: [{name: openai}, {name: spare}]   # its Backend has fallback: true",
        after: "kind: AIGatewayRoute\n\
              spec:\n  \
              rules:\n  \
              - backendRefs: [{name: openai}, {name: spare, priority: 1}]",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/extensionserver/post_translate_modify.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for rule in &route.rules {
            let Some(active) = siblings::active(world, rule) else { continue };
            let is_spare = |it: &Backend| it.spec.fallback == Some(true);
            let others = active.iter().filter(|(_, backend)| !is_spare(backend));
            let Some(first) = others.map(|(it, _)| siblings::priority(it)).min() else { continue };
            for (it, backend) in active.iter().filter(|(_, backend)| is_spare(backend)) {
                if siblings::priority(it) > first {
                    continue;
                }
                let (key, path) =
                    (backend.key(), format!("/spec/rules/{}/backendRefs/{}/priority", rule.index, it.index));
                let fix = Fix::review("keep it in reserve by its priority").set(&route.key, &path, first + 1);
                out.push(
                    Draft::at(
                        key.clone(),
                        "/spec/fallback",
                        format!("{key} is a fallback, which AI Gateway takes no notice of"),
                    )
                    .effect("it gets its share of all requests, not only those that fail elsewhere")
                    .because(
                        route.key.clone(),
                        path,
                        format!("leads to it with priority {}, like to others", siblings::priority(it)),
                    )
                    .hits([(it.key.namespace.clone(), it.key.name.clone())])
                    .fix(fix),
                );
            }
        }
    }
}
