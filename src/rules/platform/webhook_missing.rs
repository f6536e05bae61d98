//! Nothing puts AI Gateway into new Envoy pods.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Key, Kind, Resource as _},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB705`.
pub static RULE: Rule = Rule {
    code: "AIB705",
    name: "webhook-missing",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::MutatingWebhookConfiguration, Kind::Deployment],
    docs: Docs {
        what: "AI Gateway's controller is there, and its MutatingWebhookConfiguration is not.",
        why: "The webhook puts the container ai-gateway-extproc into Envoy pods when they are created. Pods \
              that run go on; the next one starts without it.",
        client: "500 with an empty body from Envoy pods that are created from now on.",
        confirm: "kubectl get mutatingwebhookconfigurations",
        fix: "Install the chart of AI Gateway again: it brings the webhook.",
        before: "# kubectl get mutatingwebhookconfigurations\n\
              No resources found",
        after: "# kubectl get mutatingwebhookconfigurations\n\
              envoy-ai-gateway-gateway-pod-mutator.envoy-ai-gateway-system",
    },
    refs: &["ai-gateway@v1.1.0 manifests/charts/ai-gateway-helm/templates/admission_webhook.yaml"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let Some(controller) = world.platform.ai_gateway else { return };
    if world.cluster.webhooks.gap().is_some() || !super::webhooks(world, &controller).is_empty() {
        return;
    }
    let namespace = &controller.deployment.meta.namespace;
    let key = Key::new(Kind::MutatingWebhookConfiguration, "", format!("{}.{namespace}", super::WEBHOOK));
    let chart = super::helm("aieg", "ai-gateway-helm", namespace, world.platform.ai_gateway_version);
    out.push(
        Draft::missing(key.clone(), format!("{key} does not exist"))
            .effect("the next Envoy pod starts without AI Gateway in it: 500 with an empty body from there")
            .because(controller.deployment.key(), "", "is the controller that it belongs to")
            .hits(world.all_backends())
            .fix(Fix::manual("install the chart of AI Gateway again").command(chart)),
    );
}
