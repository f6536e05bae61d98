//! Rules of hop `platform`, by code.

mod ai_gateway_down;
mod backend_api_disabled;
pub(super) mod backends_merged;
mod bodies_in_debug_log;
mod controller_silent;
mod cost;
mod cost_compares_backend_name;
mod cost_expression_broken;
mod cost_expression_missing;
mod cost_key_in_two_routes;
mod cost_may_underflow;
mod envoy_gateway_down;
mod envoy_pods_out_of_sight;
mod extension_fails_open;
mod extension_manager_missing;
mod extension_service_wrong;
mod filter_config_missing;
mod gateway_config_missing;
mod gateway_config_proxy_broken;
mod gateways_merged;
mod hook_leaves_out_clusters;
mod hook_without_include_all;
mod namespace_not_watched;
mod pool_addon_missing;
mod pool_hook_missing;
mod proxy_field_not_known;
mod quota_cost_broken;
mod quota_never_applies;
mod quota_service_missing;
mod rate_limit_reads_no_cost;
mod sidecar_crashes;
mod sidecar_missing;
mod sidecar_of_other_version;
mod versions_outside_matrix;
mod webhook_ca_mismatch;
mod webhook_certificate_expired;
mod webhook_missing;

use std::fmt::Write as _;

use jiff::SignedDuration;
use k8s_openapi::api::core::v1::ServicePort;

use super::{Draft, Fix, Rule};
use crate::{
    model::{EnvoyGatewayConfig, Key, Kind, Pem, Pod, Resource as _, Webhook, names},
    trace::{Controller, GatewayTrace, Version, World},
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
    &webhook_certificate_expired::RULE,
    &webhook_ca_mismatch::RULE,
    &sidecar_of_other_version::RULE,
    &gateway_config_missing::RULE,
    &envoy_pods_out_of_sight::RULE,
    &hook_leaves_out_clusters::RULE,
    &sidecar_crashes::RULE,
    &bodies_in_debug_log::RULE,
    &pool_hook_missing::RULE,
];

/// What the name of AI Gateway's webhook begins with; its namespace follows.
const WEBHOOK: &str = "envoy-ai-gateway-gateway-pod-mutator";

/// The controller of AI Gateway, as its chart calls it.
const CONTROLLER: &str = "ai-gateway-controller";

/// Where Envoy Gateway's configuration stands in its ConfigMap.
const CONFIG: &str = "/data/envoy-gateway.yaml";

/// Where a Gateway names its GatewayConfig.
const GATEWAY_CONFIG_PATH: &str = "/metadata/annotations/aigateway.envoyproxy.io~1gateway-config";

/// Envoy Gateway's configuration, where it was read and AI Gateway is in use.
fn config<'a>(world: &World<'a>) -> Option<&'a EnvoyGatewayConfig> {
    let used = !world.cluster.ai_service_backends.is_empty() || !world.routes.is_empty();
    world.platform.config().filter(|_| used)
}

/// A finding in Envoy Gateway's configuration: it hits all backends.
fn misconfigured(world: &World<'_>, message: &str) -> Draft {
    let key = &world.platform.config_key;
    Draft::at(key.clone(), CONFIG, format!("{key}: {message}")).hits(world.all_backends())
}

/// Gives Envoy Gateway the values that AI Gateway needs.
fn install_values(world: &World<'_>) -> Fix {
    let version = world.platform.ai_gateway_version.unwrap_or(Version(1, 1, 0));
    let mut values = format!(
        "-f https://raw.githubusercontent.com/envoyproxy/ai-gateway/{version}/manifests/envoy-gateway-values.yaml"
    );
    if let Some((host, port)) = extension_address(world) {
        let at = "config.envoyGateway.extensionManager.service.fqdn";
        let _ = write!(values, " --set {at}.hostname={host} --set {at}.port={port}");
    }
    reconfigure(world, "install AI Gateway's values for Envoy Gateway, and restart it", &values)
}

/// Where AI Gateway's extension server is, if that is not where its values say: the Service that the chart makes beside the
/// controller.
fn extension_address(world: &World<'_>) -> Option<(String, i32)> {
    let meta = &world.platform.ai_gateway?.deployment.meta;
    let service = world.cluster.services.get(&meta.namespace, &meta.name).found();
    let mut ports = service.into_iter().flat_map(|it| it.spec.ports.iter().flatten());
    let is_grpc = |it: &&ServicePort| it.port == 1063 || it.name.as_deref() == Some("grpc");
    let port = ports.find(is_grpc).map_or(1063, |it| it.port);
    let usual = meta.namespace == "envoy-ai-gateway-system" && meta.name == CONTROLLER && port == 1063;
    let host = format!("{}.{}.svc.{}", meta.name, meta.namespace, world.domains.usual());
    (!usual).then_some((host, port))
}

/// Changes Envoy Gateway's configuration through its chart, and has it read again.
fn reconfigure(world: &World<'_>, title: &str, values: &str) -> Fix {
    let namespace = &world.platform.config_key.namespace;
    let chart = helm("eg", "gateway-helm", namespace, world.platform.envoy_gateway_version);
    let name = world.platform.envoy_gateway.map_or("envoy-gateway", |it| &it.deployment.meta.name);
    Fix::manual(title)
        .command(format!("{chart} {values}"))
        .command(format!("kubectl -n {namespace} rollout restart deployment/{name}"))
}

/// A chart as it is installed; without a version helm would take the newest one.
pub(super) fn helm(release: &str, chart: &str, namespace: &str, version: Option<Version>) -> String {
    let version = version.map_or_else(|| "VERSION".to_owned(), |it| it.to_string());
    format!(
        "helm upgrade {release} oci://docker.io/envoyproxy/{chart} -n {namespace} --version {version} --reuse-values"
    )
}

/// Restarts AI Gateway's controller.
pub(super) fn restart(controller: &Controller<'_>) -> String {
    let meta = &controller.deployment.meta;
    format!("kubectl -n {} rollout restart deployment/{}", meta.namespace, meta.name)
}

/// AI Gateway's webhook, which puts its container into Envoy's pods.
fn webhooks<'a>(world: &World<'a>, controller: &Controller<'_>) -> Vec<&'a Webhook> {
    let meta = &controller.deployment.meta;
    let calls_us = |it: &Webhook| {
        it.client_config.service.as_ref().is_some_and(|it| {
            let named = it.name == meta.name || it.name.contains("ai-gateway");
            named && it.namespace.as_ref() == Some(&meta.namespace)
        })
    };
    let all = world.cluster.webhooks.iter();
    all.flat_map(|it| {
        let ours = it.meta.name.starts_with(WEBHOOK);
        it.webhooks.iter().filter(move |it| ours || calls_us(it))
    })
    .collect()
}

/// The Secret with which AI Gateway's webhook serves, and the value of one of its keys read as certificates; only where
/// its chart made it, and where the webhook is in use.
fn webhook_certificate<'a>(
    world: &World<'a>,
    controller: &Controller<'_>,
    entry: &str,
) -> Option<(Key, &'a Pem)> {
    let namespace = &controller.deployment.meta.namespace;
    let key = Key::new(Kind::Secret, namespace, names::WEBHOOK_CERTIFICATE);
    let secret = world.cluster.secrets.get(namespace, &key.name).found()?;
    let pem = &secret.data.get(entry)?.pem;
    (pem.is_certificates() && !webhooks(world, controller).is_empty()).then_some((key, pem))
}

/// Has the chart make a new certificate for AI Gateway's webhook; the controller hands its CA out when it starts.
pub(super) fn renew_webhook_certificate(world: &World<'_>, controller: &Controller<'_>) -> Fix {
    let namespace = &controller.deployment.meta.namespace;
    Fix::manual("have the chart make a new one, and restart the controller")
        .command(format!("kubectl -n {namespace} delete secret {}", names::WEBHOOK_CERTIFICATE))
        .command(helm("aieg", "ai-gateway-helm", namespace, world.platform.ai_gateway_version))
        .command(restart(controller))
}

/// An Envoy pod of a Gateway, if AI Gateway looks for all of them elsewhere: it does so in one namespace that a flag names,
/// and in that of the Gateway. Where the flag is not known, it is taken to be as the chart has it.
fn out_of_sight<'a>(world: &World<'a>, gateway: &GatewayTrace<'a>) -> Option<&'a Pod> {
    let named = world.platform.ai_gateways.iter().map(|it| it.flag(ENVOY_NAMESPACE));
    let mut seen: Vec<&str> = named.map(|it| it.unwrap_or(names::ENVOY_GATEWAY_NAMESPACE)).collect();
    if seen.is_empty() {
        seen.push(names::ENVOY_GATEWAY_NAMESPACE);
    }
    seen.push(&gateway.key.namespace);
    let alive = || gateway.pods.iter().filter(|it| it.meta.deletion_timestamp.is_none());
    let blind = !alive().any(|it| seen.contains(&it.meta.namespace.as_str()));
    alive().next().copied().filter(|_| blind)
}

/// The flag that names the namespace of Envoy's pods.
const ENVOY_NAMESPACE: &str = "envoyGatewayNamespace";

/// Where a flag of a controller stands, or where to add it.
fn flag_pointer(controller: &Controller<'_>, name: &str) -> (String, bool) {
    let args = &controller.container.args;
    let of =
        |arg: &String| arg.trim_start_matches('-').strip_prefix(name).is_some_and(|it| it.starts_with('='));
    let at = args.iter().position(of);
    let index = at.map_or_else(|| "-".to_owned(), |it| it.to_string());
    (format!("{}/args/{index}", controller.pointer()), at.is_some())
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
