//! A cost of type CEL has no expression.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB717`.
pub static RULE: Rule = Rule {
    code: "AIB717",
    name: "cost-expression-missing",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute],
    docs: Docs {
        what: "An entry of llmRequestCosts has type CEL and no `cel`.",
        why: "The API server lets it pass. AI Gateway then fails to write the filter config of the whole \
              Gateway: changes and new keys of all of its routes stay out of Envoy, and only the log of the \
              controller says so.",
        client: "Old behaviour goes on; where the Gateway never worked, 500 with an empty body for all models.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute NAME -o jsonpath='{.spec.llmRequestCosts}'\n\
              kubectl -n envoy-ai-gateway-system logs deployment/ai-gateway-controller | grep \
              LLMRequestCosts",
        fix: "Write the expression, over unsigned numbers, or choose a type that needs none.",
        before: "llmRequestCosts: [{metadataKey: cost, type: CEL}]",
        after: "llmRequestCosts: [{metadataKey: cost, type: CEL, cel: input_tokens + output_tokens}]",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/gateway.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for (index, cost) in route.route.spec.llm_request_costs.iter().enumerate() {
            if cost.type_ != "CEL" || cost.cel.as_deref().is_some_and(|it| !it.is_empty()) {
                continue;
            }
            let path = format!("/spec/llmRequestCosts/{index}");
            let message =
                format!("{}: cost `{}` is of type CEL and has no expression", route.key, cost.metadata_key);
            let gateways = route.parents.iter().flat_map(|it| world.backends_on(&it.key));
            out.push(
                Draft::at(route.key.clone(), path.clone(), message)
                    .effect("changes and new keys of the whole Gateway do not reach Envoy; 500 if it never worked")
                    .hits(gateways.chain(route.backends()))
                    .fix(
                        Fix::review("count all tokens").set(&route.key, &format!("{path}/cel"), "input_tokens + output_tokens"),
                    ),
            );
        }
    }
}
