//! Priorities that may count for nothing, because Envoy Gateway splits a rule whose backends are well.

use super::{
    super::{Check, Docs, Findings, Rule, Severity, endpoint::siblings::priority},
    split,
};
use crate::{
    model::Kind,
    trace::{Hop, World, release},
};

/// See `kubectl aigw-backend explain AIB645`.
pub static RULE: Rule = Rule {
    code: "AIB645",
    name: "split-rule-loses-priorities",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::Backend, Kind::BackendTrafficPolicy],
    docs: Docs {
        what: "A rule has backends of several priorities, and the BackendTrafficPolicy in force on it has \
               loadBalancer.zoneAware, or its Backends differ in protocol (h2c beside ws or wss), or some of them \
               alone have tls.autoSNIFromEndpointHostname. Rules with a broken backend are \
               priorities-lost-to-broken-backend, those of names and addresses priorities-lost-in-mixed-rule.",
        why: "Envoy Gateway then makes a cluster of its own for each backend of the rule, and shares requests among \
              the clusters by weight. Priorities count within one cluster only. This was read in its code, and not \
              tried.",
        client: "Another backend than was meant: spare ones may get their share of all requests, and no request \
                 falls back to them.",
        confirm: "kubectl -n NAMESPACE get backendtrafficpolicies -o jsonpath='{.items[*].spec.loadBalancer}'",
        fix: "Take zoneAware out of the policy, or make the Backends of the rule alike.",
        before: "# backendRefs: [{name: one}, {name: spare, priority: 1}]\n\
               kind: BackendTrafficPolicy\n\
               spec: {loadBalancer: {type: RoundRobin, zoneAware: {preferLocal: {}}}}",
        after: "# backendRefs: [{name: one}, {name: spare, priority: 1}]\n\
               kind: BackendTrafficPolicy\n\
               spec: {loadBalancer: {type: RoundRobin}}",
    },
    refs: &["gateway@v1.9.0 internal/ir/xds.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let platform = &world.platform;
    // with AI Gateway before v1.1 worse follows: split-rule-loses-credentials
    if platform.holds(&release::SPLIT_RULES_PROCESSED) == Some(false) {
        return;
    }
    for route in &world.routes {
        for rule in &route.rules {
            let mut priorities = rule.refs.iter().filter(|it| it.reference.weight() > 0).map(priority);
            let first = priorities.next();
            if priorities.all(|it| Some(it) == first) {
                continue;
            }
            let Some(it) = split::split(world, route, rule) else { continue };
            let effect = "each backend, spare or not, may take its share of all requests, by weight";
            out.push(
                it.cause
                    .draft(route, rule, "priorities")
                    .effect(it.cause.scoped(platform, effect))
                    .hits(it.active.iter().map(|it| (it.key.namespace.clone(), it.key.name.clone()))),
            );
        }
    }
}
