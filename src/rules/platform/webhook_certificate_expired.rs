//! The certificate of AI Gateway's webhook has expired.

use super::super::{Check, Docs, Draft, Findings, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB728`.
pub static RULE: Rule = Rule {
    code: "AIB728",
    name: "webhook-certificate-expired",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::Secret, Kind::MutatingWebhookConfiguration, Kind::Deployment],
    docs: Docs {
        what: "The certificate with which AI Gateway's webhook serves has expired.",
        why: "The chart gives it a year, and an upgrade of the chart takes the same Secret again. The API \
               server then refuses every new Envoy pod, as the webhook must not fail. Pods that run go on, \
               until a node goes or the Deployment is rolled.",
        client: "Nothing at first; then a refused connection, or 503, as no Envoy is left.",
        confirm: "kubectl -n envoy-ai-gateway-system get secret self-signed-cert-for-mutating-webhook -o \
               jsonpath='{.data.tls\\.crt}' | base64 -d | openssl x509 -noout -enddate",
        fix: "Delete the Secret, upgrade the chart in place so that it makes a new one, and restart AI \
               Gateway's controller. For good: the chart value controller.mutatingWebhook.certManager.enable.",
        before: "# tls.crt: notAfter=Nov 10 08:00:00 2026 GMT",
        after: "# tls.crt: notAfter=Nov 12 09:00:00 2027 GMT",
    },
    refs: &["ai-gateway@v1.1.0 manifests/charts/ai-gateway-helm/templates/admission_webhook.yaml"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let Some(controller) = &world.platform.ai_gateway else { return };
    let Some((key, pem)) = super::webhook_certificate(world, controller, "tls.crt") else { return };
    // the first one is its own, the rest are those of its issuers
    let Some(end) = pem.not_after.first().filter(|end| **end < world.now) else { return };
    let mut draft = Draft::at(
        key.clone(),
        "/data/tls.crt",
        format!("{key}, the certificate of AI Gateway's webhook, has expired"),
    )
    .effect("the API server refuses new Envoy pods; those that run go on until they are replaced")
    .evidence(format!("valid until {}", end.strftime("%Y-%m-%d")))
    .hits(world.all_backends())
    .fix(super::renew_webhook_certificate(world, controller));
    for gateway in world.ai_gateways() {
        draft = draft.because(gateway.key.clone(), "", "has AI routes: its pods go through the webhook");
    }
    out.push(draft);
}
