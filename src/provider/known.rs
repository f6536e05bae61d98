//! The list of providers (ai-gateway@v1.1.0 site/docs/capabilities/llm-integrations/supported-providers.md).
//!
//! A dialect that is missing here is a false alarm: where a provider may well speak more than is known, it is listed
//! with any prefix.

use super::{Dialect, Provider};
use crate::model::{PolicyType, SchemaName};

const KEY: &[PolicyType] = &[PolicyType::APIKey];
const AWS: &[PolicyType] = &[PolicyType::AWSCredentials, PolicyType::APIKey];
const GCP: &[PolicyType] = &[PolicyType::GCPCredentials];
const AZURE: &[PolicyType] = &[PolicyType::AzureAPIKey, PolicyType::AzureCredentials];
const AZURE_OPENAI: &[PolicyType] =
    &[PolicyType::AzureAPIKey, PolicyType::AzureCredentials, PolicyType::APIKey];
const ANTHROPIC: &[PolicyType] = &[PolicyType::AnthropicAPIKey, PolicyType::APIKey];

/// All fields at once: a struct update would drop a `Dialect`, which a constant cannot.
const fn dialect(
    schema: SchemaName,
    prefix: Option<&'static str>,
    also: &'static [&'static str],
    version: Option<&'static str>,
    policies: &'static [PolicyType],
) -> Dialect {
    Dialect { schema, prefix, also, version, policies }
}

const fn openai(prefix: &'static str) -> Dialect {
    dialect(SchemaName::OpenAI, Some(prefix), &[], None, KEY)
}

const fn openai_or(
    prefix: &'static str,
    also: &'static [&'static str],
    policies: &'static [PolicyType],
) -> Dialect {
    dialect(SchemaName::OpenAI, Some(prefix), also, None, policies)
}

const fn versioned(schema: SchemaName, version: &'static str, policies: &'static [PolicyType]) -> Dialect {
    dialect(schema, None, &[], Some(version), policies)
}

const fn anthropic(prefix: &'static str, policies: &'static [PolicyType]) -> Dialect {
    dialect(SchemaName::Anthropic, Some(prefix), &[], None, policies)
}

/// Many vendors have an Anthropic API beside their OpenAI one, and nobody keeps a list of them.
const fn maybe_anthropic() -> Dialect {
    dialect(SchemaName::Anthropic, Some("anthropic/v1"), &["*"], None, ANTHROPIC)
}

/// The same with rerankers.
const fn maybe_rerank() -> Dialect {
    versioned(SchemaName::Cohere, "v1", KEY)
}

/// A provider, as a literal: a constant function could not take the dialects by reference.
macro_rules! compatible {
    ($id:literal, $name:literal, $hosts:expr, $dialects:expr $(,)?) => {
        Provider { id: $id, name: $name, hosts: $hosts, dialects: $dialects }
    };
}

const V1: &[Dialect] = &[openai("v1"), maybe_anthropic(), maybe_rerank()];

/// All known providers.
pub static PROVIDERS: &[Provider] = &[
    compatible!("openai", "OpenAI", &["api.openai.com", "*.api.openai.com"], &[openai("v1")]),
    Provider {
        id: "azure-openai",
        name: "Azure OpenAI",
        hosts: &["*.openai.azure.com", "*.cognitiveservices.azure.com"],
        dialects: &[
            versioned(SchemaName::AzureOpenAI, "2025-01-01-preview", AZURE),
            openai_or("openai/v1", &[], AZURE_OPENAI),
        ],
    },
    Provider {
        id: "azure-foundry",
        name: "Azure AI Foundry",
        hosts: &["*.services.ai.azure.com"],
        dialects: &[
            versioned(SchemaName::AzureOpenAI, "2025-01-01-preview", AZURE),
            openai_or("openai/v1", &["models"], AZURE_OPENAI),
            anthropic(
                "anthropic/v1",
                &[PolicyType::AnthropicAPIKey, PolicyType::AzureAPIKey, PolicyType::APIKey],
            ),
            versioned(SchemaName::Cohere, "providers/cohere/v2", AZURE_OPENAI),
        ],
    },
    Provider {
        id: "aws-bedrock",
        name: "AWS Bedrock",
        hosts: &[
            "bedrock-runtime.*.amazonaws.com",
            "bedrock-runtime-fips.*.amazonaws.com",
            "bedrock-runtime.*.api.aws",
        ],
        dialects: &[
            dialect(SchemaName::AWSBedrock, None, &[], None, AWS),
            versioned(SchemaName::AWSAnthropic, "bedrock-2023-05-31", AWS),
            openai("openai/v1"),
        ],
    },
    Provider {
        id: "gcp-vertex",
        name: "GCP Vertex AI",
        hosts: &["*-aiplatform.googleapis.com", "aiplatform.googleapis.com"],
        dialects: &[
            dialect(SchemaName::GCPVertexAI, None, &[], None, GCP),
            versioned(SchemaName::GCPAnthropic, "vertex-2023-10-16", GCP),
            openai_or("endpoints/openapi", &["*/endpoints/openapi"], GCP),
        ],
    },
    Provider {
        id: "anthropic",
        name: "Anthropic",
        hosts: &["api.anthropic.com"],
        dialects: &[anthropic("v1", &[PolicyType::AnthropicAPIKey]), openai("v1")],
    },
    Provider {
        id: "cohere",
        name: "Cohere",
        hosts: &["api.cohere.ai", "api.cohere.com"],
        dialects: &[versioned(SchemaName::Cohere, "v2", KEY), openai("compatibility/v1")],
    },
    compatible!(
        "gemini",
        "Google Gemini",
        &["generativelanguage.googleapis.com"],
        &[openai_or("v1beta/openai", &["v1/openai", "v1alpha/openai"], KEY)],
    ),
    compatible!("groq", "Groq", &["api.groq.com"], &[openai("openai/v1")]),
    compatible!(
        "deepinfra",
        "DeepInfra",
        &["api.deepinfra.com"],
        &[openai("v1/openai"), maybe_anthropic(), maybe_rerank()],
    ),
    compatible!("grok", "xAI Grok", &["api.x.ai"], V1),
    compatible!("mistral", "Mistral", &["api.mistral.ai"], &[openai("v1")]),
    compatible!("together", "Together AI", &["api.together.xyz", "api.together.ai"], V1),
    compatible!(
        "deepseek",
        "DeepSeek",
        &["api.deepseek.com"],
        &[openai_or("v1", &["", "beta"], KEY), maybe_anthropic()],
    ),
    compatible!("sambanova", "SambaNova", &["api.sambanova.ai"], V1),
    compatible!("hunyuan", "Tencent Hunyuan", &["api.hunyuan.cloud.tencent.com"], V1),
    compatible!("tars", "Tetrate Agent Router Service", &["api.router.tetrate.ai"], V1),
    compatible!(
        "openrouter",
        "OpenRouter",
        &["openrouter.ai"],
        &[openai("api/v1"), maybe_anthropic(), maybe_rerank()],
    ),
    compatible!(
        "fireworks",
        "Fireworks AI",
        &["api.fireworks.ai"],
        &[openai("inference/v1"), maybe_anthropic(), maybe_rerank()],
    ),
];
