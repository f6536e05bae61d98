//! Health checks that ask a provider for the host `*`.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place,
};
use crate::{
    model::{BackendTrafficPolicy, Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB223`.
pub static RULE: Rule = Rule {
    code: "AIB223",
    name: "health-check-without-host",
    hop: Hop::Endpoint,
    severity: Severity::Warning,
    needs: &[
        Kind::AIGatewayRoute,
        Kind::AIServiceBackend,
        Kind::Backend,
        Kind::BackendTrafficPolicy,
        Kind::Gateway,
    ],
    docs: Docs {
        what: "A BackendTrafficPolicy on an AI route or its Gateway has an active HTTP health check without \
              hostname, the route has no hostnames, and a backend calls a public host without `hostname` \
              beside it.",
        why: "The check's Host header is that of the policy, else `hostname` of the endpoint, else that of \
              the route. Where none is set it is `*`; the rewrite of the Host header for requests does not \
              apply to checks.",
        client: "503 (no healthy upstream) once all endpoints have failed their checks.",
        confirm: "kubectl -n NAMESPACE get backendtrafficpolicies -o jsonpath='{.items[*].spec.healthCheck}'",
        fix: "Set `hostname` beside the fqdn of the endpoint, or in the health check.",
        before: "endpoints:\n\
              - fqdn: {hostname: api.openai.com, port: 443}",
        after: "endpoints:\n\
              - fqdn: {hostname: api.openai.com, port: 443}\n  \
              hostname: api.openai.com",
    },
    refs: &["gateway@v1.8.1 internal/xds/translator/cluster.go", "envoyproxy/gateway issue 5664"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found() else { return };
    let nameless: Vec<_> =
        trace.endpoint.addresses.iter().filter(|it| it.is_public() && it.hostname.is_none()).collect();
    let Some(host) = nameless.first().and_then(|it| it.name()) else { return };
    let mut fix = Fix::review("give the endpoint its name for checks too");
    for address in &nameless {
        fix = fix.set(
            &backend,
            &format!("{}/hostname", place::endpoint(address)),
            address.name().unwrap_or_default(),
        );
    }
    let checks = |it: &BackendTrafficPolicy| {
        let active = it.spec.health_check.as_ref().and_then(|it| it.active.as_ref()?.http.as_ref());
        active.is_some_and(|it| it.hostname.as_ref().is_none_or(String::is_empty))
    };
    for it in trace.route.uses.iter().filter(|it| it.route.route.spec.hostnames.is_empty()) {
        let route = it.route;
        let policy = route.rules.get(it.rule).and_then(|rule| route.traffic_policy(trace.world, rule.rule));
        let Some(policy) = policy.filter(|it| checks(it)) else { continue };
        let path = nameless.first().map(|it| place::endpoint(it)).unwrap_or_default();
        let message = format!("{backend} gives {host} no name for health checks, which ask for the host `*`");
        out.push(
            Draft::at(backend.clone(), path, message)
                .effect("503 once all endpoints have failed their checks, if the provider refuses that host")
                .because(
                    policy.key(),
                    "/spec/healthCheck/active/http",
                    "makes the checks, and has no hostname",
                )
                .because(route.key.clone(), "/spec/hostnames", "is empty")
                .fix(fix),
        );
        return;
    }
}
