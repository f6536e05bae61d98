//! The cost of a quota is one that AI Gateway refuses.

use super::{
    super::{Check, Docs, Findings, Rule, Severity},
    cost,
};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB726`.
pub static RULE: Rule = Rule {
    code: "AIB726",
    name: "quota-cost-broken",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::QuotaPolicy],
    docs: Docs {
        what: "The costExpression of a QuotaPolicy is one that AI Gateway refuses: it does not parse, has a name \
              that there is not, combines a count of tokens with a number that is not unsigned, or fails when it \
              is run with all counts zero.",
        why: "AI Gateway leaves such a quota out of what Envoy calculates and writes a line to its log. The \
              QuotaPolicy stays Accepted, and requests take nothing from the quota.",
        client: "The quota is not reached: everyone goes on.",
        confirm: "kubectl -n envoy-ai-gateway-system logs deployment/ai-gateway-controller | grep 'QuotaPolicy cost'",
        fix: "Write an expression over unsigned numbers, or leave costExpression out to count total_tokens.",
        before: "quota: {costExpression: output_tokens * 1.5, defaultBucket: {limit: 1000, duration: 1h}}",
        after: "quota: {costExpression: uint(double(output_tokens) * 1.5), defaultBucket: {limit: 1000, duration: 1h}}",
    },
    refs: &["ai-gateway@v1.1.0 internal/controller/gateway.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for place in cost::quotas(world) {
        if let Some(draft) = place.refused(world) {
            out.push(draft.effect("AI Gateway leaves it out: requests take nothing from this quota"));
        }
    }
}
