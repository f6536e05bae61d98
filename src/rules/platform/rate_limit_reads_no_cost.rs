//! A rate limit counts a cost that nothing writes.

use std::collections::BTreeSet;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, near::nearest};
use crate::{
    cluster::Lookup,
    model::{BackendTrafficPolicy, CostMetadata, Key, Kind, Resource as _, names::COST_METADATA},
    trace::{Hop, RouteTrace, World},
};

/// See `kubectl aigw-backend explain AIB724`.
pub static RULE: Rule = Rule {
    code: "AIB724",
    name: "rate-limit-reads-no-cost",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::BackendTrafficPolicy, Kind::Gateway, Kind::GatewayConfig],
    docs: Docs {
        what: "A BackendTrafficPolicy on an AI route, or on its Gateway, takes the cost of an answer from \
              metadata that AI Gateway does not write: a key that no llmRequestCosts entry has, or another \
              namespace than io.envoy.ai_gateway.",
        why: "AI Gateway writes each cost to the metadata io.envoy.ai_gateway, under its metadataKey. Where a \
              rate limit reads something else, Envoy finds nothing there, and answers take nothing from the \
              limit.",
        client: "The limit is not reached by tokens: everyone goes on.",
        confirm: "kubectl -n NAMESPACE get backendtrafficpolicy NAME -o jsonpath='{.spec.rateLimit}'\n\
              kubectl -n NAMESPACE get aigatewayroute NAME -o jsonpath='{.spec.llmRequestCosts}'",
        fix: "Use the namespace io.envoy.ai_gateway and a key that the route, or the GatewayConfig of the \
              Gateway, defines.",
        before: "response: {from: Metadata, metadata: {namespace: io.envoy.ai_gateway, key: llm_total_tokens}}",
        after: "response: {from: Metadata, metadata: {namespace: io.envoy.ai_gateway, key: llm_total_token}}",
    },
    refs: &[
        "ai-gateway@v1.1.0 internal/extproc/processor_impl.go",
        "gateway@v1.8.1 api/v1alpha1/ratelimit_types.go",
    ],
    check: Check::World(check),
};

/// Numbers that AI Gateway writes beside the costs that are defined.
const ALWAYS: [&str; 3] = ["token_latency_ttft", "token_latency_itl", "quota_cost"];

/// Policies, the routes whose costs they count, and the object that has them both.
type Counted<'a> = (Vec<&'a BackendTrafficPolicy>, Vec<&'a RouteTrace<'a>>, Key);

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let of_routes = world
        .routes
        .iter()
        .map(|route| (route.backend_policies(world.cluster), vec![route], route.key.clone()));
    // what cannot be read may define what is missing
    let all = world.cluster.ai_gateway_routes.gap().is_none();
    let of_gateways = world.ai_gateways().filter(|_| all).map(|gateway| {
        let routes = world.routes_on(&gateway.key).collect();
        (gateway.backend_policies.clone(), routes, gateway.key.clone())
    });
    for counted in of_routes.chain(of_gateways) {
        report(world, &counted, out);
    }
}

fn report(world: &World<'_>, (policies, routes, on): &Counted<'_>, out: &mut Findings<'_>) {
    let Some(defined) = (!policies.is_empty()).then(|| defined(world, routes)).flatten() else { return };
    for policy in policies {
        let global = policy.spec.rate_limit.iter().filter_map(|it| it.global.as_ref());
        for (index, rule) in global.flat_map(|it| &it.rules).enumerate() {
            let response = rule.cost.as_ref().and_then(|it| it.response.as_ref());
            let Some(read) = response.and_then(|it| it.metadata.as_ref()) else { continue };
            let Some((field, says, meant)) = wrong(read, &defined) else { continue };
            let (key, on) = (policy.key(), on.clone());
            let path = format!("/spec/rateLimit/global/rules/{index}/cost/response/metadata/{field}");
            let fix = match meant {
                Some(meant) => Fix::review(format!("read `{meant}`")).set(&key, &path, meant),
                None => Fix::manual("define the cost in the route, or read one that it defines"),
            };
            out.push(
                Draft::at(key.clone(), path, format!("{key}: {says}"))
                    .effect("answers take nothing from the limit, so that tokens do not reach it")
                    .because(on, "/spec", "is where it applies")
                    .hits(routes.iter().flat_map(|it| it.backends()))
                    .fix(fix),
            );
        }
    }
}

/// The field that is wrong, what is wrong with it, and what may be meant.
fn wrong<'a>(
    read: &CostMetadata,
    defined: &BTreeSet<&'a str>,
) -> Option<(&'static str, String, Option<&'a str>)> {
    let CostMetadata { namespace, key } = read;
    let is_defined = defined.contains(key.as_str());
    if namespace != COST_METADATA {
        // other filters write metadata too
        let says =
            format!("cost `{key}` is read from `{namespace}`, and AI Gateway writes it to `{COST_METADATA}`");
        return is_defined.then_some(("namespace", says, Some(COST_METADATA)));
    }
    if is_defined || ALWAYS.contains(&key.as_str()) {
        return None;
    }
    let says = format!("cost `{key}` is defined by no route there, and by no GatewayConfig");
    Some(("key", says, nearest(key, defined.iter().copied())))
}

/// Keys of all costs that routes have; `None` where some cannot be read.
fn defined<'a>(world: &'a World<'_>, routes: &[&'a RouteTrace<'a>]) -> Option<BTreeSet<&'a str>> {
    let mut keys: BTreeSet<&str> = BTreeSet::new();
    for route in routes {
        keys.extend(route.route.spec.llm_request_costs.iter().map(|it| it.metadata_key.as_str()));
        for parent in route.parents.iter().filter(|it| it.reference.is_gateway()) {
            match &parent.gateway {
                Lookup::Unreadable(_) => return None,
                Lookup::Absent => continue,
                Lookup::Found(_) => {}
            }
            let gateway = world.gateway(&parent.key.namespace, &parent.key.name)?;
            match gateway.config.as_ref().map(|(_, it)| it) {
                Some(Lookup::Unreadable(_)) => return None,
                Some(Lookup::Found(config)) => {
                    keys.extend(
                        config.spec.global_llm_request_costs.iter().map(|it| it.metadata_key.as_str()),
                    );
                }
                Some(Lookup::Absent) | None => {}
            }
        }
    }
    Some(keys)
}
