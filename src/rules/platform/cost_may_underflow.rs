//! A cost subtracts counts of which the second may be the greater one.

use super::{
    super::{Check, Docs, Findings, Fix, Rule, Severity},
    cost,
};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB722`.
pub static RULE: Rule = Rule {
    code: "AIB722",
    name: "cost-may-underflow",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::GatewayConfig, Kind::QuotaPolicy],
    docs: Docs {
        what: "The expression of a cost subtracts unsigned numbers, and the second one is not part of the first: \
              output_tokens - input_tokens.",
        why: "Unsigned numbers do not go below zero: where the second is greater, the expression ends in an \
              error. AI Gateway calculates costs at the end of an answer, so the error comes after the provider \
              has done its work. The trial run, with all counts 0, does not show it. Parts may be taken away \
              from their whole: AI Gateway adds cached tokens to input_tokens for providers that count them \
              apart.",
        client: "Answers may end in an error, and their cost is not counted.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute NAME -o jsonpath='{.spec.llmRequestCosts}'",
        fix: "Ask first: a > b ? a - b : 0u.",
        before: "llmRequestCosts: [{metadataKey: cost, type: CEL, cel: output_tokens - input_tokens}]",
        after: "llmRequestCosts:\n\
                - metadataKey: cost\n  \
                  type: CEL\n  \
                  cel: \"output_tokens > input_tokens ? output_tokens - input_tokens : 0u\"",
    },
    refs: &[
        "ai-gateway@v1.1.0 internal/llmcostcel/cel.go",
        "ai-gateway@v1.1.0 internal/extproc/processor_impl.go",
    ],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for place in cost::costs(world).iter().chain(&cost::quotas(world)) {
        for subtraction in place.remarks(world).subtractions {
            let says = format!("`{}` in {} may go below zero", subtraction.text, place.what);
            out.push(
                place
                    .draft(&place.path, &says)
                    .effect("where it does, the answer may end in an error, and its cost is not counted")
                    .fix(match subtraction.guarded {
                        Some(cel) => Fix::review("end at zero").set(&place.key, &place.path, cel),
                        None => Fix::manual("ask first: `a > b ? a - b : 0u`"),
                    }),
            );
        }
    }
}
