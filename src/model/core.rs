//! Core kinds, of which little is read: a Service's spec is k8s-openapi's, the rest is cut down while it is decoded.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ServiceSpec;
use serde::{Deserialize, Deserializer};

use super::{
    EnvoyGatewayConfig, Pem, PodSpec,
    facts::Held,
    meta::{Condition, Meta, NoStatus, Object, resource},
};

/// A namespace, for its labels.
pub type Namespace = Object<NoStatus>;
/// A Service.
pub type Service = Object<ServiceSpec>;
/// A Deployment, for its containers and whether they run.
pub type Deployment = Object<DeploymentSpec, DeploymentStatus>;

resource!(Namespace, Service, Deployment, EndpointSlice, ConfigMap);

/// Spec of a [`Deployment`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct DeploymentSpec {
    /// Unset means 1.
    pub replicas: Option<i32>,
    pub template: PodTemplate,
}

/// The pods that a [`Deployment`] makes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct PodTemplate {
    pub spec: PodSpec,
}

/// Status of a [`Deployment`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct DeploymentStatus {
    /// Unset where no controller has looked yet.
    pub observed_generation: Option<i64>,
    pub ready_replicas: i32,
    pub conditions: Vec<Condition>,
}

/// Addresses behind a Service.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct EndpointSlice {
    #[serde(rename = "metadata")]
    pub meta: Meta,
    #[serde(deserialize_with = "null_is_empty")]
    pub ports: Vec<SlicePort>,
    #[serde(deserialize_with = "null_is_empty")]
    pub endpoints: Vec<SliceEndpoint>,
}

fn null_is_empty<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

impl EndpointSlice {
    /// The Service that it belongs to.
    pub fn service(&self) -> Option<&str> {
        self.meta.labels.get("kubernetes.io/service-name").map(String::as_str)
    }
}

/// A port of an [`EndpointSlice`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct SlicePort {
    pub name: Option<String>,
    pub port: Option<u16>,
}

/// An address of an [`EndpointSlice`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct SliceEndpoint {
    pub addresses: Vec<String>,
    pub conditions: SliceConditions,
}

impl SliceEndpoint {
    /// An absent `ready` is to be read as ready; what ends but still serves is used while nothing else is there.
    pub fn is_ready(&self) -> bool {
        let it = &self.conditions;
        it.ready.unwrap_or(true) || it.serving == Some(true) && it.terminating == Some(true)
    }
}

/// Whether an address takes traffic.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct SliceConditions {
    pub ready: Option<bool>,
    pub serving: Option<bool>,
    pub terminating: Option<bool>,
}

/// A ConfigMap: what its values are as certificates, and Envoy Gateway's configuration if it holds that.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, from = "ConfigMapWire")]
pub struct ConfigMap {
    /// Identity.
    pub meta: Meta,
    /// Each key, and its value read as PEM certificates.
    pub data: BTreeMap<String, Pem>,
    /// `envoy-gateway.yaml`, parsed; the error if it is there and cannot be parsed.
    pub envoy_gateway: Option<Result<EnvoyGatewayConfig, String>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ConfigMapWire {
    metadata: Meta,
    data: BTreeMap<String, Held>,
}

impl From<ConfigMapWire> for ConfigMap {
    fn from(wire: ConfigMapWire) -> Self {
        let envoy_gateway = wire.data.get("envoy-gateway.yaml").map(|held| match held {
            Held::Text(text) => serde_saphyr::from_str(text).map_err(|error| error.to_string()),
            Held::Facts(_) => Err("it could not be parsed when it was captured".to_owned()),
        });
        let pem = |held: Held| match held {
            Held::Text(text) => Pem::read(text.as_bytes()),
            Held::Facts(facts) => facts.pem,
        };
        let data = wire.data.into_iter().map(|(key, held)| (key, pem(held))).collect();
        ConfigMap { meta: wire.metadata, data, envoy_gateway }
    }
}
