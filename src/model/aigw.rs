//! `aigateway.envoyproxy.io`: AIServiceBackend, BackendSecurityPolicy, AIGatewayRoute, GatewayConfig.
//!
//! v1alpha1 and v1beta1 differ in fields that only one of them has, so both land in one type.

use serde::Deserialize;

use super::{
    Conditions, HeaderMatch, ObjectReference, ParentReference, RouteTimeouts, SecretReference, Word,
    meta::{Object, resource},
};

/// An AI provider behind the gateway.
pub type AIServiceBackend = Object<AIServiceBackendSpec, Conditions>;
/// The credential for AIServiceBackends.
pub type BackendSecurityPolicy = Object<BackendSecurityPolicySpec, Conditions>;
/// Routes requests by model to AIServiceBackends.
pub type AIGatewayRoute = Object<AIGatewayRouteSpec, Conditions>;
/// Settings of a Gateway's ext_proc.
pub type GatewayConfig = Object<GatewayConfigSpec, Conditions>;

resource!(AIServiceBackend, BackendSecurityPolicy, AIGatewayRoute, GatewayConfig);

/// Spec of an [`AIServiceBackend`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct AIServiceBackendSpec {
    pub schema: ApiSchema,
    pub backend_ref: ObjectReference,
    pub header_mutation: Option<HeaderMutation>,
    pub body_mutation: Option<BodyMutation>,
}

/// The API dialect of a backend.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct ApiSchema {
    pub name: SchemaName,
    pub version: Option<String>,
    pub prefix: Option<String>,
}

/// `spec.schema.name`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[allow(missing_docs)]
pub enum SchemaName {
    #[default]
    OpenAI,
    Cohere,
    AWSBedrock,
    AzureOpenAI,
    GCPVertexAI,
    GCPAnthropic,
    Anthropic,
    AWSAnthropic,
    /// Newer than this tool.
    #[serde(untagged)]
    Newer(String),
}

impl SchemaName {
    /// Those that this tool knows, the usual ones first.
    pub const ALL: [SchemaName; 8] = [
        SchemaName::OpenAI,
        SchemaName::Anthropic,
        SchemaName::AWSBedrock,
        SchemaName::AzureOpenAI,
        SchemaName::GCPVertexAI,
        SchemaName::Cohere,
        SchemaName::GCPAnthropic,
        SchemaName::AWSAnthropic,
    ];
}

impl std::fmt::Display for SchemaName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let SchemaName::Newer(name) = self { f.write_str(name) } else { write!(f, "{self:?}") }
    }
}

/// Headers to set and remove.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct HeaderMutation {
    pub set: Vec<HeaderValue>,
    pub remove: Vec<String>,
}

/// A header with a literal value; the value is only read for its shape, never printed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct HeaderValue {
    pub name: String,
    pub value: String,
}

/// Body fields to set and remove.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct BodyMutation {
    pub set: Vec<BodyField>,
    pub remove: Vec<String>,
}

/// An sjson path and a value, raw JSON where it looks like JSON.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct BodyField {
    pub path: String,
    pub value: String,
}

/// Spec of a [`BackendSecurityPolicy`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct BackendSecurityPolicySpec {
    pub target_refs: Vec<ObjectReference>,
    #[serde(rename = "type")]
    pub type_: PolicyType,
    pub api_key: Option<KeySource>,
    #[serde(rename = "azureAPIKey")]
    pub azure_api_key: Option<KeySource>,
    #[serde(rename = "anthropicAPIKey")]
    pub anthropic_api_key: Option<KeySource>,
    pub aws_credentials: Option<AwsCredentials>,
    pub azure_credentials: Option<AzureCredentials>,
    pub gcp_credentials: Option<GcpCredentials>,
    pub credential_override: Option<CredentialOverride>,
}

/// `spec.type` of a BackendSecurityPolicy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[allow(missing_docs)]
pub enum PolicyType {
    #[default]
    APIKey,
    AWSCredentials,
    AzureAPIKey,
    AzureCredentials,
    GCPCredentials,
    AnthropicAPIKey,
    /// Newer than this tool.
    #[serde(untagged)]
    Newer(String),
}

impl std::fmt::Display for PolicyType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let PolicyType::Newer(name) = self { f.write_str(name) } else { write!(f, "{self:?}") }
    }
}

/// A key in a Secret.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct KeySource {
    pub secret_ref: SecretReference,
}

/// AWS: a credentials file, OIDC, or neither (the SDK's default chain in the Envoy pod).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct AwsCredentials {
    pub region: String,
    pub credentials_file: Option<AwsCredentialsFile>,
    pub oidc_exchange_token: Option<OidcExchange>,
}

/// An AWS credentials file in a Secret.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct AwsCredentialsFile {
    pub secret_ref: SecretReference,
    pub profile: Option<String>,
}

/// Azure: a client secret or OIDC.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct AzureCredentials {
    pub client_secret_ref: Option<SecretReference>,
    pub oidc_exchange_token: Option<OidcExchange>,
}

/// GCP: a service account file, workload identity federation, or neither (ADC in the Envoy pod).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct GcpCredentials {
    pub project_name: String,
    pub region: String,
    pub credentials_file: Option<KeySource>,
    pub workload_identity_federation_config: Option<WorkloadIdentity>,
}

/// GCP workload identity federation.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct WorkloadIdentity {
    pub oidc_exchange_token: OidcExchange,
}

/// A token exchange.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct OidcExchange {
    pub oidc: Oidc,
    pub grant_type: Option<String>,
    pub aud: Option<String>,
}

/// The OIDC client that the controller logs in as.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct Oidc {
    pub client_secret: SecretReference,
    #[serde(rename = "clientIDRef")]
    pub client_id_ref: Option<SecretReference>,
}

/// Lets a request bring its own credential.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct CredentialOverride {
    pub from_request_headers: Option<OverrideSource>,
    pub from_dynamic_metadata: Option<OverrideSource>,
}

/// Where the request's own credential is read from.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OverrideSource {
    /// The request header, where it is not the default of the policy's type.
    pub header: Option<String>,
    /// Use the configured credential when the request brings none; unset means true.
    pub fallback_to_configured: Option<bool>,
}

/// Spec of an [`AIGatewayRoute`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct AIGatewayRouteSpec {
    pub parent_refs: Vec<ParentReference>,
    /// What `parentRefs` was called up to AI Gateway v0.3.
    pub target_refs: Vec<ObjectReference>,
    pub hostnames: Vec<String>,
    pub rules: Vec<AIRouteRule>,
    #[serde(rename = "llmRequestCosts")]
    pub llm_request_costs: Vec<RequestCost>,
}

/// One rule of an [`AIGatewayRoute`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct AIRouteRule {
    pub name: Option<String>,
    pub matches: Vec<AIRouteMatch>,
    pub backend_refs: Vec<AIBackendRef>,
    pub timeouts: Option<RouteTimeouts>,
    /// Time that may pass between two parts of an answer (AI Gateway ≥ v1.1).
    pub stream_idle_timeout: Option<String>,
}

/// Header matches, all of which must hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct AIRouteMatch {
    pub headers: Vec<HeaderMatch>,
}

/// A reference from a rule to an AIServiceBackend or InferencePool.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct AIBackendRef {
    pub name: String,
    pub namespace: Option<String>,
    pub group: Option<Word>,
    pub kind: Option<Word>,
    pub model_name_override: Option<String>,
    /// Unset means 1.
    pub weight: Option<i64>,
    /// Unset means 0, the first to be tried.
    pub priority: Option<i64>,
    pub header_mutation: Option<HeaderMutation>,
    pub body_mutation: Option<BodyMutation>,
}

impl AIBackendRef {
    /// Whether it names an InferencePool instead of an AIServiceBackend.
    pub fn is_pool(&self) -> bool {
        self.kind.as_deref() == Some("InferencePool")
    }

    /// Share of the rule's traffic, relative to the other references.
    pub fn weight(&self) -> i64 {
        self.weight.unwrap_or(1)
    }
}

/// A token cost.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct RequestCost {
    pub metadata_key: String,
    #[serde(rename = "type")]
    pub type_: String,
    pub cel: Option<String>,
}

/// Spec of a [`GatewayConfig`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct GatewayConfigSpec {
    pub forward_proxy: Option<ForwardProxy>,
    #[serde(rename = "globalLLMRequestCosts")]
    pub global_llm_request_costs: Vec<RequestCost>,
    pub ext_proc: Option<GatewayExtProc>,
}

/// AI Gateway's container in Envoy's pods.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct GatewayExtProc {
    pub kubernetes: Option<GatewayContainer>,
}

/// What is changed of that container.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct GatewayContainer {
    pub image: Option<String>,
}

impl GatewayConfigSpec {
    /// The image that takes the place of the controller's choice.
    pub fn image(&self) -> Option<&str> {
        self.ext_proc.as_ref()?.kubernetes.as_ref()?.image.as_deref()
    }
}

/// An HTTP proxy for the way to the providers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct ForwardProxy {
    pub address: String,
}
