//! A cost of type CEL has no expression.

use super::{
    super::{Check, Docs, Findings, Fix, Rule, Severity},
    cost,
};
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
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::GatewayConfig],
    docs: Docs {
        what: "An entry of llmRequestCosts, or of globalLLMRequestCosts of the GatewayConfig in use, has type CEL \
              and no `cel`.",
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
    for place in cost::costs(world).iter().filter(|it| it.cel.is_none()) {
        let entry = place.path.trim_end_matches("/cel");
        out.push(
            place
                .draft(entry, &format!("{} is of type CEL and has no expression", place.what))
                .effect(cost::FROZEN)
                .fix(Fix::review("count all tokens").set(
                    &place.key,
                    &place.path,
                    "input_tokens + output_tokens",
                )),
        );
    }
}
