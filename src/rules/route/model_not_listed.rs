//! A model works and is not listed.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{HeaderMatch, Kind},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB641`.
pub static RULE: Rule = Rule {
    code: "AIB641",
    name: "model-not-listed",
    hop: Hop::Route,
    severity: Severity::Info,
    needs: &[Kind::AIGatewayRoute],
    docs: Docs {
        what: "A match names x-ai-eg-model in capital letters.",
        why: "Names of headers are the same whatever their case, so that Envoy finds the rule. AI Gateway \
               looks for x-ai-eg-model to the letter when it collects the models that /v1/models lists.",
        client: "The model works, and is not listed by /v1/models.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute NAME -o \
               jsonpath='{.spec.rules[*].matches[*].headers[*].name}'",
        fix: "Write x-ai-eg-model in small letters.",
        before: "matches: [{headers: [{name: X-AI-EG-Model, value: gpt-4o}]}]",
        after: "matches: [{headers: [{name: x-ai-eg-model, value: gpt-4o}]}]",
    },
    refs: &["ai-gateway@v1.1.0 internal/controller/gateway.go"],
    check: Check::World(check),
};

const HEADER: &str = "x-ai-eg-model";

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let unlisted =
        |it: &HeaderMatch| it.name != HEADER && it.name.eq_ignore_ascii_case(HEADER) && !it.is_regex();
    for route in &world.routes {
        for rule in &route.rules {
            let matches = rule.rule.matches.iter().enumerate();
            let headers = matches.flat_map(|(at, it)| it.headers.iter().enumerate().map(move |it| (at, it)));
            for (at, (index, header)) in headers.filter(|(_, (_, it))| unlisted(it)) {
                let path = format!("/spec/rules/{}/matches/{at}/headers/{index}/name", rule.index);
                let message = format!("{} matches `{}` by header `{}`", route.key, header.value, header.name);
                let refs = rule.refs.iter().filter(|it| it.backend.found().is_some());
                out.push(
                    Draft::at(route.key.clone(), path.clone(), message)
                        .effect(format!("/v1/models does not list `{}`, though it works", header.value))
                        .hits(refs.map(|it| (it.key.namespace.clone(), it.key.name.clone())))
                        .fix(Fix::safe(format!("write `{HEADER}`")).set(&route.key, &path, HEADER)),
                );
            }
        }
    }
}
