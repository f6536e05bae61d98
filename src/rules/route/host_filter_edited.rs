//! The generated host rewrite was edited.

use serde_json::json;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB612`.
pub static RULE: Rule = Rule {
    code: "AIB612",
    name: "host-filter-edited",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::HTTPRoute, Kind::HTTPRouteFilter],
    docs: Docs {
        what: "The generated HTTPRouteFilter does something else than rewriting the Host header to the name \
              of the endpoint.",
        why: "AI Gateway makes this filter once and never repairs it. Without the rewrite the provider gets \
              the host name that the client called the gateway by.",
        client: "403, 404 or 421 from providers that look at the Host header.",
        confirm: "kubectl -n NAMESPACE get httproutefilter ai-eg-host-rewrite-ROUTE -o yaml",
        fix: "Delete the filter: AI Gateway makes a new one.",
        before: "spec: {urlRewrite: {hostname: {type: Replace, replace: ai.example.com}}}",
        after: "spec: {urlRewrite: {hostname: {type: Backend}}}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/ai_gateway_route.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        let (Some(http), Some(filter)) = (route.http.found(), route.host_filter.found()) else { continue };
        let rewrite = filter.spec.url_rewrite.as_ref().and_then(|it| it.hostname.as_ref());
        if rewrite.is_some_and(|it| it.type_ == "Backend")
            || !super::uses_filter(http, &route.host_filter_key)
        {
            continue;
        }
        let key = &route.host_filter_key;
        let seen = rewrite.map_or("no rewrite", |it| it.type_.as_str());
        out.push(
            Draft::at(
                key.clone(),
                "/spec/urlRewrite",
                format!("{key} does not rewrite the host to that of the backend"),
            )
            .effect("the provider gets another Host header than its own name: 403, 404 or 421 from many")
            .evidence(format!("urlRewrite.hostname: {seen}"))
            .hits(route.backends())
            .fix(Fix::review("let AI Gateway's rewrite be as it was").set(
                key,
                "/spec/urlRewrite",
                json!({"hostname": {"type": "Backend"}}),
            )),
        );
    }
}
