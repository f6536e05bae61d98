//! Since which release of AI Gateway a schema serves an endpoint (ai-gateway, internal/endpointspec at each minor tag).

use super::{ClientApi, Version};
use crate::model::SchemaName;

/// The first release in which ext_proc translates an endpoint to a schema, for pairs that it does translate.
pub(super) fn since(api: ClientApi, schema: &SchemaName) -> Version {
    use ClientApi as Api;
    match (api, schema) {
        (Api::ChatCompletions, SchemaName::AzureOpenAI) => Version(0, 2, 0),
        (Api::ChatCompletions, SchemaName::GCPVertexAI | SchemaName::GCPAnthropic)
        | (Api::Embeddings, SchemaName::OpenAI)
        | (Api::Messages, SchemaName::GCPAnthropic) => Version(0, 3, 0),
        (Api::Embeddings, SchemaName::AzureOpenAI)
        | (Api::Completions | Api::ImagesGenerations | Api::Rerank, _)
        | (Api::Messages, SchemaName::AWSAnthropic | SchemaName::Anthropic) => Version(0, 4, 0),
        (Api::Responses, SchemaName::OpenAI) => Version(0, 5, 0),
        (Api::ChatCompletions, SchemaName::AWSAnthropic)
        | (Api::Embeddings, SchemaName::GCPVertexAI | SchemaName::AWSBedrock)
        | (Api::Messages, SchemaName::OpenAI)
        | (Api::AudioSpeech, _) => Version(0, 6, 0),
        (Api::Responses | Api::AudioTranscriptions | Api::AudioTranslations, _)
        | (Api::Messages, SchemaName::AWSBedrock) => Version(0, 7, 0),
        (Api::CountTokens | Api::Tokenize | Api::ResponsesInputTokens, _) => Version(1, 1, 0),
        (Api::ChatCompletions | Api::Embeddings | Api::Messages, _) => Version(0, 1, 0),
    }
}
