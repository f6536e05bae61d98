//! `gateway.envoyproxy.io`: Backend, EnvoyProxy, HTTPRouteFilter and the traffic policies.

use serde::Deserialize;

use super::{
    Conditions, LabelSelector, ObjectReference, PolicyStatus, RateLimit, SecretReference,
    meta::{Object, resource},
};

/// Addresses outside of Kubernetes' Services.
pub type Backend = Object<BackendSpec, Conditions>;
/// How Envoy is deployed.
pub type EnvoyProxy = Object<EnvoyProxySpec>;
/// Host rewrite and direct responses.
pub type HTTPRouteFilter = Object<HTTPRouteFilterSpec>;
/// Limits on the side of the client.
pub type ClientTrafficPolicy = Object<ClientTrafficPolicySpec, PolicyStatus>;
/// Limits and retries on the side of the provider.
pub type BackendTrafficPolicy = Object<BackendTrafficPolicySpec, PolicyStatus>;
/// Authentication of clients.
pub type SecurityPolicy = Object<SecurityPolicySpec, PolicyStatus>;

resource!(Backend, EnvoyProxy, HTTPRouteFilter, ClientTrafficPolicy, BackendTrafficPolicy, SecurityPolicy);

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

/// Targets of a policy: one, or several.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct PolicyTargets {
    pub target_ref: Option<ObjectReference>,
    pub target_refs: Vec<ObjectReference>,
    pub target_selectors: Vec<TargetSelector>,
}

/// Targets of a policy by their labels.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct TargetSelector {
    pub kind: String,
    #[serde(flatten)]
    pub labels: LabelSelector,
}

impl PolicyTargets {
    /// All targets.
    pub fn iter(&self) -> impl Iterator<Item = &ObjectReference> {
        self.target_ref.iter().chain(&self.target_refs)
    }
}

/// Spec of a [`ClientTrafficPolicy`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct ClientTrafficPolicySpec {
    #[serde(flatten)]
    pub targets: PolicyTargets,
    pub connection: Option<Connection>,
}

/// Connection limits.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct Connection {
    pub buffer_limit: Option<Quantity>,
}

/// A quantity as Kubernetes writes it: a number, or a string with a suffix.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum Quantity {
    Number(f64),
    Text(String),
}

impl Quantity {
    /// Bytes; `None` when it cannot be read.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes, far below 2^53")]
    pub fn bytes(&self) -> Option<u64> {
        const SUFFIXES: [(&str, f64); 13] = [
            ("Ki", 1024.0),
            ("Mi", 1_048_576.0),
            ("Gi", 1_073_741_824.0),
            ("Ti", 1_099_511_627_776.0),
            ("Pi", 1_125_899_906_842_624.0),
            ("Ei", 1_152_921_504_606_846_976.0),
            ("m", 1e-3),
            ("k", 1e3),
            ("M", 1e6),
            ("G", 1e9),
            ("T", 1e12),
            ("P", 1e15),
            ("E", 1e18),
        ];
        match self {
            Quantity::Number(number) => Some(*number as u64),
            Quantity::Text(text) => SUFFIXES
                .iter()
                .find_map(|(suffix, factor)| Some((text.strip_suffix(suffix)?, factor)))
                .map_or_else(
                    || text.parse().ok(),
                    |(number, factor)| number.parse::<f64>().ok().map(|n| n * factor),
                )
                .map(|bytes| bytes.ceil() as u64),
        }
    }
}

/// Spec of a [`BackendTrafficPolicy`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct BackendTrafficPolicySpec {
    #[serde(flatten)]
    pub targets: PolicyTargets,
    pub retry: Option<Retry>,
    pub rate_limit: Option<RateLimit>,
    pub request_buffer: Option<RequestBuffer>,
}

/// Retries.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct Retry {
    /// Unset means 2 (gateway@v1.8.1 internal/xds/translator/route.go).
    pub num_retries: Option<i64>,
    pub num_attempts_per_priority: Option<i64>,
}

/// How much of a request is buffered.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct RequestBuffer {
    pub limit: Option<Quantity>,
}

/// Spec of a [`SecurityPolicy`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct SecurityPolicySpec {
    #[serde(flatten)]
    pub targets: PolicyTargets,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_bytes() {
        let bytes = |text: &str| Quantity::Text(text.into()).bytes();
        assert_eq!(bytes("50Mi"), Some(52_428_800));
        assert_eq!(bytes("32768"), Some(32_768));
        assert_eq!(bytes("1k"), Some(1000));
        assert_eq!(bytes("lots"), None);
        assert_eq!(Quantity::Number(4096.0).bytes(), Some(4096));
    }
}
