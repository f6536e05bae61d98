//! The GatewayConfig that a Gateway names is not beside it.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, near::nearest};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB731`.
pub static RULE: Rule = Rule {
    code: "AIB731",
    name: "gateway-config-missing",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::GatewayConfig],
    docs: Docs {
        what: "A Gateway names a GatewayConfig by annotation, and none of that name is in its namespace.",
        why: "AI Gateway looks in the namespace of the Gateway and nowhere else. Where nothing is found it \
               notes that in its log and goes on with the defaults. It does not look again when the annotation \
               changes.",
        client: "As if the GatewayConfig were not there: no forward proxy, no resources, no costs of it.",
        confirm: "kubectl -n NAMESPACE get gateway NAME -o jsonpath='{.metadata.annotations}'\n\
               kubectl get gatewayconfigs -A",
        fix: "Put the GatewayConfig beside the Gateway, or correct the name; then restart AI Gateway's \
               controller, which does not notice a new annotation.",
        before: "kind: GatewayConfig\n\
               metadata: {name: proxy, namespace: platform}   # the Gateway is in `prod`",
        after: "kind: GatewayConfig\n\
               metadata: {name: proxy, namespace: prod}",
    },
    refs: &["ai-gateway@v1.1.0 internal/controller/gateway.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let all = &world.cluster.gateway_configs;
    for gateway in world.ai_gateways() {
        let Some((key, lookup)) = &gateway.config else { continue };
        if !lookup.is_absent() {
            continue;
        }
        let mut draft =
            Draft::missing(key.clone(), format!("{key}, which {} names, does not exist", gateway.key))
                .effect("AI Gateway goes on with its defaults: no forward proxy, resources or image of it")
                .because(gateway.key.clone(), super::GATEWAY_CONFIG_PATH, "names it")
                .hits(world.backends_on(&gateway.key));
        let there = all.in_namespace(&key.namespace).items;
        let elsewhere = all.iter().find(|it| it.meta.name == key.name);
        let fix = if let Some(name) = nearest(&key.name, there.iter().map(|it| it.meta.name.as_str())) {
            Fix::review(format!("name GatewayConfig `{name}`")).set(
                &gateway.key,
                super::GATEWAY_CONFIG_PATH,
                name,
            )
        } else if let Some(it) = elsewhere {
            draft = draft.because(it.key(), "", "has the name, in another namespace, where nobody looks");
            Fix::manual(format!("put it into namespace `{}`", key.namespace))
                .command(format!("kubectl -n {} get gatewayconfig {} -o yaml", it.meta.namespace, key.name))
        } else {
            Fix::manual("create it, or take the annotation off the Gateway")
        };
        let fix =
            world.platform.ai_gateway.as_ref().map_or(fix.clone(), |it| fix.command(super::restart(it)));
        out.push(draft.fix(fix));
    }
}
