//! The listener has no certificate.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    unready,
};
use crate::{
    model::Kind,
    trace::{Hop, World},
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
            let Some(found) = unready::without_certificate(world, gateway, listener) else { continue };
            let secrets = gateway.certificates(world, listener);
            let Some((first, _)) = secrets.first() else { continue };
            let absent = found.absent;
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
            if let Some(refused) = found.refused {
                draft = draft.evidence(refused.message.trim_end_matches('.').to_owned());
            }
            out.push(draft);
        }
    }
}
