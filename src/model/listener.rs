//! Listeners of a Gateway: their names, their certificates, and who may attach.

use serde::Deserialize;

use super::{LabelSelector, SecretReference};

/// A listener.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct Listener {
    pub name: String,
    pub hostname: Option<String>,
    pub port: u16,
    pub protocol: String,
    pub allowed_routes: AllowedRoutes,
    pub tls: Option<ListenerTls>,
}

/// Certificates of a listener.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct ListenerTls {
    pub mode: Option<String>,
    pub certificate_refs: Vec<SecretReference>,
}

impl Listener {
    /// Secrets that its certificates are taken from; Envoy Gateway takes nothing else.
    pub fn certificates(&self) -> impl Iterator<Item = &SecretReference> {
        let refs = self.tls.iter().flat_map(|it| &it.certificate_refs);
        refs.filter(|it| it.group().is_empty() && it.kind.as_deref().is_none_or(|kind| kind == "Secret"))
    }
}

/// Which routes may attach.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct AllowedRoutes {
    pub namespaces: RouteNamespaces,
    pub kinds: Vec<RouteKind>,
}

/// From which namespaces.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct RouteNamespaces {
    /// `Same` when unset.
    pub from: Option<String>,
    pub selector: Option<LabelSelector>,
}

/// A kind of route.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct RouteKind {
    pub group: Option<String>,
    pub kind: String,
}
