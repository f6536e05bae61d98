//! Platform: the controllers, from their Deployments, and Envoy Gateway's configuration.

use super::{
    AssumedVersions, ClientPaths, Fact, Gaps, InCluster, Version,
    release::{self, Product},
};
use crate::{
    cluster::{Cluster, Lookup},
    model::{ConfigMap, Container, Deployment, EnvoyGatewayConfig, Key, Kind, Service, names},
};

/// GatewayClasses of Envoy Gateway name this controller, unless its configuration says otherwise.
const CONTROLLER_NAME: &str = "gateway.envoyproxy.io/gatewayclass-controller";

/// The controllers and how they are set up.
#[derive(Debug, Clone)]
pub struct Platform<'a> {
    /// Envoy Gateway's Deployment.
    pub envoy_gateway: Option<Controller<'a>>,
    /// AI Gateway's controller's Deployment.
    pub ai_gateway: Option<Controller<'a>>,
    /// All of them: several may share the namespaces of a cluster.
    pub ai_gateways: Vec<Controller<'a>>,
    /// Version of Envoy Gateway.
    pub envoy_gateway_version: Option<Version>,
    /// Version of AI Gateway.
    pub ai_gateway_version: Option<Version>,
    /// Whether Envoy Gateway passes over all BackendTLSPolicies, as the cluster does not serve the version that it reads.
    pub ignores_tls_policies: bool,
    /// Where clients find the gateway's APIs.
    pub paths: ClientPaths,
    /// Where the configuration of Envoy Gateway is.
    pub config_key: Key,
    /// That ConfigMap.
    pub config_map: Lookup<'a, ConfigMap>,
    /// Where Envoy Gateway asks AI Gateway, if that is a name in the cluster.
    pub extension: Option<ExtensionTrace<'a>>,
    /// What could not be looked at.
    pub gaps: Gaps,
}

/// The address of the extension server in Envoy Gateway's configuration.
#[derive(Debug, Clone)]
pub struct ExtensionTrace<'a> {
    /// As written.
    pub host: &'a str,
    /// As written.
    pub port: u16,
    /// Whether the name can be nothing else than a Service's.
    pub certain: bool,
    /// The Service's identity.
    pub key: Key,
    /// The Service.
    pub service: Lookup<'a, Service>,
}

/// A controller's Deployment and the container that is the controller.
#[derive(Debug, Clone, Copy)]
pub struct Controller<'a> {
    /// The Deployment.
    pub deployment: &'a Deployment,
    /// The controller's container.
    pub container: &'a Container,
}

impl Controller<'_> {
    /// JSON pointer to its container.
    pub fn pointer(&self) -> String {
        let containers = &self.deployment.spec.template.spec.containers;
        let index = containers.iter().position(|it| std::ptr::eq(it, self.container)).unwrap_or_default();
        format!("/spec/template/spec/containers/{index}")
    }

    /// Whether a replica of it is ready.
    pub fn is_ready(&self) -> bool {
        self.deployment.status.ready_replicas > 0
    }

    /// How many replicas were asked for.
    pub fn replicas(&self) -> i32 {
        self.deployment.spec.replicas.unwrap_or(1)
    }

    /// The value of a flag written as `-name=value` or `--name=value`.
    pub fn flag(&self, name: &str) -> Option<&str> {
        names::flag(&self.container.args, name)
    }
}

impl<'a> Platform<'a> {
    pub(super) fn trace(cluster: &'a Cluster, assumed: &AssumedVersions) -> Self {
        let mut gaps = Gaps::default();
        let envoy_gateway = first(&controllers(cluster, "gateway", "envoy-gateway"));
        let ai_gateways = controllers(cluster, "ai-gateway-controller", "ai-gateway-controller");
        let ai_gateway = first(&ai_gateways);
        if envoy_gateway.is_none() || ai_gateway.is_none() {
            gaps.listed(Kind::Deployment, "", cluster.deployments.gap().as_ref());
        }
        let namespace =
            envoy_gateway.map_or(names::ENVOY_GATEWAY_NAMESPACE, |it| &it.deployment.meta.namespace);
        let config_key = Key::new(Kind::ConfigMap, namespace, names::ENVOY_GATEWAY_CONFIG);
        let config_map =
            gaps.seen(&config_key, cluster.config_maps.get(namespace, names::ENVOY_GATEWAY_CONFIG));
        let extension = extension(cluster, &mut gaps, &config_map);
        let version = |it: Option<Controller<'_>>| it.and_then(|it| Version::of_image(&it.container.image));
        let envoy_gateway_version = assumed.envoy_gateway.or(version(envoy_gateway));
        Platform {
            ignores_tls_policies: ignores_tls_policies(cluster, envoy_gateway_version),
            envoy_gateway,
            ai_gateway,
            ai_gateways,
            envoy_gateway_version,
            ai_gateway_version: assumed.ai_gateway.or(version(ai_gateway)),
            paths: ClientPaths::of_controller(ai_gateway),
            config_key,
            config_map,
            extension,
            gaps,
        }
    }

    /// Envoy Gateway's configuration, where it could be read and parsed.
    pub fn config(&self) -> Option<&'a EnvoyGatewayConfig> {
        self.config_map.found()?.envoy_gateway.as_ref()?.as_ref().ok()
    }

    /// The controllerName of GatewayClasses that Envoy Gateway takes for its own.
    pub fn controller_name(&self) -> &'a str {
        self.config()
            .and_then(|config| config.gateway.as_ref()?.controller_name.as_deref())
            .unwrap_or(CONTROLLER_NAME)
    }

    /// The release that a fact is about, as far as it is known.
    fn release(&self, fact: &Fact) -> Option<Version> {
        match fact.of {
            Product::AiGateway => self.ai_gateway_version,
            Product::EnvoyGateway => self.envoy_gateway_version,
        }
    }

    /// Whether a fact holds here; unknown where the release is.
    pub fn holds(&self, fact: &Fact) -> Option<bool> {
        fact.holds(self.release(fact))
    }

    /// The same, where an unknown release is taken for a recent one.
    pub fn likely(&self, fact: &Fact) -> bool {
        fact.likely(self.release(fact))
    }

    /// An effect of a BackendTLSPolicy: where it is not known whether it is read, it says on which releases.
    pub fn of_tls_policy(&self, cluster: &Cluster, effect: &str) -> Option<String> {
        let doubtful = self.envoy_gateway_version.is_none() && serves_old_tls_policies(cluster);
        doubtful.then(|| self.scoped(&release::TLS_POLICY_V1ALPHA3, effect))
    }

    /// A text that is true because of a fact: where the release is unknown, it says on which ones.
    pub fn scoped(&self, fact: &Fact, text: impl Into<String>) -> String {
        let text = text.into();
        if self.release(fact).is_some() { text } else { format!("{text} (on {fact})") }
    }
}

/// An API server that serves v1 shows it. A manifest that was never applied says nothing of what is served, and an Envoy
/// Gateway that does not start without v1 passes over nothing.
fn ignores_tls_policies(cluster: &Cluster, envoy_gateway: Option<Version>) -> bool {
    release::TLS_POLICY_V1.holds(envoy_gateway) == Some(true)
        && release::TLS_POLICY_REQUIRED.holds(envoy_gateway) == Some(false)
        && serves_old_tls_policies(cluster)
}

fn serves_old_tls_policies(cluster: &Cluster) -> bool {
    cluster.api_version(Kind::BackendTLSPolicy).ends_with("/v1alpha3")
        && cluster.backend_tls_policies.iter().all(|it| !it.meta.uid.is_empty())
}

/// Follows the address of the extension server.
fn extension<'a>(
    cluster: &'a Cluster,
    gaps: &mut Gaps,
    config: &Lookup<'a, ConfigMap>,
) -> Option<ExtensionTrace<'a>> {
    let config = config.found()?.envoy_gateway.as_ref()?.as_ref().ok()?;
    let service = config.extension_manager.as_ref()?.service.as_ref()?;
    let (host, port) = match (&service.fqdn, &service.host, service.port) {
        (Some(fqdn), _, _) => (&fqdn.hostname, fqdn.port),
        (None, Some(host), Some(port)) => (host, port),
        _ => return None,
    };
    let name = InCluster::of(host)?;
    let key = Key::new(Kind::Service, &name.namespace, &name.service);
    let service = gaps.seen(&key, cluster.services.get(&key.namespace, &key.name));
    Some(ExtensionTrace { host, port, certain: name.certain, key, service })
}

/// The one that works, if one does.
fn first<'a>(controllers: &[Controller<'a>]) -> Option<Controller<'a>> {
    controllers.iter().find(|it| it.is_ready()).or(controllers.first()).copied()
}

/// The Deployments that run an image of that name, or else the one that has that name itself.
fn controllers<'a>(cluster: &'a Cluster, image: &str, name: &str) -> Vec<Controller<'a>> {
    let runs = |container: &Container| names::of_image(&container.image) == image;
    // Envoy proxies carry the image of Envoy Gateway too, as shutdown manager
    let all = || cluster.deployments.iter().filter(|it| !it.meta.labels.contains_key(names::OWNER_NAME));
    // many products have an image that is called gateway
    let is_it = |deployment: &Deployment, container: &Container| {
        let ours = image != "gateway" || deployment.meta.name == name;
        runs(container) && (ours || container.image.contains("envoyproxy/gateway"))
    };
    let by_image: Vec<Controller<'a>> = all()
        .filter_map(|deployment| {
            let mut containers = deployment.spec.template.spec.containers.iter();
            let container = containers.find(|it| is_it(deployment, it))?;
            Some(Controller { deployment, container })
        })
        .collect();
    if !by_image.is_empty() {
        return by_image;
    }
    all()
        .filter(|it| it.meta.name == name)
        .filter_map(|deployment| {
            Some(Controller { deployment, container: deployment.spec.template.spec.containers.first()? })
        })
        .collect()
}
