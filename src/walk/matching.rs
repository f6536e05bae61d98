//! Which rule takes a request: virtual host first, then Envoy Gateway's order over all routes of the listener
//! (gateway@v1.8.1 internal/gatewayapi/sort.go; live).

use std::cmp::Reverse;

use jiff::Timestamp;

use super::{
    Map,
    fault::Faults,
    pattern::{Path, is_full_match},
    request::Question,
};
use crate::{
    generated,
    model::{HTTPRoute, HTTPRouteMatch, HeaderMatch, Key, Listener, Resource as _, names},
    trace::{GatewayTrace, RouteTrace, RuleTrace, effective_hosts},
};

/// One match of one rule on a listener.
#[derive(Clone)]
pub(super) struct Entry<'a> {
    hosts: Vec<String>,
    path: Path<'a>,
    headers: &'a [HeaderMatch],
    query: &'a [HeaderMatch],
    method: Option<&'a str>,
    age: (Timestamp, Key),
    at: (usize, usize),
    pub(super) target: Target<'a>,
}

/// Where a match leads.
#[derive(Clone)]
pub(super) enum Target<'a> {
    /// To a rule of an AIGatewayRoute.
    Rule(&'a RouteTrace<'a>, &'a RuleTrace<'a>),
    /// To the answer for unknown models.
    NotFound,
    /// To a rule of a hand-written HTTPRoute.
    Plain(&'a HTTPRoute, usize),
}

impl Entry<'_> {
    fn order(&self) -> impl Ord + '_ {
        let regexes = self.headers.iter().filter(|it| it.is_regex()).count();
        (self.path.order(), Reverse(self.headers.len()), regexes, &self.age, self.at)
    }

    /// Why this one comes before another.
    fn beats(&self, other: &Self) -> &'static str {
        let regexes = |it: &Self| it.headers.iter().filter(|it| it.is_regex()).count();
        if self.path.order() != other.path.order() {
            "by a less specific path"
        } else if self.headers.len() != other.headers.len() {
            "by fewer headers"
        } else if regexes(self) != regexes(other) {
            "by a regular expression, where the first is exact"
        } else if self.age.0 != other.age.0 {
            "and its route is newer"
        } else if self.age != other.age {
            "and its route comes later by name"
        } else {
            "and comes later in the route"
        }
    }

    fn takes(&self, question: &Question, model: Option<&str>) -> bool {
        let (path, query) = question.path.split_once('?').unwrap_or((&question.path, ""));
        let asks = |name: &str| {
            query.split('&').find_map(|it| it.split_once('=').filter(|(key, _)| *key == name)).map(|it| it.1)
        };
        let value = |name: &str| match (name, model) {
            (names::MODEL_HEADER, Some(model)) => Some(model),
            _ => question.headers.get(name).map(String::as_str),
        };
        self.path.matches(path)
            && self.method.is_none_or(|it| it == question.method)
            && self.query.iter().all(|it| asks(&it.name).is_some_and(|value| fits(it, value)))
            && self
                .headers
                .iter()
                .all(|it| value(&it.name.to_lowercase()).is_some_and(|value| fits(it, value)))
    }
}

/// Whether a header or query parameter has a value that is asked for.
pub(super) fn fits(it: &HeaderMatch, value: &str) -> bool {
    if it.is_regex() { is_full_match(&it.value, value) } else { it.value == value }
}

/// All matches on listeners, by their names.
pub(super) fn entries<'a>(
    map: &'a Map<'a>,
    gateway: &GatewayTrace<'a>,
    names: &[&str],
    question: &Question,
    faults: &Faults<'_>,
) -> Vec<Entry<'a>> {
    let mut all = vec![];
    let asked = |it: &&RouteTrace<'_>| question.route.as_ref().is_none_or(|route| *route == it.key);
    for route in map.world.routes.iter().filter(asked).filter(|it| faults.publishes(it)) {
        let Some(http) = route.in_force() else { continue };
        let hosts = hosts(route.listeners(), &gateway.key, names, &http.spec.hostnames);
        of_route(&mut all, http, &hosts, |rule| target(route, http, rule));
    }
    for plain in map.world.plain_routes() {
        let on = plain.listeners.iter().map(|(key, it)| (key, *it));
        let hosts = hosts(on, &gateway.key, names, &plain.route.spec.hostnames);
        of_route(&mut all, plain.route, &hosts, |rule| Target::Plain(plain.route, rule));
    }
    all.sort_by(|a, b| a.order().cmp(&b.order()));
    all
}

fn hosts<'l>(
    listeners: impl Iterator<Item = (&'l Key, &'l Listener)>,
    gateway: &Key,
    names: &[&str],
    hostnames: &[String],
) -> Vec<String> {
    let here = listeners.filter(|(key, it)| *key == gateway && names.contains(&it.name.as_str()));
    here.flat_map(|(_, it)| effective_hosts(it, hostnames)).collect()
}

/// Where a rule of a generated HTTPRoute leads.
fn target<'a>(route: &'a RouteTrace<'a>, http: &'a HTTPRoute, index: usize) -> Target<'a> {
    match (http.spec.rules.get(index), route.rules.get(index)) {
        (Some(rule), _) if generated::answers_unknown_models(rule) => Target::NotFound,
        (_, Some(rule)) => Target::Rule(route, rule),
        // an older HTTPRoute with more rules: AI Gateway does not know these any more
        (_, None) => Target::Plain(http, index),
    }
}

/// What a rule without matches matches.
static EVERYTHING: HTTPRouteMatch =
    HTTPRouteMatch { path: None, headers: vec![], query_params: vec![], method: None };

fn of_route<'a>(
    all: &mut Vec<Entry<'a>>,
    route: &'a HTTPRoute,
    hosts: &[String],
    target: impl Fn(usize) -> Target<'a>,
) {
    if hosts.is_empty() {
        return;
    }
    let age = (route.meta.creation_timestamp.unwrap_or(Timestamp::MAX), route.key());
    for (index, rule) in route.spec.rules.iter().enumerate() {
        let mut entry = |at, it: &'a HTTPRouteMatch| {
            let (hosts, age, target) = (hosts.to_vec(), age.clone(), target(index));
            let (path, method) = (Path::of(it.path.as_ref()), it.method.as_deref());
            let at = (index, at);
            all.push(Entry {
                hosts,
                path,
                headers: &it.headers,
                query: &it.query_params,
                method,
                age,
                at,
                target,
            });
        };
        for (at, it) in rule.matches.iter().enumerate() {
            entry(at, it);
        }
        if rule.matches.is_empty() {
            entry(0, &EVERYTHING);
        }
    }
}

/// The matches of the virtual host that Envoy picks: the exact name, the longest wildcard, or `*`.
pub(super) fn virtual_host<'a>(entries: Vec<Entry<'a>>, host: &str) -> Vec<Entry<'a>> {
    let host = host.split(':').next().unwrap_or_default().to_lowercase();
    let fits = |name: &&String| match name.strip_prefix('*') {
        Some(end) => host.ends_with(end) && (end.is_empty() || host.len() > end.len()),
        None => **name == host,
    };
    let best = entries.iter().flat_map(|it| &it.hosts).filter(fits);
    let best = best.max_by_key(|name| (!name.starts_with('*'), name.len())).cloned();
    let Some(best) = best else { return vec![] };
    entries.into_iter().filter(|it| it.hosts.contains(&best)).collect()
}

/// The first match that takes a request; before ext_proc ran, the model is what the client's own headers say.
pub(super) fn first<'e, 'a>(
    entries: &'e [Entry<'a>],
    question: &Question,
    model: Option<&str>,
) -> Option<&'e Entry<'a>> {
    entries.iter().find(|it| it.takes(question, model))
}

/// Runners-up that are named.
const NAMED: usize = 3;

/// The rules that would take a request as well, and why the first one wins.
pub(super) fn runners_up(entries: &[Entry<'_>], question: &Question, model: Option<&str>) -> Vec<String> {
    let mut fitting = entries.iter().filter(|it| it.takes(question, model));
    let Some(first) = fitting.next() else { return vec![] };
    let named = fitting.filter_map(|it| {
        let (key, index) = match &it.target {
            Target::Rule(route, rule) => (route.key.clone(), rule.index),
            Target::Plain(route, index) => (route.key(), *index),
            Target::NotFound => return None,
        };
        Some(format!("rule {index} of {key} would take it too, {}", first.beats(it)))
    });
    let mut named: Vec<String> = named.collect();
    named.dedup();
    let more = named.len().saturating_sub(NAMED);
    named.truncate(NAMED);
    if more > 0 {
        named.push(format!("so would {more} more"));
    }
    named
}

/// Why no rule takes a request: the rules whose matches come nearest, and what they ask for.
pub(super) fn why_none(entries: &[Entry<'_>], question: &Question) -> String {
    let Some(model) = question.model.as_deref().filter(|it| !it.is_empty()) else {
        return "the body has no model, so no rule can take it".to_owned();
    };
    let asks = |it: &Entry<'_>| {
        let Target::Rule(route, rule) = &it.target else { return None };
        let headers: Vec<String> =
            it.headers.iter().map(|it| format!("{} = {}", it.name, it.value)).collect();
        let distance = it.headers.iter().map(|it| strsim::damerau_levenshtein(&it.value, model)).min()?;
        Some((distance, format!("rule {} of {} asks for {}", rule.index, route.key, headers.join(" and "))))
    };
    let mut nearest: Vec<(usize, String)> = entries.iter().filter_map(asks).collect();
    nearest.sort();
    nearest.dedup();
    let shown: Vec<String> = nearest.into_iter().take(3).map(|(_, text)| text).collect();
    if shown.is_empty() {
        return "no rule takes this model".to_owned();
    }
    format!("no rule takes this model; the nearest: {}", shown.join("; "))
}

/// The models of `/v1/models`: exact ones of all routes on the Gateway, whatever really serves them.
pub(super) fn listed(map: &Map<'_>, gateway: &GatewayTrace<'_>, host: &str) -> Vec<String> {
    let host = host.split(':').next().unwrap_or_default();
    let serves = |it: &&RouteTrace<'_>| {
        let names = &it.route.spec.hostnames;
        names.is_empty()
            || names.iter().any(|name| match name.strip_prefix("*.") {
                // a single label, where Envoy takes many
                Some(end) => host.split_once('.').is_some_and(|(_, rest)| rest == end),
                None => name == host,
            })
    };
    let mut models: Vec<String> = vec![];
    for route in map.world.routes_on(&gateway.key).filter(serves) {
        for model in route.rules.iter().flat_map(RuleTrace::models) {
            if !models.iter().any(|it| it == model) {
                models.push(model.to_owned());
            }
        }
    }
    models
}
