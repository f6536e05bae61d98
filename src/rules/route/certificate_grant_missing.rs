//! The Gateway may not take its certificate from another namespace.

use super::{
    super::{Check, Docs, Findings, Rule, Severity, reference::grant},
    unready,
};
use crate::{
    model::Kind,
    trace::{Grant, Hop, World},
};

/// See `kubectl aigw-backend explain AIB650`.
pub static RULE: Rule = Rule {
    code: "AIB650",
    name: "certificate-grant-missing",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::Secret, Kind::ReferenceGrant],
    docs: Docs {
        what: "A listener with AI routes takes its certificate from a Secret of another namespace, and no \
              ReferenceGrant there lets Gateways do so.",
        why: "Envoy Gateway says RefNotPermitted of the listener and does not program it. The Gateway stays \
              Accepted and Programmed, the AIGatewayRoute Accepted, and before Envoy Gateway v1.8.1 so does \
              the HTTPRoute.",
        client: "A refused connection.",
        confirm: "kubectl -n NAMESPACE get gateway NAME -o jsonpath='{.status.listeners}'\n\
              kubectl -n SECRET_NAMESPACE get referencegrants -o yaml",
        fix: "Create the grant in the namespace of the Secret, or have the certificate in that of the Gateway.",
        before: "kind: Gateway\n\
              metadata: {name: gw, namespace: apps}\n\
              spec:\n  \
              listeners:\n  \
              - {name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: cert, namespace: certs}]}}",
        after: "kind: ReferenceGrant\n\
              metadata: {namespace: certs}\n\
              spec:\n  \
              from:\n  \
              - {group: gateway.networking.k8s.io, kind: Gateway, namespace: apps}\n  \
              to:\n  \
              - {group: \"\", kind: Secret, name: cert}",
    },
    refs: &["gateway@v1.8.1 internal/gatewayapi/validate.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways().filter(|it| it.is_managed(&world.platform) != Some(false)) {
        let used = super::ai_listeners(world, &gateway.key);
        for listener in gateway.gateway.spec.listeners.iter().filter(|it| used.contains(it.name.as_str())) {
            for secret in unready::unpermitted(world, gateway, listener) {
                let path = format!("{}/tls/certificateRefs", super::pointer(gateway.gateway, listener));
                let mut draft =
                    grant::missing(world, Grant::GatewayToSecret, &gateway.key.namespace, &secret)
                        .effect(format!("nothing listens on port {}", listener.port))
                        .because(
                            gateway.key.clone(),
                            path,
                            format!("listener `{}` takes its certificate from {secret}", listener.name),
                        )
                        .hits(world.backends_on(&gateway.key));
                if let Some(said) = gateway.listener_condition(listener, "ResolvedRefs", "False") {
                    draft = draft.evidence(super::quoted(said));
                }
                out.push(draft);
            }
        }
    }
}
