//! Schema: the API that is spoken, and the provider that the host name gives away.

use super::Endpoint;
use crate::{
    model::{AIServiceBackend, SchemaName},
    provider::{self, Provider},
};

/// The API dialect of a backend.
#[derive(Debug, Clone)]
pub struct SchemaTrace<'a> {
    /// Its name.
    pub name: &'a SchemaName,
    /// `spec.schema.version`; empty is as good as unset.
    pub version: Option<&'a str>,
    /// `spec.schema.prefix`; empty is as good as unset.
    pub prefix: Option<&'a str>,
    /// The provider known to be behind the first host name.
    pub provider: Option<&'static Provider>,
}

impl<'a> SchemaTrace<'a> {
    pub(super) fn trace(backend: &'a AIServiceBackend, endpoint: &Endpoint<'a>) -> Self {
        let schema = &backend.spec.schema;
        SchemaTrace {
            name: &schema.name,
            version: schema.version.as_deref().filter(|it| !it.is_empty()),
            prefix: schema.prefix.as_deref().filter(|it| !it.is_empty()),
            provider: endpoint.host().and_then(provider::of_host),
        }
    }

    /// The path prefix in force without slashes around it: `v1` where none is set
    /// (ai-gateway@v1.1.0 internal/controller/gateway.go).
    pub fn effective_prefix(&self) -> &'a str {
        self.prefix.unwrap_or("v1").trim_matches('/')
    }
}
