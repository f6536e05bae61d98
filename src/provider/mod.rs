//! Known providers as data: what their hosts speak. One truth for the rules and for `create`.
//!
//! A host name is a hint and never an error by itself: proxies answer under providers' names, and the reverse.

mod known;

pub use known::PROVIDERS;

use crate::model::{PolicyType, SchemaName};

/// A provider of models.
#[derive(Debug)]
pub struct Provider {
    /// Short name, as `create --provider` takes it.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Host names; `*` stands for one label or a part of one.
    pub hosts: &'static [&'static str],
    /// The dialects that its hosts speak, the usual one first.
    pub dialects: &'static [Dialect],
}

/// One API that a provider speaks.
#[derive(Debug)]
pub struct Dialect {
    /// `spec.schema.name`.
    pub schema: SchemaName,
    /// Path prefix without slashes around it, for schemas that have one.
    pub prefix: Option<&'static str>,
    /// Other prefixes that work as well; a leading `*` stands for anything.
    pub also: &'static [&'static str],
    /// `spec.schema.version`, for schemas that need one.
    pub version: Option<&'static str>,
    /// Types of BackendSecurityPolicy that work, the usual one first.
    pub policies: &'static [PolicyType],
}

impl Dialect {
    /// Whether it is spoken under this path prefix.
    pub fn takes_prefix(&self, prefix: &str) -> bool {
        let segments: Vec<&str> = prefix.split('/').filter(|it| !it.is_empty()).collect();
        let prefix = segments.join("/");
        self.prefix.iter().chain(self.also).any(|it| match it.strip_prefix('*') {
            Some(end) => prefix.ends_with(end),
            None => prefix == *it,
        })
    }
}

impl Provider {
    /// The dialects of a schema that it speaks.
    pub fn speaking<'a>(&self, schema: &'a SchemaName) -> impl Iterator<Item = &'static Dialect> + use<'a> {
        self.dialects.iter().filter(move |it| it.schema == *schema)
    }
}

/// The provider that is known to be behind a host name.
pub fn of_host(host: &str) -> Option<&'static Provider> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    PROVIDERS.iter().find(|provider| provider.hosts.iter().any(|pattern| is_like(&host, pattern)))
}

/// The AWS region in a Bedrock host name (ai-gateway@v1.1.0 internal/internalapi/internalapi.go).
pub fn aws_region(host: &str) -> Option<&str> {
    let host =
        ["vpce.amazonaws.com", "amazonaws.com", "api.aws"].iter().find_map(|end| host.strip_suffix(end))?;
    let mut labels = host.trim_end_matches('.').rsplit('.');
    let region = labels.next()?;
    matches!(labels.next()?, "bedrock-runtime" | "bedrock-runtime-fips").then_some(region)
}

/// The Vertex AI region in a host name; `global` for the one without a region.
pub fn gcp_region(host: &str) -> Option<&str> {
    match host.strip_suffix("aiplatform.googleapis.com")? {
        "" => Some("global"),
        region => region.strip_suffix('-'),
    }
}

/// Whether a host name fits a pattern in which `*` stands for one or more characters without a dot.
fn is_like(host: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => host == pattern,
        Some((start, end)) => host
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(end))
            .is_some_and(|middle| !middle.is_empty() && !middle.contains('.')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_lead_to_providers() {
        let id = |host| of_host(host).map(|it| it.id);
        assert_eq!(id("api.openai.com"), Some("openai"));
        assert_eq!(id("acme.openai.azure.com"), Some("azure-openai"));
        assert_eq!(id("bedrock-runtime.us-east-1.amazonaws.com"), Some("aws-bedrock"));
        assert_eq!(id("europe-west4-aiplatform.googleapis.com"), Some("gcp-vertex"));
        assert_eq!(id("aiplatform.googleapis.com"), Some("gcp-vertex"));
        assert_eq!(id("acme.services.ai.azure.com"), Some("azure-foundry"));
        assert_eq!(id("api.openai.com.evil.example"), None);
    }

    #[test]
    fn prefixes_are_compared_without_slashes() {
        let takes = |host, prefix| {
            let schema = SchemaName::OpenAI;
            of_host(host).is_some_and(|it| it.speaking(&schema).any(|it| it.takes_prefix(prefix)))
        };
        assert!(takes("api.groq.com", "/openai//v1/"));
        assert!(!takes("api.groq.com", "v1"));
        assert!(takes("api.deepseek.com", "/"));
        assert!(takes("aiplatform.googleapis.com", "v1/projects/p/locations/global/endpoints/openapi"));
    }

    #[test]
    fn regions_are_read_from_hosts() {
        assert_eq!(aws_region("bedrock-runtime.eu-west-1.amazonaws.com"), Some("eu-west-1"));
        assert_eq!(aws_region("vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com"), Some("us-east-1"));
        assert_eq!(aws_region("s3.us-east-1.amazonaws.com"), None);
        assert_eq!(gcp_region("us-east5-aiplatform.googleapis.com"), Some("us-east5"));
        assert_eq!(gcp_region("aiplatform.googleapis.com"), Some("global"));
    }
}
