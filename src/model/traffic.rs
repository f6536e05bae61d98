//! Policies of `gateway.envoyproxy.io` on traffic: ClientTrafficPolicy, BackendTrafficPolicy, SecurityPolicy.

use serde::{Deserialize, de::IgnoredAny};

use super::{
    LabelSelector, ObjectReference, PolicyStatus, RateLimit,
    meta::{Object, resource},
};

/// Limits on the side of the client.
pub type ClientTrafficPolicy = Object<ClientTrafficPolicySpec, PolicyStatus>;
/// Limits and retries on the side of the provider.
pub type BackendTrafficPolicy = Object<BackendTrafficPolicySpec, PolicyStatus>;
/// Authentication of clients.
pub type SecurityPolicy = Object<SecurityPolicySpec, PolicyStatus>;

resource!(ClientTrafficPolicy, BackendTrafficPolicy, SecurityPolicy);

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
    pub health_check: Option<HealthCheck>,
}

/// How Envoy finds out whether an endpoint is well.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct HealthCheck {
    pub active: Option<ActiveHealthCheck>,
}

/// Requests that Envoy makes by itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct ActiveHealthCheck {
    pub http: Option<HttpHealthCheck>,
}

/// The request of a health check.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct HttpHealthCheck {
    pub hostname: Option<String>,
    pub path: String,
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
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct SecurityPolicySpec {
    #[serde(flatten)]
    pub targets: PolicyTargets,
    pub jwt: Option<Jwt>,
    pub basic_auth: Option<IgnoredAny>,
    pub api_key_auth: Option<ApiKeyAuth>,
}

impl SecurityPolicySpec {
    /// The header with what callers prove themselves by, where Envoy passes it on afterwards: what it is, and its name.
    pub fn passed_on(&self) -> Option<(&'static str, &str)> {
        let jwt = self.jwt.iter().flat_map(|it| &it.providers);
        let token = jwt.flat_map(JwtProvider::headers).next().map(|header| ("token", header));
        let password = self.basic_auth.as_ref().map(|_| ("password", "authorization"));
        let keys = self.api_key_auth.iter().filter(|it| !it.sanitize).flat_map(|it| &it.extract_from);
        let key = keys.flat_map(|it| &it.headers).next().map(|header| ("key", header.as_str()));
        token.or(password).or(key)
    }
}

/// JSON web tokens; Envoy Gateway has Envoy forward them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Jwt {
    pub providers: Vec<JwtProvider>,
}

/// Who issues tokens.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct JwtProvider {
    pub extract_from: Option<JwtSources>,
}

impl JwtProvider {
    /// Headers that tokens are read from.
    fn headers(&self) -> Vec<&str> {
        match &self.extract_from {
            None => vec!["authorization"],
            Some(sources) => sources.headers.iter().map(|it| it.name.as_str()).collect(),
        }
    }
}

/// Where tokens are read from.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct JwtSources {
    pub headers: Vec<JwtHeader>,
}

/// A header with a token.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct JwtHeader {
    pub name: String,
}

/// API keys of callers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct ApiKeyAuth {
    pub extract_from: Vec<KeySources>,
    /// Take the key out before the request goes on.
    pub sanitize: bool,
}

/// Where keys are read from.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct KeySources {
    pub headers: Vec<String>,
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
