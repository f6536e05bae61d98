//! A cost by an expression that AI Gateway refuses.

use super::{
    super::{Check, Docs, Findings, Rule, Severity},
    cost,
};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB719`.
pub static RULE: Rule = Rule {
    code: "AIB719",
    name: "cost-expression-broken",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::GatewayConfig],
    docs: Docs {
        what: "The expression of an llmRequestCosts entry, or of a globalLLMRequestCosts entry of the \
              GatewayConfig in use, is one that AI Gateway refuses: it does not parse, has a name that there \
              is not, combines a count of tokens with a number that is not unsigned, or fails when it is run \
              with all counts zero.",
        why: "AI Gateway compiles each cost, and runs it once with all counts 0 and the model `dummy`. Counts \
              are unsigned, and CEL converts nothing by itself: not 1 to 1u, nor a count to a fraction. Where \
              a cost is refused, AI Gateway writes no filter config for the whole Gateway: changes and new \
              keys of all of its routes stay out of Envoy, and only the log of the controller says so. The \
              examples in AI Gateway's own API pages, such as output_token * 0.5, are refused too.",
        client: "Old behaviour goes on; where the Gateway never worked, 500 with an empty body for all models.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute NAME -o jsonpath='{.spec.llmRequestCosts}'\n\
              kubectl -n envoy-ai-gateway-system logs deployment/ai-gateway-controller | grep \
              LLMRequestCosts",
        fix: "Use model, backend, route_name, input_tokens, cached_input_tokens, cache_creation_input_tokens, \
              output_tokens, reasoning_tokens and total_tokens; write 1u for 1, and \
              uint(double(output_tokens) * 1.5) for fractions; ask for zero before a division, and which is \
              greater before a subtraction.",
        before: "llmRequestCosts: [{metadataKey: cost, type: CEL, cel: output_token * 2}]",
        after: "llmRequestCosts: [{metadataKey: cost, type: CEL, cel: output_tokens * 2u}]",
    },
    refs: &[
        "live",
        "ai-gateway@v1.1.0 internal/llmcostcel/cel.go",
        "ai-gateway@v1.1.0 internal/controller/gateway.go",
    ],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for place in cost::costs(world) {
        if let Some(draft) = place.refused(world) {
            out.push(draft.effect(cost::FROZEN));
        }
    }
}
