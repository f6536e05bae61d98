//! What `prefix` and `version` mean for the path, and what is wrong with them.

use crate::{
    model::SchemaName,
    trace::{Fact, Trace, release},
};

/// JSON pointer to the prefix.
pub(super) const PREFIX: &str = "/spec/schema/prefix";
/// JSON pointer to the version.
pub(super) const VERSION: &str = "/spec/schema/version";

/// Whether the schema's prefix is part of the path.
pub(super) fn takes_prefix(trace: &Trace<'_>) -> bool {
    match trace.schema.name {
        SchemaName::OpenAI => true,
        SchemaName::Anthropic => trace.world.platform.likely(&release::ANTHROPIC_PREFIX),
        SchemaName::Cohere
        | SchemaName::AWSBedrock
        | SchemaName::AzureOpenAI
        | SchemaName::GCPVertexAI
        | SchemaName::GCPAnthropic
        | SchemaName::AWSAnthropic
        | SchemaName::Newer(_) => false,
    }
}

/// Since when the version is no part of the path, for schemas that have a prefix.
pub(super) fn version_ignored(trace: &Trace<'_>) -> &'static Fact {
    if *trace.schema.name == SchemaName::Anthropic {
        &release::ANTHROPIC_PREFIX
    } else {
        &release::OPENAI_VERSION_IGNORED
    }
}

/// The version, where it was meant as a prefix and is not used as one any more.
pub(super) fn forgotten_prefix<'a>(trace: &Trace<'a>) -> Option<&'a str> {
    let schema = &trace.schema;
    // the host may say that /v1 is right
    trace.reference.backend.found()?;
    let ignored = takes_prefix(trace) && trace.world.platform.likely(version_ignored(trace));
    let version = schema.version.filter(|_| ignored && schema.prefix.is_none())?.trim_matches('/');
    (version != "v1" && is_path(version) && !is_spoken(trace, "v1").unwrap_or(false)).then_some(version)
}

/// `v1beta/openai` and `v2` are paths; `2024-10-21` is a date.
fn is_path(version: &str) -> bool {
    let numbered =
        version.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    version.contains('/') || numbered && version.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Whether the provider speaks the schema under a prefix; unknown where the provider, or that it speaks it, is.
pub(super) fn is_spoken(trace: &Trace<'_>, prefix: &str) -> Option<bool> {
    let mut dialects = trace.schema.provider?.speaking(trace.schema.name).peekable();
    dialects.peek()?;
    Some(dialects.any(|it| it.takes_prefix(prefix)))
}

/// A prefix that cannot be right.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bad {
    /// What is wrong with it.
    pub why: &'static str,
    /// What was meant, where that follows.
    pub better: Option<String>,
}

/// Looks a prefix over, given the host that it is sent to.
pub(super) fn bad(prefix: &str, host: Option<&str>) -> Option<Bad> {
    let mut why = None;
    let mut rest = prefix.trim();
    if rest != prefix {
        why = why.or(Some("has white space around it"));
    }
    if let Some((_, after)) = rest.split_once("://") {
        why = Some("is a whole URL");
        rest = after.split_once('/').map_or("", |(_, path)| path);
    } else if let Some((first, path)) = rest.trim_start_matches('/').split_once('/')
        && host.is_some_and(|host| first.contains('.') && first == host)
    {
        why = Some("begins with the host name");
        rest = path;
    }
    if let Some((path, _)) = rest.split_once(['?', '#']) {
        why = why.or(Some("has a query, which ends up in the middle of the path"));
        rest = path;
    }
    let trimmed = rest.trim_matches('/');
    let path = without_endpoint(trimmed);
    if path != trimmed {
        why = why.or(Some("ends with an endpoint, which is then there twice"));
    }
    let spaced = path.chars().any(char::is_whitespace);
    if spaced {
        why = why.or(Some("holds white space"));
    }
    let better = (!path.is_empty() && !spaced).then(|| path.to_owned());
    why.map(|why| Bad { why, better })
}

/// Cuts the endpoint that AI Gateway adds by itself. An endpoint's name alone may be somebody's prefix.
fn without_endpoint(path: &str) -> &str {
    const ENDPOINTS: [&str; 7] = [
        "chat/completions",
        "images/generations",
        "audio/speech",
        "completions",
        "embeddings",
        "responses",
        "messages",
    ];
    let cut = ENDPOINTS.iter().find_map(|it| Some((it, path.strip_suffix(it)?)));
    match cut {
        Some((_, start)) if start.ends_with('/') && ends_with_version(start) => start.trim_end_matches('/'),
        Some((endpoint, "")) if endpoint.contains('/') => "",
        _ => path,
    }
}

/// Whether the last segment is `v1`, `v1beta`, `openai`…: something that endpoints hang on.
fn ends_with_version(path: &str) -> bool {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    last == "openai" || is_path(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn better(prefix: &str) -> Option<String> {
        bad(prefix, Some("api.example.com")).expect("it is bad").better
    }

    #[test]
    fn bad_prefixes_are_mended() {
        let to = |text: &str| Some(text.to_owned());
        assert_eq!(better("https://api.example.com/v1"), to("v1"));
        assert_eq!(better("https://api.example.com/openai/v1/chat/completions"), to("openai/v1"));
        assert_eq!(better("api.example.com/v1"), to("v1"));
        assert_eq!(better("/v1/embeddings/"), to("v1"));
        assert_eq!(better("v1?key=x"), to("v1"));
        assert_eq!(better(" v1"), to("v1"));
        for hopeless in ["v1 beta", "https://api.example.com", "chat/completions"] {
            assert_eq!(better(hopeless), None, "{hopeless}");
        }
    }

    #[test]
    fn good_prefixes_are_left_alone() {
        for prefix in ["v1", "/v1/", "/", "v1beta/openai", "embeddings", "team/messages", "llm.v2/openai"] {
            assert_eq!(bad(prefix, Some("api.example.com")), None, "{prefix}");
        }
    }

    #[test]
    fn dates_are_no_paths() {
        assert!(is_path("v1beta/openai") && is_path("v2") && is_path("openai/v1"));
        assert!(!is_path("2024-10-21") && !is_path("2023-06-01-preview") && !is_path("vllm"));
    }
}
