//! The forward proxy of a Gateway has no port.

use serde_json::json;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Key, Kind, Resource as _},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB716`.
pub static RULE: Rule = Rule {
    code: "AIB716",
    name: "gateway-config-proxy-broken",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::GatewayConfig],
    docs: Docs {
        what: "The GatewayConfig that a Gateway names by annotation has a forwardProxy.address that is not \
              `host:port`.",
        why: "AI Gateway refuses every translation of that Gateway, and Envoy Gateway then publishes \
              nothing. GatewayConfig, routes and backends stay Accepted.",
        client: "Changes have no effect; a new Envoy gets no configuration.",
        confirm: "kubectl -n NAMESPACE get gatewayconfig NAME -o jsonpath='{.spec.forwardProxy.address}'",
        fix: "Write host and port, without scheme: proxy.example.com:3128.",
        before: "forwardProxy: {address: proxy.example.com}",
        after: "forwardProxy: {address: proxy.example.com:3128}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/extensionserver/forward_proxy.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for gateway in world.ai_gateways() {
        let Some(config) = gateway.config.as_ref().and_then(|(_, it)| it.found()) else { continue };
        let Some(proxy) = config.spec.forward_proxy.as_ref().filter(|it| !has_port(&it.address)) else {
            continue;
        };
        let key = config.key();
        let address = &proxy.address;
        out.push(
            Draft::at(
                key.clone(),
                "/spec/forwardProxy/address",
                format!("{key}: `{address}` is not `host:port`"),
            )
            .effect("Envoy gets no configuration any more, and every status is green")
            .because(gateway.key.clone(), super::GATEWAY_CONFIG_PATH, "names it")
            .hits(world.backends_on(&gateway.key))
            .fix(fix(&key, address)),
        );
    }
}

/// Without its scheme an address may be what is needed; a port is for a person to fill in.
fn fix(config: &Key, address: &str) -> Fix {
    let path = "/spec/forwardProxy/address";
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest).trim_end_matches('/');
    if has_port(bare) {
        return Fix::review(format!("write `{bare}`")).set(config, path, bare);
    }
    let value = json!({"spec": {"forwardProxy": {"address": format!("{bare}:PORT")}}});
    let (namespace, name) = (&config.namespace, &config.name);
    Fix::manual("write host and port, without scheme")
        .command(format!("kubectl -n {namespace} patch gatewayconfig {name} --type=merge -p '{value}'"))
}

/// Whether Go would split it into host and port.
fn has_port(address: &str) -> bool {
    let Some((host, port)) = address.rsplit_once(':') else { return false };
    let bracketed = host.starts_with('[') && host.ends_with(']');
    (bracketed || !host.contains(':')) && port.parse::<u16>().is_ok_and(|it| it > 0)
}
