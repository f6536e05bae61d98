//! Why no rule takes a request, where some route has one for it: what keeps that route away.

use super::{
    Map,
    fault::{Faults, UNPUBLISHED, UNSEEN},
    matching::fits,
    request::Question,
};
use crate::{
    model::{HeaderMatch, Key, Kind, names},
    rules::Finding,
    trace::{GatewayTrace, RouteTrace, RuleTrace},
};

/// The route does not come to Envoy, not to this Gateway, or without this rule or host name.
const UNROUTED: [&str; 16] = [
    "AIB105", "AIB106", "AIB602", "AIB604", "AIB605", "AIB606", "AIB607", "AIB608", "AIB609", "AIB620",
    "AIB629", "AIB630", "AIB635", "AIB636", "AIB637", "AIB638",
];

/// The first route with a rule for the request, and the codes of all such routes.
pub(super) fn unrouted<'m>(
    map: &'m Map<'m>,
    gateway: &GatewayTrace<'_>,
    question: &Question,
    faults: &Faults<'_>,
) -> Option<(&'m Key, Vec<&'static str>)> {
    let model = question.model.as_deref()?;
    let meant = |it: &RouteTrace<'_>| {
        let lost = || it.parents.iter().all(|parent| parent.gateway.found().is_none());
        it.names(&gateway.key) || lost()
    };
    let asked = |it: &RouteTrace<'_>| question.route.as_ref().is_none_or(|route| *route == it.key);
    let wanted = |it: &RouteTrace<'_>| it.rules.iter().any(|rule| wants(rule, question, model));
    let mut all: Vec<&'static str> = vec![];
    let mut first = None;
    for route in map.world.routes.iter().filter(|it| meant(it) && asked(it) && wanted(it)) {
        let here = |it: &Finding| mentions(it, route, &gateway.key);
        let codes = faults.codes(&UNROUTED, here).into_iter().chain(faults.codes(&UNPUBLISHED, here));
        let codes: Vec<&str> = codes.chain(faults.codes(&UNSEEN, |it| hits(it, route))).flatten().collect();
        if !codes.is_empty() {
            first = first.or(Some(&route.key));
            all.extend(codes);
        }
    }
    all.sort_unstable();
    all.dedup();
    first.map(|route| (route, all))
}

/// Whether a rule takes a model, or is meant to: the name of the header may be wrong.
fn wants(rule: &RuleTrace<'_>, question: &Question, model: &str) -> bool {
    let fitting = |it: &HeaderMatch| {
        let name = it.name.to_lowercase();
        let value = if name == names::MODEL_HEADER {
            Some(model)
        } else {
            question.headers.get(&name).map(String::as_str)
        };
        it.value == model || value.is_some_and(|value| fits(it, value))
    };
    rule.rule.matches.is_empty() || rule.rule.matches.iter().any(|it| it.headers.iter().all(fitting))
}

/// Whether a finding is about a route, and not about another of its Gateways.
fn mentions(finding: &Finding, route: &RouteTrace<'_>, gateway: &Key) -> bool {
    let named = || finding.related.iter().map(|it| &it.object).chain([&finding.object]);
    let other = |it: &Key| it.kind == Kind::Gateway && it != gateway;
    let here = || named().any(|it| it == gateway);
    named().any(|it| *it == route.key || *it == route.http_key)
        && (finding.rule.code == "AIB606" || here() || !named().any(other))
}

/// Whether a finding names a backend of a route.
pub(super) fn hits(finding: &Finding, route: &RouteTrace<'_>) -> bool {
    route.backends().any(|it| finding.backends.contains(&it))
}
