//! A rule of names and addresses, with an AI Gateway that does not know its clusters.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    siblings,
};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, World, release},
};

/// See `kubectl aigw-backend explain AIB220`.
pub static RULE: Rule = Rule {
    code: "AIB220",
    name: "mixed-rule-not-processed",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::AIServiceBackend, Kind::Backend, Kind::Deployment],
    docs: Docs {
        what: "Some Backends of a rule have host names, others IP addresses, and AI Gateway is older than \
              v1.1.",
        why: "Envoy Gateway makes a cluster of each backend of such a rule, under names that AI Gateway \
              before v1.1 does not know. It puts no ext_proc in, for any of them.",
        client: "401 or 404 from the providers: requests arrive untranslated, without credential, with the \
              client's own headers.",
        confirm: "kubectl -n envoy-ai-gateway-system logs deploy/ai-gateway-controller | grep 'non-ai-gateway \
              cluster name'",
        fix: "Give all Backends of the rule host names, or give each a rule of its own, or upgrade AI \
              Gateway.",
        before: "# AI Gateway v1.0.0\n\
              backendRefs: [{name: openai}, {name: gpu-by-address}]",
        after: "# AI Gateway v1.0.0\n\
              backendRefs: [{name: openai}, {name: gpu-by-name}]",
    },
    refs: &["envoyproxy/ai-gateway issue 2135", "gateway@v1.8.1 internal/ir/xds.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let platform = &world.platform;
    if platform.holds(&release::SPLIT_RULES_PROCESSED) != Some(false) {
        return;
    }
    for route in &world.routes {
        for rule in &route.rules {
            let Some(active) = siblings::active(world, rule).filter(|it| siblings::are_mixed(it)) else {
                continue;
            };
            let message = format!(
                "{} mixes names and addresses in rule {}, which this AI Gateway does not process",
                route.key, rule.index
            );
            let mut draft =
                Draft::at(route.key.clone(), format!("/spec/rules/{}/backendRefs", rule.index), message)
                    .effect("requests go to the providers as they came: no credential, no translation")
                    .hits(active.iter().map(|(it, _)| (it.key.namespace.clone(), it.key.name.clone())))
                    .fix(Fix::manual(
                        "give all Backends of the rule host names, or upgrade AI Gateway to v1.1",
                    ));
            for (_, backend) in &active {
                let has =
                    if siblings::has_names(backend) == Some(true) { "host names" } else { "IP addresses" };
                draft = draft.because(backend.key(), "/spec/endpoints", format!("has {has}"));
            }
            if let Some(controller) = platform.ai_gateway {
                draft =
                    draft.because(controller.deployment.key(), controller.pointer(), "is older than v1.1");
            }
            out.push(draft);
        }
    }
}
