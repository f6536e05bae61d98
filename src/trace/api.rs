//! Client endpoints, and the upstream path that each becomes under each schema
//! (ai-gateway@v1.1.0 internal/endpointspec/endpointspec.go, internal/translator; live).

use super::{Version, release, served};
use crate::model::SchemaName;

/// An API that clients call on the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum ClientApi {
    ChatCompletions,
    Completions,
    Embeddings,
    ImagesGenerations,
    Responses,
    ResponsesInputTokens,
    AudioSpeech,
    AudioTranscriptions,
    AudioTranslations,
    Rerank,
    Messages,
    CountTokens,
    Tokenize,
}

impl ClientApi {
    /// All of them, in the order of their paths' importance.
    pub const ALL: [ClientApi; 13] = [
        ClientApi::ChatCompletions,
        ClientApi::Completions,
        ClientApi::Embeddings,
        ClientApi::ImagesGenerations,
        ClientApi::Responses,
        ClientApi::ResponsesInputTokens,
        ClientApi::AudioSpeech,
        ClientApi::AudioTranscriptions,
        ClientApi::AudioTranslations,
        ClientApi::Rerank,
        ClientApi::Messages,
        ClientApi::CountTokens,
        ClientApi::Tokenize,
    ];

    /// Its path on the gateway with the chart's default prefixes.
    pub fn path(self) -> &'static str {
        match self {
            ClientApi::ChatCompletions => "/v1/chat/completions",
            ClientApi::Completions => "/v1/completions",
            ClientApi::Embeddings => "/v1/embeddings",
            ClientApi::ImagesGenerations => "/v1/images/generations",
            ClientApi::Responses => "/v1/responses",
            ClientApi::ResponsesInputTokens => "/v1/responses/input_tokens",
            ClientApi::AudioSpeech => "/v1/audio/speech",
            ClientApi::AudioTranscriptions => "/v1/audio/transcriptions",
            ClientApi::AudioTranslations => "/v1/audio/translations",
            ClientApi::Rerank => "/cohere/v2/rerank",
            ClientApi::Messages => "/anthropic/v1/messages",
            ClientApi::CountTokens => "/anthropic/v1/messages/count_tokens",
            ClientApi::Tokenize => "/tokenize",
        }
    }
}

impl ClientApi {
    /// Whether a backend of that schema speaks another API than the client, so that bodies are rewritten.
    pub fn is_translated(self, schema: &SchemaName) -> bool {
        match schema {
            SchemaName::OpenAI => self == ClientApi::Messages,
            SchemaName::AzureOpenAI | SchemaName::Cohere | SchemaName::Anthropic => false,
            // Claude's own API, in the envelope of the cloud
            SchemaName::AWSAnthropic | SchemaName::GCPAnthropic => {
                !matches!(self, ClientApi::Messages | ClientApi::CountTokens)
            }
            SchemaName::AWSBedrock | SchemaName::GCPVertexAI | SchemaName::Newer(_) => true,
        }
    }
}

/// What an upstream path depends on, beside endpoint and schema.
#[derive(Debug, Clone, Copy, Default)]
pub struct Call<'a> {
    /// The model sent upstream: the override, else the client's.
    pub model: &'a str,
    /// Whether the client asked for a stream.
    pub stream: bool,
    /// `spec.schema.prefix`.
    pub prefix: Option<&'a str>,
    /// `spec.schema.version`.
    pub version: Option<&'a str>,
    /// Release of AI Gateway; unknown counts as recent.
    pub release: Option<Version>,
}

#[allow(clippy::wildcard_enum_match_arm, reason = "a schema serves what is listed, and nothing else")]
/// The path that Envoy sends upstream; `None` where the schema does not serve the endpoint. GCPCredentials put project and
/// region before it, without which the paths of Vertex AI are not even absolute.
pub fn upstream_path(api: ClientApi, schema: &SchemaName, call: &Call<'_>) -> Option<String> {
    use ClientApi as Api;
    if call.release.is_some_and(|it| it < served::since(api, schema)) {
        return None;
    }
    let model = call.model;
    let escaped = || escape(model);
    let version = call.version.unwrap_or_default();
    let azure = |rest: &str| Some(format!("/openai/{rest}?api-version={version}"));
    match schema {
        SchemaName::OpenAI => match api {
            Api::Tokenize => Some("/tokenize".to_owned()),
            Api::Rerank | Api::CountTokens => None,
            Api::Messages => Some(joined_path(call.openai_prefix(), "chat/completions")),
            _ => Some(joined_path(call.openai_prefix(), api.path().trim_start_matches("/v1/"))),
        },
        SchemaName::AzureOpenAI => match api {
            Api::ChatCompletions => azure(&format!("deployments/{model}/chat/completions")),
            Api::Embeddings => azure(&format!("deployments/{model}/embeddings")),
            Api::Responses => azure("responses"),
            Api::ResponsesInputTokens => azure("responses/input_tokens"),
            _ => None,
        },
        SchemaName::AWSBedrock => match api {
            Api::ChatCompletions | Api::Messages if call.stream => {
                Some(format!("/model/{}/converse-stream", escaped()))
            }
            Api::ChatCompletions | Api::Messages => Some(format!("/model/{}/converse", escaped())),
            Api::Embeddings => Some(format!("/model/{}/invoke", escaped())),
            Api::CountTokens | Api::Tokenize => {
                Some(format!("/model/{}/count-tokens", escape(without_geography(model))))
            }
            _ => None,
        },
        SchemaName::AWSAnthropic => match api {
            Api::ChatCompletions | Api::Messages if call.stream => {
                Some(format!("/model/{}/invoke-with-response-stream", escaped()))
            }
            Api::ChatCompletions | Api::Messages => Some(format!("/model/{}/invoke", escaped())),
            Api::CountTokens | Api::Tokenize => {
                Some(format!("/model/{}/count-tokens", escape(without_geography(model))))
            }
            _ => None,
        },
        SchemaName::GCPVertexAI => {
            let method = match api {
                Api::ChatCompletions if call.stream => "streamGenerateContent?alt=sse",
                Api::ChatCompletions => "generateContent",
                Api::Embeddings if model.contains("gemini") && model != "gemini-embedding-001" => {
                    "embedContent"
                }
                Api::Embeddings => "predict",
                Api::Tokenize => "countTokens",
                _ => return None,
            };
            Some(format!("publishers/google/models/{model}:{method}"))
        }
        SchemaName::GCPAnthropic => match api {
            Api::ChatCompletions | Api::Messages => {
                let method = if call.stream { "streamRawPredict" } else { "rawPredict" };
                Some(format!("publishers/anthropic/models/{model}:{method}"))
            }
            Api::CountTokens | Api::Tokenize => {
                Some("publishers/anthropic/models/count-tokens:rawPredict".to_owned())
            }
            _ => None,
        },
        SchemaName::Anthropic => match api {
            Api::Messages => Some(joined_path(call.anthropic_prefix(), "messages")),
            Api::CountTokens => Some("/v1/messages/count_tokens".to_owned()),
            _ => None,
        },
        SchemaName::Cohere => (api == Api::Rerank).then(|| joined_path(version, "rerank")),
        SchemaName::Newer(_) => None,
    }
}

impl<'a> Call<'a> {
    fn openai_prefix(&self) -> &'a str {
        let version = self.version.filter(|_| release::OPENAI_VERSION_AS_PREFIX.likely(self.release));
        let prefix = self.prefix.filter(|_| release::OPENAI_PREFIX.likely(self.release));
        prefix.filter(|it| !it.is_empty()).or(version).filter(|it| !it.is_empty()).unwrap_or("v1")
    }

    fn anthropic_prefix(&self) -> &'a str {
        let prefix = self.prefix.filter(|_| release::ANTHROPIC_PREFIX.likely(self.release));
        prefix.filter(|it| !it.is_empty()).unwrap_or("v1")
    }
}

/// Tokens are counted by the model itself, not by the inference profile of a geography (live).
fn without_geography(model: &str) -> &str {
    ["us.", "eu.", "apac."].iter().find_map(|it| model.strip_prefix(it)).unwrap_or(model)
}

/// Go's `path.Join("/", prefix, rest)`: slashes are merged, dots resolved.
pub fn joined_path(prefix: &str, rest: &str) -> String {
    let mut parts: Vec<&str> = vec![];
    for part in prefix.split('/').chain(rest.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// Go's `url.PathEscape`: what may stand in a path segment stays, so that colons of ARNs do.
fn escape(segment: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~$&+=:@".contains(&byte);
    segment
        .bytes()
        .map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(api: ClientApi, schema: &SchemaName, call: Call<'_>) -> Option<String> {
        upstream_path(api, schema, &call)
    }

    #[test]
    fn prefixes_are_joined_as_go_joins_paths() {
        let of = |prefix| {
            let call = Call { prefix: Some(prefix), ..Call::default() };
            path(ClientApi::ChatCompletions, &SchemaName::OpenAI, call).unwrap()
        };
        assert_eq!(of(""), "/v1/chat/completions");
        assert_eq!(of("/"), "/chat/completions");
        assert_eq!(of("/v1beta/openai/"), "/v1beta/openai/chat/completions");
        assert_eq!(of("https://h/v1"), "/https:/h/v1/chat/completions");
        assert_eq!(of("/v1/chat/completions"), "/v1/chat/completions/chat/completions");
    }

    #[test]
    fn versions_mean_what_the_release_takes_them_for() {
        let of = |release| {
            let call =
                Call { version: Some("v2"), prefix: Some("p"), release: Some(release), ..Call::default() };
            path(ClientApi::Embeddings, &SchemaName::OpenAI, call).unwrap()
        };
        assert_eq!(of(Version(0, 4, 0)), "/v2/embeddings");
        assert_eq!(of(Version(0, 5, 0)), "/p/embeddings");
        assert_eq!(of(Version(1, 1, 0)), "/p/embeddings");
    }

    #[test]
    fn endpoints_came_one_by_one() {
        let of = |api, schema, release| {
            path(api, schema, Call { release: Some(release), ..Call::default() }).is_some()
        };
        assert!(!of(ClientApi::Messages, &SchemaName::OpenAI, Version(0, 5, 0)));
        assert!(of(ClientApi::Messages, &SchemaName::OpenAI, Version(0, 6, 0)));
        assert!(!of(ClientApi::Tokenize, &SchemaName::OpenAI, Version(1, 0, 0)));
    }

    #[test]
    fn every_schema_serves_what_the_table_says() {
        use ClientApi as A;
        use SchemaName as S;
        let openai = [
            A::ChatCompletions,
            A::Completions,
            A::Embeddings,
            A::ImagesGenerations,
            A::Responses,
            A::ResponsesInputTokens,
            A::AudioSpeech,
            A::AudioTranscriptions,
            A::AudioTranslations,
            A::Messages,
            A::Tokenize,
        ];
        let table: [(S, &[A]); 8] = [
            (S::OpenAI, &openai),
            (S::AzureOpenAI, &[A::ChatCompletions, A::Embeddings, A::Responses, A::ResponsesInputTokens]),
            (S::AWSBedrock, &[A::ChatCompletions, A::Embeddings, A::Messages, A::CountTokens, A::Tokenize]),
            (S::AWSAnthropic, &[A::ChatCompletions, A::Messages, A::CountTokens, A::Tokenize]),
            (S::GCPVertexAI, &[A::ChatCompletions, A::Embeddings, A::Tokenize]),
            (S::GCPAnthropic, &[A::ChatCompletions, A::Messages, A::CountTokens, A::Tokenize]),
            (S::Anthropic, &[A::Messages, A::CountTokens]),
            (S::Cohere, &[A::Rerank]),
        ];
        for (schema, served) in table {
            let does: Vec<A> = A::ALL
                .into_iter()
                .filter(|api| upstream_path(*api, &schema, &Call::default()).is_some())
                .collect();
            assert_eq!(does, served, "{schema}");
        }
    }
}
