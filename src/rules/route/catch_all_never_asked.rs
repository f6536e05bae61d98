//! A rule for all other models is never asked.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{HTTPRoute, Kind, Meta, Resource as _},
    trace::{Hop, RouteTrace, RuleTrace, World, effective_hosts},
};

/// See `kubectl aigw-backend explain AIB638`.
pub static RULE: Rule = Rule {
    code: "AIB638",
    name: "catch-all-never-asked",
    hop: Hop::Route,
    severity: Severity::Info,
    needs: &[Kind::AIGatewayRoute, Kind::HTTPRoute, Kind::Gateway],
    docs: Docs {
        what: "A rule without matches, which is to take every model that no other rule takes, stands in an \
               AIGatewayRoute that is not the oldest under its host names.",
        why: "AI Gateway ends each HTTPRoute with a rule that answers 404. Of rules that match alike Envoy \
               takes that of the oldest HTTPRoute, so that the 404 of an older route comes first. In the oldest \
                route the catch-all comes first, for it stands before that rule.",
        client: "404 (No matching route found) for models that the rule was meant to take.",
        confirm: "kubectl get httproutes -A --sort-by=.metadata.creationTimestamp",
        fix: "Put the rule into the oldest route, or give this route a host name of its own.",
        before: "# the newer of two AIGatewayRoutes\n\
               rules: [{backendRefs: [{name: fallback}]}]",
        after: "# the older of the two\n\
               rules: [{…}, {backendRefs: [{name: fallback}]}]",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/sort.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let is_catch_all = |it: &&RuleTrace<'_>| it.rule.matches.is_empty() && !it.refs.is_empty();
    for route in world.routes.iter().filter(|it| it.rules.iter().any(|it| is_catch_all(&it))) {
        let Some(winner) = winner(world, route) else { continue };
        for rule in route.rules.iter().filter(is_catch_all) {
            let refs = rule.refs.iter().filter(|it| it.backend.found().is_some());
            let message =
                format!("{}: rule {}, which is for all other models, is never asked", route.key, rule.index);
            out.push(
                Draft::at(route.key.clone(), format!("/spec/rules/{}", rule.index), message)
                    .effect("404 for models that it was to take: an older route answers first")
                    .because(
                        winner.http_key.clone(),
                        "/spec/rules",
                        "is older, and ends with a rule that answers 404",
                    )
                    .hits(refs.map(|it| (it.key.namespace.clone(), it.key.name.clone())))
                    .fix(Fix::manual(format!("put the rule into {}, the oldest route", winner.key))),
            );
        }
    }
}

/// A route that is older on every listener and under every host name.
fn winner<'w>(world: &'w World<'_>, route: &RouteTrace<'_>) -> Option<&'w RouteTrace<'w>> {
    let own = age(route.http.found()?)?;
    let older = |it: &&RouteTrace<'_>| it.http.found().and_then(age).is_some_and(|it| it < own);
    let mut found = None;
    for (gateway, listener) in route.listeners() {
        for host in effective_hosts(listener, &route.route.spec.hostnames) {
            let serves = |it: &&RouteTrace<'_>| {
                it.listeners().any(|(key, there)| {
                    let hosts = || effective_hosts(there, &it.route.spec.hostnames);
                    key == gateway && there.name == listener.name && hosts().contains(&host)
                })
            };
            found = Some(world.routes_on(gateway).filter(older).find(serves)?);
        }
    }
    found
}

fn age(http: &HTTPRoute) -> Option<(jiff::Timestamp, String, String)> {
    let Meta { creation_timestamp, namespace, name, .. } = http.meta();
    Some(((*creation_timestamp)?, namespace.clone(), name.clone()))
}
