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

/// The host of a provider that was probably meant: this one is a slip of the hand away from it, or is the website
/// beside it. Only a label of some length may differ: `api.z.ai` is no slip for `api.x.ai`.
pub fn meant(host: &str) -> Option<(&'static Provider, String)> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if let Some(provider) = of_host(&host) {
        return Some((provider, with_region(&host)?));
    }
    let all = || PROVIDERS.iter().flat_map(|provider| provider.hosts.iter().map(move |it| (provider, *it)));
    let found = all().find_map(|(provider, pattern)| Some((provider, slip(&host, pattern)?)));
    found.or_else(|| all().find_map(|(provider, pattern)| Some((provider, website(&host, pattern)?))))
}

/// The host with its region written as its cloud does: AWS has eu-west-1, and Google Cloud europe-west1.
fn with_region(host: &str) -> Option<String> {
    let aws = aws_region(host).filter(|it| host == format!("bedrock-runtime.{it}.amazonaws.com"));
    if let Some(region) = aws {
        let name = region.trim_end_matches(|it: char| it.is_ascii_digit());
        let number = region.get(name.len()..).filter(|it| !it.is_empty())?;
        return (name.contains('-') && !name.ends_with('-'))
            .then(|| format!("bedrock-runtime.{name}-{number}.amazonaws.com"));
    }
    let (name, number) = gcp_region(host)?.rsplit_once('-')?;
    (name.contains('-') && !number.is_empty() && number.chars().all(|it| it.is_ascii_digit()))
        .then(|| format!("{name}{number}-aiplatform.googleapis.com"))
}

/// The host with the one label put right in which it differs from a pattern.
fn slip(host: &str, pattern: &str) -> Option<String> {
    let (ours, theirs): (Vec<&str>, Vec<&str>) = (host.split('.').collect(), pattern.split('.').collect());
    if ours.len() != theirs.len() {
        return None;
    }
    let pairs = || ours.iter().zip(&theirs);
    let mut differing = pairs().enumerate().filter(|(_, (our, their))| !is_like(our, their));
    let (at, (our, their)) = differing.next().filter(|_| differing.next().is_none())?;
    // a label such as `*-aiplatform` keeps the part that may be anything
    let (start, end) = their.rsplit_once('*').map_or(("", *their), |(_, end)| (our, end));
    let start = match start.char_indices().rev().nth(end.chars().count().checked_sub(1)?) {
        Some((cut, _)) => start.get(..cut)?,
        None => "",
    };
    let distance = strsim::damerau_levenshtein(our.get(start.len()..)?, end);
    let last = at + 1 == theirs.len();
    let allowed = match end.len() {
        _ if last => 1,
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    let whole = format!("{start}{end}");
    (distance <= allowed && is_like(&whole, their)).then(|| {
        pairs()
            .enumerate()
            .map(|(i, (our, _))| if i == at { &whole } else { *our })
            .collect::<Vec<_>>()
            .join(".")
    })
}

/// The API's host, if this is the website of the same domain, or AWS's API that manages models instead of calling them.
fn website(host: &str, pattern: &str) -> Option<String> {
    if let Some(region) = host.strip_prefix("bedrock.").and_then(|it| it.strip_suffix(".amazonaws.com")) {
        return (pattern == "bedrock-runtime.*.amazonaws.com" && !region.contains('.'))
            .then(|| format!("bedrock-runtime.{region}.amazonaws.com"));
    }
    let domain = pattern.strip_prefix("api.").filter(|it| !it.contains('*'))?;
    let page = host.strip_suffix(domain)?;
    matches!(page, "" | "www." | "platform." | "console.").then(|| pattern.to_owned())
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
    fn slips_lead_to_the_host_that_was_meant() {
        let meant = |host| meant(host).map(|(_, it)| it);
        let some = |it: &str| Some(it.to_owned());
        assert_eq!(meant("api.openai.co"), some("api.openai.com"));
        assert_eq!(meant("api.antropic.com"), some("api.anthropic.com"));
        assert_eq!(meant("acme.opeanai.azure.com"), some("acme.openai.azure.com"));
        assert_eq!(
            meant("bedrock-runtime.eu-west-1.amazonaw.com"),
            some("bedrock-runtime.eu-west-1.amazonaws.com")
        );
        assert_eq!(meant("bedrock.us-east-1.amazonaws.com"), some("bedrock-runtime.us-east-1.amazonaws.com"));
        assert_eq!(meant("us-east5-aiplatfrom.googleapis.com"), some("us-east5-aiplatform.googleapis.com"));
        assert_eq!(meant("platform.openai.com"), some("api.openai.com"));
        assert_eq!(
            meant("bedrock-runtime.eu-west1.amazonaws.com"),
            some("bedrock-runtime.eu-west-1.amazonaws.com")
        );
        assert_eq!(
            meant("us-central-1-aiplatform.googleapis.com"),
            some("us-central1-aiplatform.googleapis.com")
        );
        for host in [
            "api.openai.com",
            "bedrock-runtime.us-gov-west-1.amazonaws.com",
            "northamerica-northeast1-aiplatform.googleapis.com",
            "aiplatform.googleapis.com",
            "us-aiplatform.googleapis.com",
            "api.z.ai",
            "api.moonshot.ai",
            "acme.openai.azure.us",
            "acme.openai.azure.cn",
            "bedrock-runtime.cn-north-1.amazonaws.com.cn",
            "aiplatform.us.rep.googleapis.com",
            "llm.example.com",
            "openai.example.com",
            "router.openai.com",
        ] {
            assert_eq!(meant(host), None, "{host}");
        }
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
