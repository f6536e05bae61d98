//! The generated host rewrite is gone.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    generated,
    model::{Kind, Resource as _},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB611`.
pub static RULE: Rule = Rule {
    code: "AIB611",
    name: "host-filter-missing",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::HTTPRoute, Kind::HTTPRouteFilter],
    docs: Docs {
        what: "The generated HTTPRoute names the HTTPRouteFilter that rewrites the Host header, and that \
              filter does not exist.",
        why: "Envoy Gateway cannot translate a rule whose filter is missing and lets Envoy answer itself; \
              the HTTPRoute stays Accepted. AI Gateway makes the filter anew when it looks at the route the \
              next time.",
        client: "500 with an empty body for all models of the route.",
        confirm: "kubectl -n NAMESPACE get httproutefilter ai-eg-host-rewrite-ROUTE",
        fix: "Create the filter, and find out who deletes it: a tool that prunes what is not in git does.",
        before: "# kubectl get httproutefilters\n\
              No resources found",
        after: "kind: HTTPRouteFilter\n\
              metadata: {name: ai-eg-host-rewrite-chat}\n\
              spec: {urlRewrite: {hostname: {type: Backend}}}",
    },
    refs: &[
        "live",
        "ai-gateway@v1.1.0 internal/controller/ai_gateway_route.go",
        "gateway@v1.8.1 internal/gatewayapi/route.go",
    ],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in world.routes.iter().filter(|it| it.host_filter.is_absent()) {
        let Some(http) = route.http.found().filter(|it| super::uses_filter(it, &route.host_filter_key))
        else {
            continue;
        };
        let filter = &route.host_filter_key;
        let manifest = generated::host_filter(&world.cluster.api_version(Kind::HTTPRouteFilter), &route.key);
        out.push(
            Draft::missing(filter.clone(), format!("{filter}, which {} uses, does not exist", http.key()))
                .effect("500 with an empty body for all models of the route")
                .because(http.key(), "/spec/rules", "its rules use the filter")
                .hits(route.backends())
                .fix(Fix::safe("create it as AI Gateway would").create(manifest)),
        );
    }
}
