//! Rules of hop `platform`, by code.

mod ai_gateway_down;
mod backend_api_disabled;
mod backends_merged;
mod controller_silent;
mod cost;
mod cost_compares_backend_name;
mod cost_expression_broken;
mod cost_expression_missing;
mod cost_key_in_two_routes;
mod cost_may_underflow;
mod envoy_gateway_down;
mod extension_fails_open;
mod extension_manager_missing;
mod extension_service_wrong;
mod filter_config_missing;
mod gateway_config_proxy_broken;
mod gateways_merged;
mod hook_without_include_all;
mod namespace_not_watched;
mod pool_addon_missing;
mod proxy_field_not_known;
mod quota_cost_broken;
mod quota_never_applies;
mod quota_service_missing;
mod rate_limit_reads_no_cost;
mod sidecar_missing;
mod versions_outside_matrix;
mod webhook_missing;

use jiff::SignedDuration;

use super::{Draft, Fix, Rule};
use crate::{
    cluster::Lookup,
    model::{EnvoyGatewayConfig, GatewayConfig, Resource as _, names},
    trace::{Controller, GatewayTrace, World},
};

/// All rules of this hop.
pub(super) static RULES: &[&Rule] = &[
    &extension_manager_missing::RULE,
    &extension_service_wrong::RULE,
    &backend_api_disabled::RULE,
    &sidecar_missing::RULE,
    &webhook_missing::RULE,
    &envoy_gateway_down::RULE,
    &ai_gateway_down::RULE,
    &namespace_not_watched::RULE,
    &pool_addon_missing::RULE,
    &filter_config_missing::RULE,
    &hook_without_include_all::RULE,
    &extension_fails_open::RULE,
    &gateways_merged::RULE,
    &versions_outside_matrix::RULE,
    &controller_silent::RULE,
    &gateway_config_proxy_broken::RULE,
    &cost_expression_missing::RULE,
    &backends_merged::RULE,
    &cost_expression_broken::RULE,
    &proxy_field_not_known::RULE,
    &cost_compares_backend_name::RULE,
    &cost_may_underflow::RULE,
    &cost_key_in_two_routes::RULE,
    &rate_limit_reads_no_cost::RULE,
    &quota_never_applies::RULE,
    &quota_cost_broken::RULE,
    &quota_service_missing::RULE,
];

/// Where Envoy Gateway's configuration stands in its ConfigMap.
const CONFIG: &str = "/data/envoy-gateway.yaml";

/// Where a Gateway names its GatewayConfig.
const GATEWAY_CONFIG_PATH: &str = "/metadata/annotations/aigateway.envoyproxy.io~1gateway-config";

/// The GatewayConfig that a Gateway names, if it names one.
fn gateway_config<'a>(world: &World<'a>, gateway: &GatewayTrace<'_>) -> Option<Lookup<'a, GatewayConfig>> {
    let name = gateway.gateway.meta.annotations.get(names::GATEWAY_CONFIG).filter(|it| !it.is_empty())?;
    Some(world.cluster.gateway_configs.get(&gateway.key.namespace, name))
}

/// Envoy Gateway's configuration, where it was read and AI Gateway is in use.
fn config<'a>(world: &World<'a>) -> Option<&'a EnvoyGatewayConfig> {
    let used = !world.cluster.ai_service_backends.is_empty() || !world.routes.is_empty();
    world.platform.config().filter(|_| used)
}

/// A finding in Envoy Gateway's configuration: it hits all backends.
fn misconfigured(world: &World<'_>, message: &str) -> Draft {
    let key = &world.platform.config_key;
    let namespace = &key.namespace;
    Draft::at(key.clone(), CONFIG, format!("{key}: {message}")).hits(world.all_backends()).fix(
        Fix::manual("install AI Gateway's values for Envoy Gateway, and restart it")
            .command(format!(
                "helm upgrade eg oci://docker.io/envoyproxy/gateway-helm -n {namespace} --reuse-values \
                 -f https://raw.githubusercontent.com/envoyproxy/ai-gateway/v1.1.0/manifests/envoy-gateway-values.yaml"
            ))
            .command(format!("kubectl -n {namespace} rollout restart deployment/envoy-gateway")),
    )
}

/// A controller of which no replica works; one that was only just installed is given time.
fn down(world: &World<'_>, controller: Controller<'_>, effect: &str) -> Option<Draft> {
    let deployment = controller.deployment;
    let key = deployment.key();
    let draft = if controller.replicas() == 0 {
        Draft::at(key.clone(), "/spec/replicas", format!("{key} is scaled to 0")).fix(
            Fix::manual("run one replica")
                .command(format!("kubectl -n {} scale deployment {} --replicas=1", key.namespace, key.name)),
        )
    } else {
        let age = deployment.meta.creation_timestamp.map(|it| world.now.duration_since(it));
        let is_new = age.is_some_and(|it| it < SignedDuration::from_mins(5));
        if deployment.status.observed_generation.is_none() || controller.is_ready() || is_new {
            return None;
        }
        let (namespace, name) = (&key.namespace, &key.name);
        let mut draft =
            Draft::at(key.clone(), "/status/readyReplicas", format!("{key} has no ready replica")).fix(
                Fix::manual("find out why its pod does not run")
                    .command(format!("kubectl -n {namespace} describe deployment {name}"))
                    .command(format!("kubectl -n {namespace} logs deployment/{name} --previous")),
            );
        for it in
            deployment.status.conditions.iter().filter(|it| it.status == "False" && !it.message.is_empty())
        {
            draft = draft.evidence(it.message.trim_end_matches('.').to_owned());
        }
        draft
    };
    Some(draft.effect(effect).hits(world.all_backends()))
}
