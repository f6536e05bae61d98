//! The API server does not trust AI Gateway's webhook.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB729`.
pub static RULE: Rule = Rule {
    code: "AIB729",
    name: "webhook-ca-mismatch",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::Secret, Kind::MutatingWebhookConfiguration, Kind::Deployment],
    docs: Docs {
        what: "The caBundle in AI Gateway's MutatingWebhookConfiguration is of another CA than the one in the \
               Secret with which the webhook serves.",
        why: "The API server does not trust the webhook then, and refuses every new Envoy pod. AI Gateway's \
               controller copies the CA when it starts, and only then: a Secret that was made anew later does \
               not reach the webhook.",
        client: "Nothing at first; then a refused connection, or 503, as no Envoy is left.",
        confirm: "kubectl get mutatingwebhookconfigurations -o \
               jsonpath='{.items[*].webhooks[*].clientConfig.caBundle}'\n\
               kubectl -n envoy-ai-gateway-system get secret self-signed-cert-for-mutating-webhook -o \
               jsonpath='{.data.ca\\.crt}'",
        fix: "Restart AI Gateway's controller: it copies the CA from the Secret.",
        before: "clientConfig: {caBundle: LS0tOLD…}",
        after: "clientConfig: {caBundle: LS0tNEW…}   # as in ca.crt of the Secret",
    },
    refs: &["ai-gateway@v1.1.0 cmd/controller/main.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let Some(controller) = &world.platform.ai_gateway else { return };
    let Some((secret, ca)) = super::webhook_certificate(world, controller, "ca.crt") else { return };
    for config in world.cluster.webhooks.iter().filter(|it| it.meta.name.starts_with(super::WEBHOOK)) {
        for (index, webhook) in config.webhooks.iter().enumerate() {
            let bundle = &webhook.client_config.ca_bundle;
            if !bundle.is_certificates() || !bundle.fingerprints.is_disjoint(&ca.fingerprints) {
                continue;
            }
            let key = config.key();
            out.push(
                Draft::at(
                    key.clone(),
                    format!("/webhooks/{index}/clientConfig/caBundle"),
                    format!("{key} trusts another CA than the one of AI Gateway's webhook"),
                )
                .effect("the API server refuses new Envoy pods; those that run go on until they are replaced")
                .because(
                    secret.clone(),
                    "/data/ca.crt",
                    "is the CA of the certificate that the webhook serves with",
                )
                .hits(world.all_backends())
                .fix(
                    Fix::manual("restart the controller: it copies the CA when it starts")
                        .command(super::restart(controller)),
                ),
            );
        }
    }
}
