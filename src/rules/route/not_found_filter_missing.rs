//! The generated answer to unknown models is gone.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    generated,
    model::{Kind, Resource as _},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB628`.
pub static RULE: Rule = Rule {
    code: "AIB628",
    name: "not-found-filter-missing",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::HTTPRoute, Kind::HTTPRouteFilter],
    docs: Docs {
        what: "The generated HTTPRoute names the HTTPRouteFilter that answers requests for unknown models, and \
              that filter does not exist.",
        why: "Envoy Gateway cannot translate a rule whose filter is missing, and lets Envoy answer with 500 \
              there. AI Gateway makes the filter anew when it looks at the route the next time.",
        client: "500 with an empty body for unknown models, in place of 404 with a text; others work.",
        confirm: "kubectl -n NAMESPACE get httproutefilter ai-eg-route-not-found-response-ROUTE",
        fix: "Create the filter, and find out who deletes it: a tool that prunes what is not in git does.",
        before: "# kubectl get httproutefilters\n\
              ai-eg-host-rewrite-chat",
        after: "# kubectl get httproutefilters\n\
              ai-eg-host-rewrite-chat\n\
              ai-eg-route-not-found-response-chat",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/ai_gateway_route.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        let filter = generated::not_found_filter_key(&route.key);
        let Some(http) = route.http.found().filter(|it| super::uses_filter(it, &filter)) else { continue };
        // without its neighbour nothing works at all: host-filter-missing
        let gone = world.cluster.http_route_filters.get(&filter.namespace, &filter.name).is_absent();
        if !gone || route.host_filter.is_absent() {
            continue;
        }
        let manifest =
            generated::not_found_filter(&world.cluster.api_version(Kind::HTTPRouteFilter), &route.key);
        out.push(
            Draft::missing(filter.clone(), format!("{filter}, which {} uses, does not exist", http.key()))
                .effect("500 with an empty body for unknown models, in place of 404")
                .because(http.key(), "/spec/rules", "its last rule uses the filter")
                .hits(route.backends())
                .fix(Fix::safe("create it as AI Gateway would").create(manifest)),
        );
    }
}
