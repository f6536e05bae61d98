//! A rule never gets traffic, because another one matches the same.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{AIRouteMatch, Key, Kind},
    trace::{Hop, RefTrace, RouteTrace, RuleTrace, World},
};

/// See `kubectl aigw-backend explain AIB617`.
pub static RULE: Rule = Rule {
    code: "AIB617",
    name: "shadowed-model",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::HTTPRoute, Kind::Gateway],
    docs: Docs {
        what: "All matches of a rule stand in an earlier rule too: of the same route, or of an older one on \
              the same listener and host name.",
        why: "Of equal matches Envoy Gateway takes that of the oldest HTTPRoute, and in one route the first. \
              The later rule is in Envoy, and is never asked.",
        client: "The answer of another backend than the one that was meant.",
        confirm: "kubectl get aigatewayroutes -A -o yaml | grep -B3 -A3 x-ai-eg-model",
        fix: "Put all backends into one rule, with weights or priorities, or take one of the two out.",
        before: "rules:\n\
              - {matches: [{headers: [{name: x-ai-eg-model, value: gpt-4o}]}], backendRefs: [{name: a}]}\n\
              - {matches: [{headers: [{name: x-ai-eg-model, value: gpt-4o}]}], backendRefs: [{name: b}]}",
        after: "rules:\n\
              - {matches: [{headers: [{name: x-ai-eg-model, value: gpt-4o}]}], backendRefs: [{name: a}, \
              {name: b}]}",
    },
    refs: &["gateway@v1.8.1 internal/gatewayapi/sort.go", "gateway@v1.8.1 internal/gatewayapi/translator.go"],
    check: Check::World(check),
};

type Match = Vec<(String, String)>;

struct Entry<'a> {
    route: &'a RouteTrace<'a>,
    rule: &'a RuleTrace<'a>,
    matches: BTreeSet<Match>,
}

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let entries: Vec<Entry<'_>> = (world.routes.iter())
        .flat_map(|route| {
            route.rules.iter().filter_map(move |rule| Some(Entry { route, rule, matches: exact(rule)? }))
        })
        .collect();
    let mut by_match: BTreeMap<&Match, Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in &entries {
        for it in &entry.matches {
            by_match.entry(it).or_default().push(entry);
        }
    }
    for loser in &entries {
        // whoever takes all of its requests takes the first
        let rivals = loser.matches.first().and_then(|it| by_match.get(it)).into_iter().flatten();
        let beats = |it: &&Entry<'_>| loser.matches.is_subset(&it.matches) && comes_first(it, loser);
        let Some(winner) = rivals.copied().find(beats) else { continue };
        if targets(winner.rule) == targets(loser.rule) {
            continue;
        }
        let models: Vec<&str> = loser.rule.models().collect();
        let key = &loser.route.key;
        let message = format!("{key}: rule {} never gets traffic", loser.rule.index);
        out.push(
            Draft::at(key.clone(), format!("/spec/rules/{}/matches", loser.rule.index), message)
                .effect("the requests go to the backends of the other rule")
                .evidence(format!("models: {}", models.join(", ")))
                .because(
                    winner.route.key.clone(),
                    format!("/spec/rules/{}/matches", winner.rule.index),
                    "matches the same, and comes first",
                )
                .hits(loser.rule.refs.iter().map(|it| (it.key.namespace.clone(), it.key.name.clone())))
                .fix(Fix::manual("put the backends into one rule, or take one of the two out")),
        );
    }
}

/// The matches of a rule that matches by exact values alone.
fn exact(rule: &RuleTrace<'_>) -> Option<BTreeSet<Match>> {
    let matches = &rule.rule.matches;
    let plain = matches.iter().all(|it| !it.headers.is_empty() && it.headers.iter().all(|it| !it.is_regex()));
    let sorted = |it: &AIRouteMatch| {
        let mut all: Match = it.headers.iter().map(|it| (it.name.to_lowercase(), it.value.clone())).collect();
        all.sort();
        all
    };
    (plain && !matches.is_empty()).then(|| matches.iter().map(sorted).collect())
}

/// Whether Envoy asks one rule before the other. Between routes the age of the HTTPRoutes decides: one that is still to
/// be made is younger than all that are there, and of two such nobody knows.
fn comes_first(winner: &Entry<'_>, loser: &Entry<'_>) -> bool {
    if winner.route.key == loser.route.key {
        return winner.rule.index < loser.rule.index;
    }
    let age = |it: &Entry<'_>| {
        let meta = &it.route.http.found()?.meta;
        Some((meta.creation_timestamp?, meta.namespace.clone(), meta.name.clone()))
    };
    let is_older = match (age(winner), age(loser)) {
        (Some(winner), Some(loser)) => winner < loser,
        (Some(_), None) => loser.route.is_to_be_made(),
        (None, _) => false,
    };
    let listeners: Vec<_> = loser.route.listeners().map(|(key, it)| (key.clone(), it)).collect();
    is_older && winner.route.meets(&listeners, &loser.route.route.spec.hostnames)
}

fn targets<'a>(rule: &'a RuleTrace<'_>) -> Vec<(&'a Key, Option<&'a str>, i64, i64)> {
    let one = |it: &'a RefTrace<'_>| {
        let reference = it.reference;
        let model = reference.model_name_override.as_deref();
        (&it.key, model, reference.weight(), reference.priority.unwrap_or_default())
    };
    rule.refs.iter().map(one).collect()
}
