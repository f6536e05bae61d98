//! Two listeners of one port that cannot be told apart.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Clash, Hop, World},
};

/// See `kubectl aigw-backend explain AIB651`.
pub static RULE: Rule = Rule {
    code: "AIB651",
    name: "listeners-clash",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway],
    docs: Docs {
        what: "Two listeners of a Gateway have the same port and the same host name (or none), or one speaks \
              HTTP and the other HTTPS there, and AI routes attach to one of them.",
        why: "Envoy Gateway says HostnameConflict or ProtocolConflict of both and programs neither. The \
              Gateway stays Accepted and Programmed, and the AIGatewayRoute Accepted. The API server refuses \
              two listeners that are alike in port, protocol and host name, unless its CRDs are old.",
        client: "A refused connection.",
        confirm: "kubectl -n NAMESPACE get gateway NAME -o jsonpath='{.spec.listeners}'\n\
              kubectl -n NAMESPACE get gateway NAME -o jsonpath='{.status.listeners}'",
        fix: "Give one of them another port or a host name of its own, or take it out.",
        before: "kind: Gateway\n\
              spec:\n  \
              listeners:\n  \
              - {name: http, port: 80, protocol: HTTP}\n  \
              - {name: https, port: 80, protocol: HTTPS, tls: {certificateRefs: [{name: cert}]}}",
        after: "kind: Gateway\n\
              spec:\n  \
              listeners:\n  \
              - {name: http, port: 80, protocol: HTTP}\n  \
              - {name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: cert}]}}",
    },
    refs: &["gateway@v1.8.1 internal/gatewayapi/validate.go", "gateway-api@v1.5.1 config/crd/experimental"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways().filter(|it| it.is_managed(&world.platform) != Some(false)) {
        let used = super::ai_listeners(world, &gateway.key);
        for listener in &gateway.gateway.spec.listeners {
            // what works is no clash, whatever this tool thinks
            if gateway.listener_condition(listener, "Programmed", "True").is_some() {
                continue;
            }
            for (other, clash) in gateway.clashes(listener) {
                if !used.contains(listener.name.as_str()) && !used.contains(other.name.as_str()) {
                    continue;
                }
                let at = super::pointer(gateway.gateway, listener);
                let (name, port) = (&listener.name, listener.port);
                let (path, what) = match clash {
                    Clash::Protocol => (
                        format!("{at}/protocol"),
                        format!(
                            "speaks {} on port {port}, and `{}` {}",
                            listener.protocol, other.name, other.protocol
                        ),
                    ),
                    Clash::Hostname => {
                        let host = listener.hostname.as_deref().filter(|it| !it.is_empty());
                        let host =
                            host.map_or_else(|| "no host name".to_owned(), |it| format!("host name `{it}`"));
                        (at.clone(), format!("has port {port} and {host}, as `{}` has", other.name))
                    }
                };
                let mut draft = Draft::at(
                    gateway.key.clone(),
                    path,
                    format!("{}: listener `{name}` {what}", gateway.key),
                )
                .effect(format!("neither of the two is programmed: nothing listens on port {port} for them"))
                .because(gateway.key.clone(), super::pointer(gateway.gateway, other), "is the other one")
                .hits(world.backends_on(&gateway.key));
                if let Some(said) = gateway.listener_condition(listener, "Conflicted", "True") {
                    draft = draft.evidence(super::quoted(said));
                }
                let draft = draft
                    .fix(Fix::manual("give one of them another port, or a host name of its own"))
                    .fix(Fix::review(format!("take listener `{name}` out")).remove(&gateway.key, &at));
                out.push(draft);
            }
        }
    }
}
