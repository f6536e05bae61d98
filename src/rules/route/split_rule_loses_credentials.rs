//! An older AI Gateway leaves out rules that Envoy Gateway splits, though all their backends are well.

use super::{
    super::{Check, Docs, Findings, Rule, Severity},
    split,
};
use crate::{
    model::Kind,
    trace::{Hop, World, release},
};

/// See `kubectl aigw-backend explain AIB644`.
pub static RULE: Rule = Rule {
    code: "AIB644",
    name: "split-rule-loses-credentials",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::Backend, Kind::BackendTrafficPolicy, Kind::Deployment],
    docs: Docs {
        what: "With AI Gateway before v1.1: the BackendTrafficPolicy in force on a rule has \
               loadBalancer.zoneAware, or the Backends of a rule differ in protocol (h2c beside ws or wss), or some \
               of them alone have tls.autoSNIFromEndpointHostname. Rules with a broken backend are \
               rule-loses-credentials, those of names and addresses mixed-rule-not-processed.",
        why: "Envoy Gateway then makes a cluster of its own for each backend of the rule, with zones even where \
              there is but one. AI Gateway before v1.1 does not know the names of such clusters and leaves them \
              alone. This was read in the code of both, and not tried.",
        client: "401 or 404 from the providers: requests may arrive untranslated, without the provider's key, and \
                 with the caller's Authorization.",
        confirm: "kubectl -n envoy-ai-gateway-system logs deploy/ai-gateway-controller | grep 'non-ai-gateway \
               cluster name'",
        fix: "Take zoneAware out of the policy, or make the Backends of the rule alike; or upgrade AI Gateway to \
              v1.1 or later.",
        before: "# AI Gateway v1.0\n\
               kind: BackendTrafficPolicy\n\
               spec: {loadBalancer: {type: RoundRobin, zoneAware: {preferLocal: {}}}}",
        after: "# AI Gateway v1.0\n\
               kind: BackendTrafficPolicy\n\
               spec: {loadBalancer: {type: RoundRobin}}",
    },
    refs: &[
        "gateway@v1.9.0 internal/ir/xds.go",
        "ai-gateway@v1.0.0 internal/extensionserver/post_translate_modify.go",
    ],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let platform = &world.platform;
    if platform.holds(&release::SPLIT_RULES_PROCESSED) != Some(false) {
        return;
    }
    for route in &world.routes {
        for rule in &route.rules {
            let Some(it) = split::split(world, route, rule) else { continue };
            let effect =
                "requests may go out untranslated, without keys, and with the caller's Authorization";
            let draft = it
                .cause
                .draft(route, rule, "keys")
                .effect(it.cause.scoped(platform, effect))
                .hits(it.active.iter().map(|it| (it.key.namespace.clone(), it.key.name.clone())));
            out.push(split::blame_release(draft, platform));
        }
    }
}
