//! `gateway.envoyproxy.io`: Backend, EnvoyProxy and HTTPRouteFilter.

use serde::{Deserialize, de::IgnoredAny};

use super::{
    Conditions, LabelSelector, ObjectReference, SecretReference,
    meta::{Object, resource},
};

/// Addresses outside of Kubernetes' Services.
pub type Backend = Object<BackendSpec, Conditions>;
/// How Envoy is deployed.
pub type EnvoyProxy = Object<EnvoyProxySpec>;
/// Host rewrite and direct responses.
pub type HTTPRouteFilter = Object<HTTPRouteFilterSpec>;

resource!(Backend, EnvoyProxy, HTTPRouteFilter);

/// Spec of a [`Backend`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct BackendSpec {
    #[serde(rename = "type")]
    pub type_: BackendType,
    pub endpoints: Vec<BackendEndpoint>,
    pub tls: Option<BackendTls>,
    pub fallback: Option<bool>,
    pub app_protocols: Vec<String>,
}

/// `spec.type` of a Backend.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[allow(missing_docs)]
pub enum BackendType {
    #[default]
    Endpoints,
    DynamicResolver,
    /// Newer than this tool.
    #[serde(untagged)]
    Newer(String),
}

/// One address of a [`Backend`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct BackendEndpoint {
    pub fqdn: Option<FqdnEndpoint>,
    pub ip: Option<IpEndpoint>,
    pub unix: Option<UnixEndpoint>,
    pub hostname: Option<String>,
}

/// A host name and a port.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct FqdnEndpoint {
    pub hostname: String,
    pub port: u16,
}

/// An IP address and a port.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct IpEndpoint {
    pub address: String,
    pub port: u16,
}

/// A Unix domain socket.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct UnixEndpoint {
    pub path: String,
}

/// TLS settings of a [`Backend`] itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct BackendTls {
    #[serde(rename = "caCertificateRefs")]
    pub ca_certificate_refs: Vec<ObjectReference>,
    #[serde(rename = "wellKnownCACertificates")]
    pub well_known_ca_certificates: Option<String>,
    pub insecure_skip_verify: bool,
    pub sni: Option<String>,
    #[serde(rename = "autoSNIFromEndpointHostname")]
    pub auto_sni_from_endpoint_hostname: bool,
    pub client_certificate_ref: Option<SecretReference>,
}

/// Spec of an [`EnvoyProxy`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct EnvoyProxySpec {
    pub merge_gateways: bool,
    /// Client certificate and TLS versions towards backends that have TLS anyway.
    #[serde(rename = "backendTLS")]
    pub backend_tls: Option<IgnoredAny>,
    pub merge_backends: Option<MergeBackends>,
}

/// Shares one cluster between the routes that use a Backend (Envoy Gateway ≥ v1.9).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct MergeBackends {
    /// Only Backends with these labels; all when unset.
    pub selector: Option<LabelSelector>,
}

/// Spec of an [`HTTPRouteFilter`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct HTTPRouteFilterSpec {
    pub url_rewrite: Option<UrlRewrite>,
    pub direct_response: Option<DirectResponse>,
}

/// Rewrites the URL on its way up.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct UrlRewrite {
    pub hostname: Option<HostnameRewrite>,
}

/// Rewrites the Host header; type `Backend` takes the endpoint's host name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct HostnameRewrite {
    #[serde(rename = "type")]
    pub type_: String,
}

/// An answer given by Envoy itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct DirectResponse {
    pub status_code: Option<i64>,
}
