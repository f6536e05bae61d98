//! A match waits for a header that nobody sets.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB637`.
pub static RULE: Rule = Rule {
    code: "AIB637",
    name: "model-header-misspelled",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute],
    docs: Docs {
        what: "A match of an AIGatewayRoute names a header that is almost x-ai-eg-model.",
        why: "AI Gateway puts the model of each request into x-ai-eg-model and into nothing else. A match on \
               another header waits for clients that send it themselves, and its model is not listed.",
        client: "404 (No matching route found) for the model.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute NAME -o \
               jsonpath='{.spec.rules[*].matches[*].headers[*].name}'",
        fix: "Write x-ai-eg-model.",
        before: "matches: [{headers: [{name: x-ai-eg-modle, value: gpt-4o}]}]",
        after: "matches: [{headers: [{name: x-ai-eg-model, value: gpt-4o}]}]",
    },
    refs: &["ai-gateway@v1.1.0 internal/internalapi/internalapi.go"],
    check: Check::World(check),
};

const HEADER: &str = "x-ai-eg-model";
/// What people write for it, though it is further away.
const SLIPS: [&str; 6] =
    ["x-eg-ai-model", "x-ai-model", "x-aieg-model", "x-aigw-model", "ai-eg-model", "x-envoy-ai-model"];

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for rule in &route.rules {
            for (at, it) in rule.rule.matches.iter().enumerate() {
                for (index, header) in it.headers.iter().enumerate() {
                    let name = header.name.to_lowercase();
                    let near = (1..=2).contains(&strsim::damerau_levenshtein(&name, HEADER));
                    if !near && !SLIPS.contains(&name.as_str()) {
                        continue;
                    }
                    let path = format!("/spec/rules/{}/matches/{at}/headers/{index}/name", rule.index);
                    let message = format!(
                        "{} matches header `{}`, which AI Gateway does not set",
                        route.key, header.name
                    );
                    let refs = rule.refs.iter().filter(|it| it.backend.found().is_some());
                    out.push(
                        Draft::at(route.key.clone(), path.clone(), message)
                            .effect(format!(
                                "404 for `{}`, unless clients send that header themselves",
                                header.value
                            ))
                            .hits(refs.map(|it| (it.key.namespace.clone(), it.key.name.clone())))
                            .fix(Fix::review(format!("match `{HEADER}`")).set(&route.key, &path, HEADER)),
                    );
                }
            }
        }
    }
}
