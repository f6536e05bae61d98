//! The list of providers (ai-gateway@v1.1.0 site/docs/capabilities/llm-integrations/supported-providers.md).

use super::{Dialect, Provider};
use crate::model::{PolicyType, SchemaName};

const KEY: &[PolicyType] = &[PolicyType::APIKey];

const fn openai(prefix: &'static str) -> Dialect {
    Dialect { schema: SchemaName::OpenAI, prefix: Some(prefix), version: None, policies: KEY }
}

const fn compatible(
    id: &'static str,
    name: &'static str,
    hosts: &'static [&'static str],
    dialects: &'static [Dialect],
) -> Provider {
    Provider { id, name, hosts, dialects }
}

const V1: &[Dialect] = &[openai("v1")];
const OPENAI_V1: &[Dialect] = &[openai("openai/v1")];
const V1_OPENAI: &[Dialect] = &[openai("v1/openai")];

const AWS: &[PolicyType] = &[PolicyType::AWSCredentials, PolicyType::APIKey];
const GCP: &[PolicyType] = &[PolicyType::GCPCredentials];

/// All known providers.
pub static PROVIDERS: &[Provider] = &[
    compatible("openai", "OpenAI", &["api.openai.com"], V1),
    Provider {
        id: "azure-openai",
        name: "Azure OpenAI",
        hosts: &["*.openai.azure.com", "*.cognitiveservices.azure.com", "*.services.ai.azure.com"],
        dialects: &[
            Dialect {
                schema: SchemaName::AzureOpenAI,
                prefix: None,
                version: Some("2025-01-01-preview"),
                policies: &[PolicyType::AzureAPIKey, PolicyType::AzureCredentials],
            },
            Dialect {
                schema: SchemaName::OpenAI,
                prefix: Some("openai/v1"),
                version: None,
                policies: &[PolicyType::AzureAPIKey, PolicyType::AzureCredentials, PolicyType::APIKey],
            },
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
            Dialect { schema: SchemaName::AWSBedrock, prefix: None, version: None, policies: AWS },
            Dialect {
                schema: SchemaName::AWSAnthropic,
                prefix: None,
                version: Some("bedrock-2023-05-31"),
                policies: AWS,
            },
            Dialect { schema: SchemaName::OpenAI, prefix: Some("openai/v1"), version: None, policies: KEY },
        ],
    },
    Provider {
        id: "gcp-vertex",
        name: "GCP Vertex AI",
        hosts: &["*-aiplatform.googleapis.com", "aiplatform.googleapis.com"],
        dialects: &[
            Dialect { schema: SchemaName::GCPVertexAI, prefix: None, version: None, policies: GCP },
            Dialect {
                schema: SchemaName::GCPAnthropic,
                prefix: None,
                version: Some("vertex-2023-10-16"),
                policies: GCP,
            },
        ],
    },
    Provider {
        id: "anthropic",
        name: "Anthropic",
        hosts: &["api.anthropic.com"],
        dialects: &[
            Dialect {
                schema: SchemaName::Anthropic,
                prefix: Some("v1"),
                version: None,
                policies: &[PolicyType::AnthropicAPIKey],
            },
            Dialect { schema: SchemaName::OpenAI, prefix: Some("v1"), version: None, policies: KEY },
        ],
    },
    Provider {
        id: "cohere",
        name: "Cohere",
        hosts: &["api.cohere.ai", "api.cohere.com"],
        dialects: &[
            Dialect { schema: SchemaName::Cohere, prefix: None, version: Some("v2"), policies: KEY },
            openai("compatibility/v1"),
        ],
    },
    compatible(
        "gemini",
        "Google Gemini",
        &["generativelanguage.googleapis.com"],
        &[Dialect {
            schema: SchemaName::OpenAI,
            prefix: Some("v1beta/openai"),
            version: None,
            policies: KEY,
        }],
    ),
    compatible("groq", "Groq", &["api.groq.com"], OPENAI_V1),
    compatible("deepinfra", "DeepInfra", &["api.deepinfra.com"], V1_OPENAI),
    compatible("grok", "xAI Grok", &["api.x.ai"], V1),
    compatible("mistral", "Mistral", &["api.mistral.ai"], V1),
    compatible("together", "Together AI", &["api.together.xyz", "api.together.ai"], V1),
    compatible("deepseek", "DeepSeek", &["api.deepseek.com"], V1),
    compatible("sambanova", "SambaNova", &["api.sambanova.ai"], V1),
    compatible("hunyuan", "Tencent Hunyuan", &["api.hunyuan.cloud.tencent.com"], V1),
    compatible("tars", "Tetrate Agent Router Service", &["api.router.tetrate.ai"], V1),
];
