//! QuotaPolicies, and no service that counts them.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    cost,
};
use crate::{
    model::{Key, Kind, Resource as _, names},
    trace::{Hop, World, release},
};

/// See `kubectl aigw-backend explain AIB727`.
pub static RULE: Rule = Rule {
    code: "AIB727",
    name: "quota-service-missing",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::QuotaPolicy, Kind::Deployment, Kind::Service],
    docs: Docs {
        what: "There are QuotaPolicies, and not the rate limit service that counts them.",
        why: "Envoy asks that service before each request. AI Gateway's chart does not install it, and where it \
              does not answer Envoy lets requests pass, unless the controller is told otherwise. Every status is \
              green.",
        client: "No quota is ever reached; with quotaRateLimitFailureModeDeny requests are refused instead.",
        confirm: "kubectl -n envoy-gateway-system get service envoy-ai-gateway-ratelimit",
        fix: "Install the service, with a Redis, as AI Gateway's page on quotas shows, or set the flag \
              quotaRateLimitServiceAddr of the controller to where it is.",
        before: "kind: QuotaPolicy",
        after: "kind: QuotaPolicy\n\
              ---\n\
              kind: Service\n\
              metadata: {name: envoy-ai-gateway-ratelimit, namespace: envoy-gateway-system}",
    },
    refs: &["ai-gateway@v1.1.0 internal/extensionserver/quota_ratelimit.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let quotas = || world.cluster.quota_policies.iter().filter(|it| !it.spec.per_model_quotas.is_empty());
    let Some(controller) = world.platform.ai_gateway else { return };
    let Some(first) = quotas().next() else { return };
    if !world.platform.likely(&release::QUOTAS_ENFORCED) {
        return;
    }
    let set = controller.flag(names::QUOTA_SERVICE_FLAG).filter(|it| !it.is_empty());
    let Some(name) = names::quota_service(set) else { return };
    // a name of two labels may as well be a public one
    let certain = set.is_none() || name.certain;
    if !certain || !world.cluster.services.get(&name.namespace, &name.service).is_absent() {
        return;
    }
    let denies = controller.flag("quotaRateLimitFailureModeDeny") == Some("true");
    let service = Key::new(Kind::Service, &name.namespace, &name.service);
    let message = format!("{service}, which counts quotas, does not exist");
    out.push(
        Draft::missing(service, message)
            .effect(if denies {
                "requests to backends with a quota are refused"
            } else {
                "Envoy lets requests pass without a quota"
            })
            .because(first.key(), "/spec/perModelQuotas", "needs it")
            .hits(quotas().flat_map(|it| cost::targets(world, it)))
            .fix(Fix::manual("install the rate limit service of AI Gateway's quotas, and a Redis for it")),
    );
}
