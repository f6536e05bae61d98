//! A broken backend takes the priorities of its rule away.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    broken::broken,
};
use crate::{
    model::Kind,
    trace::{Hop, World, release},
};

/// See `kubectl aigw-backend explain AIB642`.
pub static RULE: Rule = Rule {
    code: "AIB642",
    name: "priorities-lost-to-broken-backend",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::Backend],
    docs: Docs {
        what: "A rule has backends of several priorities, and one of them cannot be resolved, is refused, or \
               has no endpoints. Rules of host names and addresses are priorities-lost-in-mixed-rule.",
        why: "Envoy Gateway (v1.7 and later) then makes a cluster of its own for each backend of the rule, and \
                shares requests among the clusters by weight. Priorities count within one cluster only.",
        client: "500 or 503 for the share of the broken backend, spare or not; spare backends that are well take \
               their share of all requests.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute NAME -o jsonpath='{.spec.rules[*].backendRefs}'\n\
               kubectl -n NAMESPACE get httproute NAME -o jsonpath='{.status.parents[*].conditions}'",
        fix: "Mend the backend that is broken, or take it out of the rule.",
        before: "backendRefs: [{name: good}, {name: gone, priority: 1}]",
        after: "backendRefs: [{name: good}]",
    },
    refs: &["live", "gateway@v1.8.1 internal/ir/xds.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let platform = &world.platform;
    // with AI Gateway before v1.1 worse follows: rule-loses-credentials
    if !platform.likely(&release::RULES_SPLIT) || !platform.likely(&release::SPLIT_RULES_PROCESSED) {
        return;
    }
    for route in &world.routes {
        for rule in &route.rules {
            let active = || rule.refs.iter().filter(|it| it.reference.weight() != 0);
            let mut priorities = active().map(|it| it.reference.priority.unwrap_or_default());
            let first = priorities.next();
            if priorities.all(|it| Some(it) == first) {
                continue;
            }
            let Some(it) = broken(world, route, rule) else { continue };
            let path = format!("/spec/rules/{}/backendRefs", rule.index);
            let message = format!("{}: priorities of rule {} do not count", route.key, rule.index);
            let effect = "each backend, spare or broken, takes its share of all requests, by weight";
            out.push(
                Draft::at(route.key.clone(), path, message)
                    .effect(platform.scoped(&release::RULES_SPLIT, effect))
                    .because(
                        it.odd.key.clone(),
                        "/spec/backendRef",
                        "cannot be called, which splits the rule",
                    )
                    .hits(active().map(|it| (it.key.namespace.clone(), it.key.name.clone())))
                    .fix(Fix::manual(format!("mend {}, or take it out of the rule", it.odd.key))),
            );
        }
    }
}
