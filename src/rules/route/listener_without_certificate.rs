//! The listener has no certificate.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Condition, Kind, Listener, has_condition},
    trace::{GatewayTrace, Hop, World},
};

/// See `kubectl aigw-backend explain AIB622`.
pub static RULE: Rule = Rule {
    code: "AIB622",
    name: "listener-without-certificate",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::Secret],
    docs: Docs {
        what: "A listener with AI routes terminates TLS, and the Secret with its certificate does not exist, \
              or Envoy Gateway cannot use it.",
        why: "Envoy Gateway does not program such a listener. The AIGatewayRoute is Accepted and counted as \
              attached.",
        client: "A refused connection, or a failed handshake.",
        confirm: "kubectl -n NAMESPACE get gateway NAME -o jsonpath='{.status.listeners}'\n\
              kubectl -n NAMESPACE get secret SECRET",
        fix: "Create the Secret of type kubernetes.io/tls, or correct its name; with cert-manager, look at \
              the Certificate.",
        before: "tls: {certificateRefs: [{name: gw-crt}]}",
        after: "tls: {certificateRefs: [{name: gw-cert}]}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/validate.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways() {
        let used = super::ai_listeners(world, &gateway.key);
        for listener in gateway.gateway.spec.listeners.iter().filter(|it| used.contains(it.name.as_str())) {
            if listener.tls.as_ref().is_none_or(|it| it.mode.as_deref() == Some("Passthrough")) {
                continue;
            }
            let secrets = gateway.certificates(world, listener);
            let Some((first, _)) = secrets.first() else { continue };
            let absent = secrets.iter().all(|(_, it)| it.is_absent());
            let there = secrets.iter().all(|(_, it)| it.found().is_some());
            // of several, the status does not say which one is meant
            let refused = refusal(gateway, listener).filter(|_| there || secrets.len() == 1);
            if !absent && refused.is_none() {
                continue;
            }
            let path = format!("{}/tls/certificateRefs/0", super::pointer(gateway.gateway, listener));
            let what = if absent { "which does not exist" } else { "which Envoy Gateway cannot use" };
            let name = &listener.name;
            let mut draft = Draft::at(
                gateway.key.clone(),
                path,
                format!("{}: listener `{name}` takes its certificate from {first}, {what}", gateway.key),
            )
            .effect(format!("nothing listens on port {}", listener.port))
            .because(first.clone(), "", if absent { "does not exist" } else { "holds no usable certificate" })
            .hits(world.backends_on(&gateway.key))
            .fix(Fix::manual("create the Secret with certificate and key").command(format!(
                "kubectl -n {} create secret tls {} --cert=FILE --key=FILE",
                first.namespace, first.name
            )));
            if let Some(refused) = refused {
                draft = draft.evidence(refused.message.trim_end_matches('.').to_owned());
            }
            out.push(draft);
        }
    }
}

/// What Envoy Gateway says of the certificate, if that is about today's spec.
fn refusal<'a>(gateway: &GatewayTrace<'a>, listener: &Listener) -> Option<&'a Condition> {
    let status = gateway.gateway.status.listeners.iter().find(|it| it.name == listener.name)?;
    let condition = has_condition(&status.conditions, "ResolvedRefs", "False")?;
    let generation = gateway.gateway.meta.generation;
    let current = condition.observed_generation == 0 || condition.observed_generation == generation;
    (current && condition.reason == "InvalidCertificateRef").then_some(condition)
}
