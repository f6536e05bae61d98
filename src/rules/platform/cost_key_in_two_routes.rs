//! Two routes of a Gateway define a cost of one name differently.

use std::collections::BTreeMap;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Key, Kind, RequestCost},
    trace::{Hop, World, release},
};

/// See `kubectl aigw-backend explain AIB723`.
pub static RULE: Rule = Rule {
    code: "AIB723",
    name: "cost-key-in-two-routes",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::Deployment],
    docs: Docs {
        what: "Two AIGatewayRoutes of one Gateway have an llmRequestCosts entry of the same metadataKey that \
              counts something else, and AI Gateway is older than v0.6.",
        why: "Up to v0.5 the costs of all routes of a Gateway lie side by side without the name of their route, \
              and one of those with the same key is taken for all.",
        client: "Wrong costs, and rate limits that count wrongly.",
        confirm: "kubectl get aigatewayroutes -A -o jsonpath='{range .items[*]}{.metadata.name} \
              {.spec.llmRequestCosts}{\"\\n\"}{end}'",
        fix: "Give each its own key, or update AI Gateway.",
        before: "llmRequestCosts: [{metadataKey: cost, type: InputToken}]   # and in another route\n\
              llmRequestCosts: [{metadataKey: cost, type: TotalToken}]",
        after: "llmRequestCosts: [{metadataKey: cost_input, type: InputToken}]   # and in another route\n\
              llmRequestCosts: [{metadataKey: cost_total, type: TotalToken}]",
    },
    refs: &["ai-gateway@v0.5.0 internal/controller/gateway.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let overwritten = world.platform.holds(&release::COSTS_BY_ROUTE) == Some(false);
    let Some(version) = world.platform.ai_gateway_version.filter(|_| overwritten) else { return };
    for gateway in world.ai_gateways() {
        let mut first: BTreeMap<&str, (&Key, usize, &RequestCost)> = BTreeMap::new();
        for route in world.routes_on(&gateway.key) {
            for (index, cost) in route.route.spec.llm_request_costs.iter().enumerate() {
                let (other, at, known) =
                    *first.entry(&cost.metadata_key).or_insert((&route.key, index, cost));
                if *other == route.key || (known.type_ == cost.type_ && known.cel == cost.cel) {
                    continue;
                }
                let key = &cost.metadata_key;
                out.push(
                    Draft::at(
                        route.key.clone(),
                        format!("/spec/llmRequestCosts/{index}/metadataKey"),
                        format!(
                            "{}: cost `{key}` is another one in another route of {}",
                            route.key, gateway.key
                        ),
                    )
                    .effect(format!("AI Gateway {version} calculates one of the two for both routes"))
                    .because(
                        other.clone(),
                        format!("/spec/llmRequestCosts/{at}"),
                        format!("defines `{key}` too"),
                    )
                    .hits(world.backends_on(&gateway.key))
                    .fix(Fix::manual("give each its own key, or update AI Gateway to v0.6 or newer")),
                );
            }
        }
    }
}
