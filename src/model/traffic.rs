//! Policies of `gateway.envoyproxy.io` on traffic: on the side of the client, of the provider, and in between.

use serde::{Deserialize, de::IgnoredAny};

use super::{
    LabelSelector, ObjectReference, PolicyStatus, Quantity, RateLimit,
    meta::{Object, resource},
};

/// Limits on the side of the client.
pub type ClientTrafficPolicy = Object<ClientTrafficPolicySpec, PolicyStatus>;
/// Limits and retries on the side of the provider.
pub type BackendTrafficPolicy = Object<BackendTrafficPolicySpec, PolicyStatus>;
/// Authentication of clients.
pub type SecurityPolicy = Object<SecurityPolicySpec, PolicyStatus>;
/// Code of others in the way of requests: ext_proc, Wasm, Lua.
pub type EnvoyExtensionPolicy = Object<EnvoyExtensionPolicySpec, PolicyStatus>;

resource!(ClientTrafficPolicy, BackendTrafficPolicy, SecurityPolicy, EnvoyExtensionPolicy);

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
    pub timeout: Option<PolicyTimeout>,
    pub load_balancer: Option<LoadBalancer>,
}

impl BackendTrafficPolicySpec {
    /// Whether some zones get more requests than others.
    pub fn is_zone_aware(&self) -> bool {
        let zones = self.load_balancer.as_ref().and_then(|it| it.zone_aware.as_ref());
        zones.is_some_and(|it| it.prefer_local.is_some() || !it.weighted_zones.is_empty())
    }

    /// The time limit of whole requests.
    pub fn request_timeout(&self) -> Option<&str> {
        self.timeout.as_ref()?.http.as_ref()?.request_timeout.as_deref()
    }
}

/// How endpoints are chosen.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct LoadBalancer {
    pub zone_aware: Option<ZoneAware>,
}

/// Which zones get requests.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct ZoneAware {
    pub prefer_local: Option<IgnoredAny>,
    pub weighted_zones: Vec<IgnoredAny>,
}

/// Time limits.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct PolicyTimeout {
    pub http: Option<HttpTimeout>,
}

/// Time limits of requests.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct HttpTimeout {
    pub request_timeout: Option<String>,
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
    pub ext_auth: Option<Extension>,
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

/// Spec of an [`EnvoyExtensionPolicy`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct EnvoyExtensionPolicySpec {
    #[serde(flatten)]
    pub targets: PolicyTargets,
    pub ext_proc: Vec<Extension>,
    pub wasm: Vec<Extension>,
}

/// Code of others in the way of a request.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Extension {
    /// Whether it is left out where it is broken.
    pub fail_open: bool,
}
