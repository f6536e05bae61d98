//! Which rule takes a request: virtual host first, then Envoy Gateway's order over all routes of the listener
//! (gateway@v1.8.1 internal/gatewayapi/sort.go; live).

use std::cmp::Reverse;

use jiff::Timestamp;

use super::{Map, fault::Faults, request::Question};
use crate::{
    model::{HTTPRoute, HeaderMatch, Key, Listener, PathMatch, Resource as _},
    trace::{GatewayTrace, RouteTrace, RuleTrace, effective_hosts},
};

/// One match of one rule on a listener.
#[derive(Clone)]
pub(super) struct Entry<'a> {
    hosts: Vec<String>,
    path: Path<'a>,
    headers: &'a [HeaderMatch],
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

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Path<'a> {
    Exact(&'a str),
    Regex(&'a str),
    Prefix(&'a str),
}

impl<'a> Path<'a> {
    fn of(it: Option<&'a PathMatch>) -> Self {
        let value = it.and_then(|it| it.value.as_deref()).unwrap_or("/");
        match it.and_then(|it| it.type_.as_deref()) {
            Some("Exact") => Path::Exact(value),
            Some("RegularExpression") => Path::Regex(value),
            _ => Path::Prefix(value),
        }
    }

    fn matches(&self, path: &str) -> bool {
        match self {
            Path::Exact(value) => path == *value,
            Path::Regex(value) => is_full_match(value, path),
            Path::Prefix(value) => {
                let prefix = value.trim_end_matches('/');
                path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
        }
    }

    /// Exact, then regular expressions, then the longest prefix.
    fn order(&self) -> (u8, Reverse<usize>) {
        match self {
            Path::Exact(value) => (0, Reverse(value.len())),
            Path::Regex(value) => (1, Reverse(value.len())),
            Path::Prefix(value) => (2, Reverse(value.len())),
        }
    }
}

/// Envoy matches the whole text; what is no valid expression matches nothing.
fn is_full_match(expression: &str, text: &str) -> bool {
    regex_lite::Regex::new(&format!("^(?:{expression})$")).is_ok_and(|it| it.is_match(text))
}

impl Entry<'_> {
    fn order(&self) -> impl Ord + '_ {
        let regexes = self.headers.iter().filter(|it| it.is_regex()).count();
        (self.path.order(), Reverse(self.headers.len()), regexes, &self.age, self.at)
    }

    fn takes(&self, question: &Question, model: Option<&str>) -> bool {
        let path = question.path.split('?').next().unwrap_or_default();
        let value = |name: &str| match (name, model) {
            ("x-ai-eg-model", Some(model)) => Some(model),
            _ => question.headers.get(name).map(String::as_str),
        };
        self.path.matches(path)
            && self.method.is_none_or(|it| it == question.method)
            && self.headers.iter().all(|it| {
                value(&it.name.to_lowercase()).is_some_and(|value| {
                    if it.is_regex() { is_full_match(&it.value, value) } else { it.value == value }
                })
            })
    }
}

/// All matches on the listeners of a port; `None` when nothing listens there.
pub(super) fn entries<'a>(
    map: &'a Map<'a>,
    gateway: &GatewayTrace<'a>,
    question: &Question,
    faults: &Faults<'_>,
) -> Option<Vec<Entry<'a>>> {
    let listeners = &gateway.gateway.spec.listeners;
    let ready = |it: &(usize, &&Listener)| !faults.listener(&gateway.key, it.0);
    let names: Vec<&str> = (listeners.iter().enumerate())
        .filter(|(at, it)| it.port == question.port && ready(&(*at, it)))
        .map(|(_, it)| it.name.as_str())
        .collect();
    if names.is_empty() {
        return None;
    }
    let mut all = vec![];
    let asked = |it: &&RouteTrace<'_>| question.route.as_ref().is_none_or(|route| *route == it.key);
    for route in map.world.routes.iter().filter(asked).filter(|it| faults.publishes(it)) {
        let hosts = hosts(route.listeners(), &gateway.key, &names, &route.route.spec.hostnames);
        if !hosts.is_empty() {
            of_route(&mut all, route, &hosts);
        }
    }
    for plain in map.world.plain_routes() {
        let on = plain.listeners.iter().map(|(key, it)| (key, *it));
        let hosts = hosts(on, &gateway.key, &names, &plain.route.spec.hostnames);
        if !hosts.is_empty() {
            of_plain(&mut all, plain.route, &hosts);
        }
    }
    all.sort_by(|a, b| a.order().cmp(&b.order()));
    Some(all)
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

fn of_route<'a>(all: &mut Vec<Entry<'a>>, route: &'a RouteTrace<'a>, hosts: &[String]) {
    let created = route.http.found().map_or(&route.route.meta, |it| &it.meta).creation_timestamp;
    let age = (created.unwrap_or(Timestamp::MAX), route.http_key.clone());
    let entry = |at, headers, target| Entry {
        hosts: hosts.to_vec(),
        path: Path::Prefix("/"),
        headers,
        method: None,
        age: age.clone(),
        at,
        target,
    };
    for rule in &route.rules {
        if rule.rule.matches.is_empty() {
            all.push(entry((rule.index, 0), &[], Target::Rule(route, rule)));
        }
        for (index, it) in rule.rule.matches.iter().enumerate() {
            all.push(entry((rule.index, index), &it.headers, Target::Rule(route, rule)));
        }
    }
    all.push(entry((route.rules.len(), 0), &[], Target::NotFound));
}

fn of_plain<'a>(all: &mut Vec<Entry<'a>>, route: &'a HTTPRoute, hosts: &[String]) {
    let age = (route.meta.creation_timestamp.unwrap_or(Timestamp::MAX), route.key());
    for (index, rule) in route.spec.rules.iter().enumerate() {
        let mut entry = |at, path, headers, method| {
            let (hosts, age, target) = (hosts.to_vec(), age.clone(), Target::Plain(route, index));
            all.push(Entry { hosts, path, headers, method, age, at, target });
        };
        if rule.matches.is_empty() {
            entry((index, 0), Path::Prefix("/"), &[], None);
        }
        for (at, it) in rule.matches.iter().enumerate() {
            entry((index, at), Path::of(it.path.as_ref()), &it.headers, it.method.as_deref());
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
