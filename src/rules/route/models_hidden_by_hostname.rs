//! A route with a host name hides the models of others there.

use std::collections::BTreeSet;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Key, Kind, Listener},
    trace::{Hop, RouteTrace, RuleTrace, World, effective_hosts, release},
};

/// See `kubectl aigw-backend explain AIB635`.
pub static RULE: Rule = Rule {
    code: "AIB635",
    name: "models-hidden-by-hostname",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway],
    docs: Docs {
        what: "On a listener, one AIGatewayRoute has a host name to itself, and another one without host names, \
                or with a wildcard, has models that the first has not.",
        why: "For a host name Envoy asks one virtual host alone: the one with the most specific name. Rules of \
                routes that do not spell the name out are not in it. AI Gateway goes by other rules when it \
               lists models, and lists them there all the same.",
        client: "404 (No matching route found) for models that /v1/models of the same host lists.",
        confirm: "curl -H 'Host: NAME' http://GATEWAY/v1/models\n\
               kubectl get aigatewayroutes -A -o custom-columns=NAME:.metadata.name,HOSTS:.spec.hostnames",
        fix: "Name the host in both routes, or in none.",
        before: "# AIGatewayRoute everyone: no hostnames\n\
               # AIGatewayRoute branded:  hostnames: [ai.shop.example]",
        after: "# AIGatewayRoute everyone: hostnames: [ai.example.com, ai.shop.example]\n\
               # AIGatewayRoute branded:  hostnames: [ai.shop.example]",
    },
    refs: &[
        "live",
        "gateway@v1.8.1 internal/xds/translator/translator.go",
        "ai-gateway@v1.1.0 internal/controller/gateway.go",
    ],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    if !world.platform.likely(&release::ROUTE_HOSTNAMES) {
        return;
    }
    let owners: Vec<Owner<'_>> = world.routes.iter().filter_map(|it| Owner::of(world, it)).collect();
    for hidden in world.routes.iter().filter(|_| !owners.is_empty()) {
        for (owner, host) in owners.iter().filter_map(|it| Some((it.route, it.takes_from(hidden)?))) {
            let served = models_at(world, hidden, host);
            let lost: Vec<&RuleTrace<'_>> =
                hidden.rules.iter().filter(|rule| rule.models().any(|it| !served.contains(it))).collect();
            let models: Vec<&str> =
                lost.iter().flat_map(|rule| rule.models()).filter(|it| !served.contains(it)).collect();
            let Some(first) = models.first() else { continue };
            let message = format!("{} is not asked for requests to `{host}`", hidden.key);
            let named = |it: &Key| (it.namespace.clone(), it.name.clone());
            let refs = lost.iter().flat_map(|rule| &rule.refs).filter(|it| it.backend.found().is_some());
            let draft = Draft::at(hidden.key.clone(), "/spec/hostnames", message)
                .effect(format!("404 for `{first}` at {host}, though /v1/models lists it there"))
                .evidence(format!("models: {}", models.join(", ")))
                .because(owner.key.clone(), "/spec/hostnames", format!("has `{host}` to itself"))
                .hits(refs.map(|it| named(&it.key)));
            out.push(if hidden.route.spec.hostnames.is_empty() {
                draft.fix(Fix::manual(format!(
                    "name all hosts in {}, `{host}` among them, or none in either",
                    hidden.key
                )))
            } else {
                let fix = Fix::review(format!("name `{host}` in {} too", hidden.key));
                draft.fix(fix.set(&hidden.key, "/spec/hostnames/-", host))
            });
        }
    }
}

/// A route with host names to itself: most clusters have none.
struct Owner<'w> {
    route: &'w RouteTrace<'w>,
    /// Host names without a wildcard, by the Gateway and the listener under which they are.
    hosts: Vec<(&'w Key, &'w Listener, Vec<String>)>,
}

impl<'w> Owner<'w> {
    fn of(world: &World<'_>, route: &'w RouteTrace<'w>) -> Option<Self> {
        let is_there = |(gateway, _): &(&Key, _)| world.gateway(&gateway.namespace, &gateway.name).is_some();
        let hosts = route.listeners().filter(is_there).filter_map(|(gateway, listener)| {
            let hosts = effective_hosts(listener, hostnames(route)).into_iter();
            let hosts: Vec<String> = hosts.filter(|it| !it.starts_with('*')).collect();
            (!hosts.is_empty()).then_some((gateway, listener, hosts))
        });
        let hosts: Vec<_> = hosts.collect();
        (!hosts.is_empty()).then_some(Owner { route, hosts })
    }

    /// A host name, on a listener of both, under which AI Gateway lists the models of the other route, and Envoy does not
    /// know them.
    fn takes_from(&self, hidden: &RouteTrace<'_>) -> Option<&str> {
        let names = hostnames(hidden);
        self.hosts.iter().find_map(|(gateway, listener, hosts)| {
            let same = || hidden.listeners().any(|(key, it)| key == *gateway && it.name == listener.name);
            let lost =
                |host: &&String| lists(names, host) && !effective_hosts(listener, names).contains(host);
            hosts.iter().find(lost).filter(|_| same()).map(String::as_str)
        })
    }
}

/// Those that are in force.
fn hostnames<'r>(route: &'r RouteTrace<'_>) -> &'r [String] {
    route.in_force().map_or(&[], |it| &it.spec.hostnames)
}

/// Whether AI Gateway lists the models of a route with these host names for a host: a wildcard stands for one label.
fn lists(hostnames: &[String], host: &str) -> bool {
    hostnames.is_empty()
        || hostnames.iter().any(|name| match name.strip_prefix("*.") {
            Some(end) => host.split_once('.').is_some_and(|(_, rest)| rest == end),
            None => name == host,
        })
}

/// Models that some route on a Gateway of this one serves under a host name that it spells out.
fn models_at<'w>(world: &'w World<'_>, route: &RouteTrace<'_>, host: &str) -> BTreeSet<&'w str> {
    let gateways: BTreeSet<&Key> = route.parents.iter().map(|it| &it.key).collect();
    let there = gateways.into_iter().flat_map(|it| world.routes_on(it)).filter(|it| {
        it.route.spec.hostnames.iter().any(|name| name == host)
            || it.listeners().any(|(_, listener)| listener.hostname.as_deref() == Some(host))
    });
    there.flat_map(|it| &it.rules).flat_map(RuleTrace::models).collect()
}
