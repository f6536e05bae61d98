//! Envoy Gateway's own configuration, as its ConfigMap holds it (`api/v1alpha1/envoygateway_types.go`).

use serde::Deserialize;

/// Envoy Gateway's own configuration.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct EnvoyGatewayConfig {
    pub gateway: Option<EnvoyGatewayGateway>,
    pub extension_apis: Option<ExtensionApis>,
    pub extension_manager: Option<ExtensionManager>,
}

/// Which GatewayClasses are its own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct EnvoyGatewayGateway {
    pub controller_name: Option<String>,
}

/// APIs that are off by default.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct ExtensionApis {
    pub enable_backend: bool,
}

/// Who is asked to change Envoy's configuration: AI Gateway.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct ExtensionManager {
    pub hooks: ExtensionHooks,
    pub service: Option<ExtensionService>,
    pub backend_resources: Vec<BackendResource>,
    pub fail_open: bool,
}

/// When it is asked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct ExtensionHooks {
    pub xds_translator: Option<XdsTranslatorHooks>,
}

/// Hooks of the xDS translator.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct XdsTranslatorHooks {
    pub post: Vec<String>,
    pub translation: Option<TranslationHooks>,
}

/// What the translation hook is given.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct TranslationHooks {
    pub listener: Option<IncludeAll>,
    pub route: Option<IncludeAll>,
    pub cluster: Option<IncludeAll>,
    pub secret: Option<IncludeAll>,
}

/// Whether all resources of a type are given.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct IncludeAll {
    pub include_all: Option<bool>,
}

/// Where the extension server listens.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct ExtensionService {
    pub fqdn: Option<super::FqdnEndpoint>,
    /// Deprecated form.
    pub host: Option<String>,
    /// Deprecated form.
    pub port: Option<u16>,
}

/// A kind that may stand in backendRefs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct BackendResource {
    pub group: String,
    pub kind: String,
}
