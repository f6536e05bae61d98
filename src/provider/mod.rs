//! Known providers as data: what their hosts speak. One truth for the rules and for `create`.
//!
//! A host name is a hint and never an error by itself: proxies answer under providers' names, and the reverse.

mod known;

pub use known::PROVIDERS;

use std::sync::LazyLock;

use crate::model::{PolicyType, SchemaName};

/// A provider of models.
#[derive(Debug)]
pub struct Provider {
    /// Short name, as `create --provider` takes it.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Host names, the usual one first; `*` stands for one label or a part of one. A server that one runs oneself has none.
    pub hosts: &'static [&'static str],
    /// What `*` in its hosts is.
    pub star: Star,
    /// The port that it listens on.
    pub port: u16,
    /// Whether it speaks TLS there.
    pub tls: bool,
    /// The dialects that its hosts speak, the usual one first.
    pub dialects: &'static [Dialect],
    /// Where that was read: a file of a release, a page, or `unverified`.
    pub source: &'static str,
}

/// What `*` in a host name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Star {
    /// There is none.
    None,
    /// A region, in the spelling of this one.
    Region(&'static str),
    /// The resource of a customer.
    Resource,
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
    /// The prefix as `spec.schema.prefix` has it: an empty one would mean `v1`.
    pub fn written_prefix(&self) -> Option<&'static str> {
        self.prefix.map(|it| if it.is_empty() { "/" } else { it })
    }

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

    /// Whether a region is written as this provider writes them: AWS has eu-west-1, and Google Cloud europe-west1.
    pub fn has_region(&self, region: &str) -> bool {
        let Star::Region(sample) = self.star else { return false };
        if self.id == "gcp-vertex" && matches!(region, "global" | "us" | "eu") {
            return true;
        }
        // clouds of their own, under other domains
        let is_apart = ["cn-", "us-iso", "eu-iso"].iter().any(|it| region.starts_with(it));
        let last = |it: &str| -> Vec<bool> {
            let last = it.rsplit('-').next().unwrap_or_default();
            let mut shape: Vec<bool> = last.chars().map(|it| it.is_ascii_digit()).collect();
            shape.dedup();
            shape
        };
        let parts = |it: &str| it.split('-').count();
        let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        !is_apart
            && region.chars().all(plain)
            && !region.split('-').any(str::is_empty)
            && parts(region) >= parts(sample)
            && last(region) == last(sample)
    }

    /// The host to call, in a region or of a resource where it has such; `None` where that is not said, or not asked for.
    pub fn host(&self, star: Option<&str>) -> Option<String> {
        let plain = || self.hosts.iter().find(|it| !it.contains('*')).map(|it| (*it).to_owned());
        match (star, self.star) {
            (None, _) => plain(),
            (Some("global"), Star::Region(_)) if self.id == "gcp-vertex" => plain(),
            (Some(geography @ ("us" | "eu")), Star::Region(_)) if self.id == "gcp-vertex" => {
                Some(format!("aiplatform.{geography}.rep.googleapis.com"))
            }
            (Some(star), Star::Region(_) | Star::Resource) => {
                self.hosts.iter().find(|it| it.contains('*')).map(|it| it.replacen('*', star, 1))
            }
            (Some(_), Star::None) => None,
        }
    }
}

/// A host of a provider, taken apart.
struct Pattern {
    provider: &'static Provider,
    text: &'static str,
    labels: Vec<&'static str>,
}

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let all = PROVIDERS.iter().flat_map(|provider| provider.hosts.iter().map(move |it| (provider, *it)));
    all.map(|(provider, text)| Pattern { provider, text, labels: text.split('.').collect() }).collect()
});

/// The provider that is known to be behind a host name.
pub fn of_host(host: &str) -> Option<&'static Provider> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    PATTERNS.iter().find(|it| it.fits(&labels)).map(|it| it.provider)
}

/// The host of a provider that was probably meant: this one is a slip of the hand away from it, or is the website
/// beside it. Only a label of some length may differ: `api.z.ai` is no slip for `api.x.ai`.
pub fn meant(host: &str) -> Option<(&'static Provider, String)> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if let Some(provider) = of_host(&host) {
        return Some((provider, with_region(&host)?));
    }
    let labels: Vec<&str> = host.split('.').collect();
    let found = PATTERNS.iter().find_map(|it| Some((it.provider, it.slip(&labels)?)));
    found.or_else(|| PATTERNS.iter().find_map(|it| Some((it.provider, website(&host, it.text)?))))
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

impl Pattern {
    /// Whether a host name fits, label by label.
    fn fits(&self, host: &[&str]) -> bool {
        host.len() == self.labels.len()
            && host.iter().zip(&self.labels).all(|(our, their)| is_like(our, their))
    }

    /// The host with the one label put right in which it differs.
    fn slip(&self, host: &[&str]) -> Option<String> {
        if host.len() != self.labels.len() {
            return None;
        }
        let pairs = host.iter().zip(&self.labels).enumerate();
        let mut differing = pairs.filter(|(_, (our, their))| !is_like(our, their));
        let (at, (our, their)) = differing.next().filter(|_| differing.next().is_none())?;
        // a label such as `*-aiplatform` keeps the part that may be anything
        let (start, end) = their.rsplit_once('*').map_or(("", *their), |(_, end)| (*our, end));
        let start = match start.char_indices().rev().nth(end.chars().count().checked_sub(1)?) {
            Some((cut, _)) => start.get(..cut)?,
            None => "",
        };
        let last = at + 1 == host.len();
        let allowed = match end.len() {
            _ if last => 1,
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        };
        let rest = our.get(start.len()..)?;
        // as many letters as one is longer must differ
        let is_near = rest.chars().count().abs_diff(end.chars().count()) <= allowed
            && strsim::damerau_levenshtein(rest, end) <= allowed;
        let whole = format!("{start}{end}");
        (is_near && is_like(&whole, their)).then(|| {
            let right = host.iter().enumerate().map(|(i, it)| if i == at { &whole } else { *it });
            right.collect::<Vec<_>>().join(".")
        })
    }
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

/// The Vertex AI region in a host name; `global` for the one without a region, `us` or `eu` for those of a continent.
pub fn gcp_region(host: &str) -> Option<&str> {
    if let Some(region) = host.strip_suffix("-aiplatform.googleapis.com") {
        return Some(region);
    }
    match host.strip_prefix("aiplatform.")?.strip_suffix("googleapis.com")? {
        "" => Some("global"),
        continent => continent.strip_suffix(".rep."),
    }
}

/// Whether a label fits one of a pattern, in which one `*` stands for one or more characters.
fn is_like(our: &str, their: &str) -> bool {
    match their.split_once('*') {
        None => our == their,
        Some((start, end)) => {
            let middle = our.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
            middle.is_some_and(|middle| !middle.is_empty())
        }
    }
}

#[cfg(test)]
mod tests;
