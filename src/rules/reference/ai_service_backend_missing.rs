//! A route names an AIServiceBackend that does not exist.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, near::nearest};
use crate::{
    model::Kind,
    trace::{Hop, RefTrace, RouteTrace, World},
};

/// See `kubectl aigw-backend explain AIB106`.
pub static RULE: Rule = Rule {
    code: "AIB106",
    name: "ai-service-backend-missing",
    hop: Hop::Reference,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute],
    docs: Docs {
        what: "A rule of an AIGatewayRoute names an AIServiceBackend that does not exist. A weight of 0 does not help.",
        why: "AI Gateway gives up on the whole route. Its HTTPRoute stays as it was, and new rules and new keys do \
              not reach Envoy for any backend of the route. While HTTPRoute and route differ, AI Gateway v0.5 to \
              v1.1 counts backends in one and endpoints in the other: its controller can crash, or give one \
              provider the key of another.",
        client: "404 where the route never worked; else the old configuration, and 500 for some requests.",
        confirm: "kubectl -n NAMESPACE get aiservicebackends\n\
                  kubectl -n NAMESPACE get aigatewayroute ROUTE -o jsonpath='{.status.conditions}'",
        fix: "Create the AIServiceBackend, correct the name, or take the reference out, at once.",
        before: "kind: AIGatewayRoute\nspec:\n  rules:\n  - backendRefs:\n    - {name: opnai}",
        after: "kind: AIGatewayRoute\nspec:\n  rules:\n  - backendRefs:\n    - {name: openai}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/ai_gateway_route.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for rule in &route.rules {
            let backends = rule.refs.iter().filter(|it| it.pool.is_none() && it.backend.is_absent());
            // a kind that is newer than this tool is looked up elsewhere
            for it in backends
                .filter(|it| it.reference.kind.as_deref().is_none_or(|kind| kind == "AIServiceBackend"))
            {
                out.push(draft(world, route, rule.index, it));
            }
        }
    }
}

fn draft(world: &World<'_>, route: &RouteTrace<'_>, rule: usize, missing: &RefTrace<'_>) -> Draft {
    let path = format!("/spec/rules/{rule}/backendRefs/{}", missing.index);
    let outgrown = route.outgrown(&world.platform);
    let effect = if outgrown.is_some() {
        super::crash(&world.platform)
    } else if route.http.is_absent() {
        "AI Gateway gives up on the whole route: 404 for all of its models".to_owned()
    } else {
        "AI Gateway gives up on the whole route: no new rules and keys, and keys may go to the wrong provider"
            .to_owned()
    };
    let mut draft = Draft::missing(missing.key.clone(), format!("{} does not exist", missing.key))
        .effect(effect)
        .because(route.key.clone(), format!("{path}/name"), "refers to it")
        .hits(route.backends());
    if let Some((rule, refs, endpoints)) = outgrown {
        let path = format!("/spec/rules/{rule}/backendRefs");
        draft = draft.because(
            route.http_key.clone(),
            path,
            format!("has {endpoints} of the {refs} backends of the rule"),
        );
    }
    let all = &world.cluster.ai_service_backends;
    let there = all.in_namespace(&missing.key.namespace).items;
    if let Some(name) = nearest(&missing.key.name, there.iter().map(|it| it.meta.name.as_str())) {
        let title = format!("refer to AIServiceBackend `{name}`");
        return draft.fix(Fix::review(title).set(&route.key, &format!("{path}/name"), name));
    }
    for it in all.iter().filter(|it| it.meta.name == missing.key.name) {
        let namespace = &it.meta.namespace;
        let title =
            format!("refer to the one in namespace `{namespace}`; it needs two ReferenceGrants there");
        draft = draft.fix(Fix::manual(title));
    }
    draft.fix(Fix::manual(format!("create {}, or take the reference out", missing.key)))
}
