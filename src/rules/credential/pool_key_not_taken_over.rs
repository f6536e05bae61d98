//! The key of an InferencePool that changed, and that Envoy does not have yet.

use jiff::SignedDuration;

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    pool,
};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, SecretTrace, World},
};

/// See `kubectl aigw-backend explain AIB439`.
pub static RULE: Rule = Rule {
    code: "AIB439",
    name: "pool-key-not-taken-over",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret, Kind::AIGatewayRoute, Kind::Pod],
    docs: Docs {
        what: "The Secret of a BackendSecurityPolicy for an InferencePool was written after the \
              configuration of ext_proc in an Envoy that serves the pool. It speaks only where the objects \
              say when they were written (managedFields).",
        why: "AI Gateway writes that configuration anew when something about a Gateway, a route or an \
              AIServiceBackend changes. A key of an InferencePool is not among them.",
        client: "401 once the old key is revoked; until then the old key is used.",
        confirm: "kubectl -n NAMESPACE get secret KEY -o yaml --show-managed-fields | grep time\n\
              kubectl -n envoy-gateway-system get secrets -o yaml --show-managed-fields | grep -e name: -e time",
        fix: "Restart AI Gateway's controller, or change the spec of the AIGatewayRoute.",
        before: "# 10:00 filter config written\n\
              # 10:05 key of the pool replaced",
        after: "# 10:05 key of the pool replaced\n\
              # 10:06 filter config written",
    },
    refs: &["ai-gateway@v1.1.0 internal/controller/inference_pool.go"],
    check: Check::World(check),
};

/// How long the controller may take.
const SLACK: SignedDuration = SignedDuration::from_mins(1);

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for policy in world.cluster.backend_security_policies.iter().filter(|it| !it.spec.fetches_token()) {
        let Some(secret) = SecretTrace::of(world.cluster, policy) else { continue };
        let Some(changed) = secret.secret.found().and_then(|it| it.meta.written) else { continue };
        for gateway in world.ai_gateways() {
            let Some(index) = pool::target(world, policy, gateway) else { continue };
            let configs = gateway.filter_configs(world);
            let written = configs.into_iter().find_map(|(key, it)| Some((key, it.found()?.meta.written?)));
            let Some((config, written)) = written.filter(|(_, at)| changed.duration_since(*at) > SLACK)
            else {
                continue;
            };
            let key = policy.key();
            let message = format!(
                "{key} has a new key for an InferencePool, and {} still has the old one",
                gateway.key
            );
            let mut fix = Fix::manual("have AI Gateway write the configuration of Envoy anew");
            if let Some(controller) = world.platform.ai_gateway {
                let meta = &controller.deployment.meta;
                fix = fix.command(format!(
                    "kubectl -n {} rollout restart deployment/{}",
                    meta.namespace, meta.name
                ));
            }
            out.push(
                Draft::at(key, format!("/spec/targetRefs/{index}"), message)
                    .effect("requests to the pool carry the old key: 401 once it is revoked")
                    .because(secret.key.clone(), "/data", format!("was written at {changed}"))
                    .because(config, "/data", format!("was written at {written}"))
                    .hits([])
                    .fix(fix),
            );
        }
    }
}
