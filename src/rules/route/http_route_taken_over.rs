//! The HTTPRoute that AI Gateway overwrote was someone else's.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    generated::GENERATED,
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB636`.
pub static RULE: Rule = Rule {
    code: "AIB636",
    name: "http-route-taken-over",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::HTTPRoute],
    docs: Docs {
        what: "The HTTPRoute of an AIGatewayRoute was there before: it does not belong to the AIGatewayRoute, \
               and is older than it or has labels of something else.",
        why: "AI Gateway writes an HTTPRoute of the name of its route, and does not ask whose it was. What the \
                old one did is lost; what made it (Helm, Argo CD, a person) may write it anew and take the \
               models away; and it stays behind when the AIGatewayRoute is deleted, as only an HTTPRoute that \
               AI Gateway made itself belongs to it.",
        client: "404 for what the old HTTPRoute served; later perhaps for the models.",
        confirm: "kubectl -n NAMESPACE get httproute NAME -o jsonpath='{.metadata.labels} \
               {.metadata.ownerReferences}'",
        fix: "Give the AIGatewayRoute another name, and the HTTPRoute back to its owner.",
        before: "kind: AIGatewayRoute\n\
               metadata: {name: api}   # as the HTTPRoute of the shop",
        after: "kind: AIGatewayRoute\n\
               metadata: {name: api-models}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/ai_gateway_route.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        let Some(http) = route.http.found() else { continue };
        let owned = http.meta.owner_references.iter().any(|it| it.kind == "AIGatewayRoute");
        // what is not from a cluster has no owner yet; without the annotation: http-route-of-same-name
        if owned || http.meta.uid.is_empty() || !http.meta.annotations.contains_key(GENERATED) {
            continue;
        }
        let meta = &route.route.meta;
        let older =
            http.meta.creation_timestamp.zip(meta.creation_timestamp).is_some_and(|(http, own)| http < own);
        // AI Gateway copies the labels of the route, and takes none away
        let foreign: Vec<String> = (http.meta.labels.iter())
            .filter(|(key, _)| !meta.labels.contains_key(*key))
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        if !older && foreign.is_empty() {
            continue;
        }
        let key = &route.http_key;
        let message = format!("{key} was there before {}, which has taken it over", route.key);
        let mut draft = Draft::at(key.clone(), "/metadata/ownerReferences", message)
            .effect("what it served is lost, and its owner may write it anew: 404 for the models then")
            .because(route.key.clone(), "/metadata/name", "has the same name, and does not own it")
            .hits(route.backends())
            .fix(
                Fix::manual("give the AIGatewayRoute another name, and the HTTPRoute back to its owner")
                    .command(format!("kubectl -n {} get httproute {} -o yaml", key.namespace, key.name)),
            );
        if !foreign.is_empty() {
            draft = draft.evidence(format!("labels of something else: {}", foreign.join(", ")));
        }
        if older {
            draft = draft.evidence("older than the AIGatewayRoute");
        }
        out.push(draft);
    }
}
