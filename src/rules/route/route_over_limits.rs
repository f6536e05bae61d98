//! A route is larger than the HTTPRoute that it becomes may be.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, RouteTrace, World, release},
};

/// See `kubectl aigw-backend explain AIB618`.
pub static RULE: Rule = Rule {
    code: "AIB618",
    name: "route-over-limits",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute],
    docs: Docs {
        what: "An AIGatewayRoute has more backendRefs, matches or rules, or a higher weight, than Gateway API \
              permits in the HTTPRoute that AI Gateway makes of it.",
        why: "The API server takes the AIGatewayRoute and refuses the HTTPRoute. The route becomes \
              NotAccepted and is frozen: neither this nor later changes, nor new keys of its backends, reach \
              Envoy.",
        client: "The old behaviour, or 404 where the route never worked.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute NAME -o jsonpath='{.status.conditions}'",
        fix: "Split the rule or the route: at most 16 backendRefs and 64 matches in a rule, 15 rules and 127 \
              matches in a route, weights up to 1000000.",
        before: "backendRefs: [{name: openai, weight: 2000000}]",
        after: "backendRefs: [{name: openai, weight: 1000000}]",
    },
    refs: &["live", "gateway-api@v1.5.1 apis/v1/httproute_types.go"],
    check: Check::World(check),
};

/// Where the rules of a route are.
const RULES: &str = "/spec/rules";

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        let meta = &route.route.meta;
        let is_stored = !meta.uid.is_empty() || meta.creation_timestamp.is_some();
        let outgrown = route.outgrown(&world.platform);
        for (path, what) in excesses(route) {
            // of what is wrong with all rules together, their number comes first
            let too_many = path == RULES && route.rules.len() > 15;
            let effect = if outgrown.is_some() {
                super::super::reference::crash(&world.platform)
            } else if too_many && !is_stored && world.platform.likely(&release::FIFTEEN_RULES) {
                let refused = "the API server refuses the AIGatewayRoute itself";
                world.platform.scoped(&release::FIFTEEN_RULES, refused)
            } else {
                "the HTTPRoute is refused: changes and new keys do not reach Envoy, 404 if it never worked"
                    .to_owned()
            };
            let fix = if path.ends_with("/weight") {
                "scale the weights of the rule down"
            } else if path.ends_with("/backendRefs") {
                "spread the backends over several rules, or put several endpoints into one Backend"
            } else {
                "split the route into several"
            };
            let mut draft = Draft::at(route.key.clone(), path, format!("{}: {what}", route.key))
                .effect(effect)
                .hits(route.backends())
                .fix(Fix::manual(fix));
            if let Some((rule, refs, endpoints)) = outgrown {
                draft = draft.because(
                    route.http_key.clone(),
                    format!("/spec/rules/{rule}/backendRefs"),
                    format!("has {endpoints} of the {refs} backends of the rule"),
                );
            }
            out.push(draft);
        }
    }
}

/// Places that do not fit into an HTTPRoute, and what is too much there.
pub(super) fn excesses(route: &RouteTrace<'_>) -> Vec<(String, String)> {
    let mut found = vec![];
    let rules = route.rules.len();
    // the last of an HTTPRoute's 16 rules is `route-not-found`
    if rules > 15 {
        found.push((
            RULES.to_owned(),
            format!("{rules} rules are more than the 15 that fit into an HTTPRoute"),
        ));
    }
    // a rule without matches gets one, and so has `route-not-found`
    let matches = 1 + route.rules.iter().map(|it| it.rule.matches.len().max(1)).sum::<usize>();
    if matches > 128 && rules <= 15 {
        found.push(("/spec/rules".to_owned(), format!("{} matches are more than 127", matches - 1)));
    }
    for rule in &route.rules {
        let at = format!("/spec/rules/{}", rule.index);
        let (refs, matches) = (rule.refs.len(), rule.rule.matches.len());
        if refs > 16 {
            found.push((
                format!("{at}/backendRefs"),
                format!("{refs} backendRefs in one rule are more than 16"),
            ));
        }
        if matches > 64 {
            found.push((format!("{at}/matches"), format!("{matches} matches in one rule are more than 64")));
        }
        for it in rule.refs.iter().filter(|it| it.reference.weight() > 1_000_000) {
            let path = format!("{at}/backendRefs/{}/weight", it.index);
            found.push((path, format!("weight {} is more than 1000000", it.reference.weight())));
        }
    }
    found
}
