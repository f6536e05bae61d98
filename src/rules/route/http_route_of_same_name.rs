//! A hand-written HTTPRoute that AI Gateway overwrites.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    generated::GENERATED,
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB630`.
pub static RULE: Rule = Rule {
    code: "AIB630",
    name: "http-route-of-same-name",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::HTTPRoute],
    docs: Docs {
        what: "An HTTPRoute that someone wrote by hand has the name of an AIGatewayRoute in the same \
              namespace.",
        why: "AI Gateway writes an HTTPRoute of that name and does not ask whose it was: host names, rules \
              and filters of the old one are lost. The HTTPRoute also stays behind when the AIGatewayRoute \
              is deleted.",
        client: "What the old HTTPRoute served answers 404 from then on.",
        confirm: "kubectl -n NAMESPACE get httproute NAME -o jsonpath='{.metadata.ownerReferences}'",
        fix: "Give one of the two another name.",
        before: "kind: AIGatewayRoute\n\
              metadata: {name: shop}",
        after: "kind: AIGatewayRoute\n\
              metadata: {name: shop-models}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/ai_gateway_route.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        let Some(http) = route.http.found() else { continue };
        let owned = http.meta.owner_references.iter().any(|it| it.kind == "AIGatewayRoute");
        if owned || http.meta.annotations.contains_key(GENERATED) {
            continue;
        }
        out.push(
            Draft::at(
                route.http_key.clone(),
                "",
                format!("{} was written by hand, and {} takes its name", route.http_key, route.key),
            )
            .effect("AI Gateway overwrites it: what it served answers 404 from then on")
            .because(
                route.key.clone(),
                "/metadata/name",
                "is the name of the HTTPRoute that AI Gateway makes",
            )
            .hits(route.backends())
            .fix(Fix::manual("give one of the two another name")),
        );
    }
}
