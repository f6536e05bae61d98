//! The list of providers, and of servers that one runs oneself.
//!
//! A dialect that is missing here is a false alarm: where a provider may well speak more than is known, it is listed
//! with any prefix. A source that begins with `unverified` is what clients of that provider commonly have in their
//! settings, not its documentation.

use super::{Dialect, Provider, Star};
use crate::model::{PolicyType, SchemaName};

/// The table of AI Gateway's own documentation.
const SUPPORTED: &str = "ai-gateway@v1.1.0 site/docs/capabilities/llm-integrations/supported-providers.md";
const UNVERIFIED: &str = "unverified: settings of public clients";

const KEY: &[PolicyType] = &[PolicyType::APIKey];
const AWS: &[PolicyType] = &[PolicyType::AWSCredentials, PolicyType::APIKey];
const GCP: &[PolicyType] = &[PolicyType::GCPCredentials];
const AZURE: &[PolicyType] = &[PolicyType::AzureAPIKey, PolicyType::AzureCredentials];
const AZURE_OPENAI: &[PolicyType] =
    &[PolicyType::AzureAPIKey, PolicyType::AzureCredentials, PolicyType::APIKey];
const ANTHROPIC: &[PolicyType] = &[PolicyType::AnthropicAPIKey, PolicyType::APIKey];
const FOUNDRY_ANTHROPIC: &[PolicyType] =
    &[PolicyType::AnthropicAPIKey, PolicyType::AzureAPIKey, PolicyType::APIKey];

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

const OPENAI: &[Dialect] = &[openai("v1")];
const V1: &[Dialect] = &[openai("v1"), maybe_anthropic(), maybe_rerank()];

/// A provider in the internet: TLS at 443.
const fn public(id: &'static str, name: &'static str, hosts: &'static [&'static str]) -> Provider {
    Provider { id, name, hosts, star: Star::None, port: 443, tls: true, dialects: V1, source: SUPPORTED }
}

/// A server that one runs oneself: plain HTTP at the port of its image, and no host of its own.
const fn own(id: &'static str, name: &'static str, port: u16) -> Provider {
    Provider { port, tls: false, dialects: OPENAI, source: UNVERIFIED, ..public(id, name, &[]) }
}

/// All of them.
pub static PROVIDERS: &[Provider] = &[
    Provider {
        dialects: OPENAI,
        star: Star::Region("eu"),
        ..public("openai", "OpenAI", &["api.openai.com", "*.api.openai.com"])
    },
    Provider {
        star: Star::Resource,
        dialects: &[
            versioned(SchemaName::AzureOpenAI, "2025-01-01-preview", AZURE),
            openai_or("openai/v1", &[], AZURE_OPENAI),
        ],
        ..public("azure-openai", "Azure OpenAI", &["*.openai.azure.com", "*.cognitiveservices.azure.com"])
    },
    Provider {
        star: Star::Resource,
        dialects: &[
            versioned(SchemaName::AzureOpenAI, "2025-01-01-preview", AZURE),
            openai_or("openai/v1", &["models"], AZURE_OPENAI),
            anthropic("anthropic/v1", FOUNDRY_ANTHROPIC),
            versioned(SchemaName::Cohere, "providers/cohere/v2", AZURE_OPENAI),
        ],
        source: UNVERIFIED,
        ..public("azure-foundry", "Azure AI Foundry", &["*.services.ai.azure.com"])
    },
    Provider {
        star: Star::Region("us-east-1"),
        dialects: &[
            dialect(SchemaName::AWSBedrock, None, &[], None, AWS),
            versioned(SchemaName::AWSAnthropic, "bedrock-2023-05-31", AWS),
            openai("openai/v1"),
        ],
        ..public(
            "aws-bedrock",
            "AWS Bedrock",
            &[
                "bedrock-runtime.*.amazonaws.com",
                "bedrock-runtime-fips.*.amazonaws.com",
                "bedrock-runtime.*.api.aws",
                "bedrock-runtime-fips.*.api.aws",
                "vpce-*.bedrock-runtime.*.vpce.amazonaws.com",
                "vpce-*.bedrock-runtime-fips.*.vpce.amazonaws.com",
            ],
        )
    },
    Provider {
        star: Star::Region("us-east-1"),
        dialects: &[openai_or("v1", &["openai/v1"], KEY), anthropic("anthropic/v1", ANTHROPIC)],
        source: "docs.aws.amazon.com/bedrock/latest/userguide/inference-responses-api.html",
        ..public("aws-bedrock-mantle", "AWS Bedrock (mantle)", &["bedrock-mantle.*.api.aws"])
    },
    Provider {
        star: Star::Region("us-central1"),
        dialects: &[
            dialect(SchemaName::GCPVertexAI, None, &[], None, GCP),
            versioned(SchemaName::GCPAnthropic, "vertex-2023-10-16", GCP),
            openai_or("endpoints/openapi", &["*/endpoints/openapi"], GCP),
        ],
        ..public(
            "gcp-vertex",
            "GCP Vertex AI",
            &["*-aiplatform.googleapis.com", "aiplatform.googleapis.com", "aiplatform.*.rep.googleapis.com"],
        )
    },
    Provider {
        dialects: &[anthropic("v1", &[PolicyType::AnthropicAPIKey]), openai("v1")],
        ..public("anthropic", "Anthropic", &["api.anthropic.com"])
    },
    Provider {
        dialects: &[versioned(SchemaName::Cohere, "v2", KEY), openai("compatibility/v1")],
        ..public("cohere", "Cohere", &["api.cohere.ai", "api.cohere.com"])
    },
    Provider {
        dialects: &[openai_or("v1beta/openai", &["v1/openai", "v1alpha/openai"], KEY)],
        ..public("gemini", "Google Gemini", &["generativelanguage.googleapis.com"])
    },
    Provider { dialects: &[openai("openai/v1")], ..public("groq", "Groq", &["api.groq.com"]) },
    Provider {
        dialects: &[openai("v1/openai"), maybe_anthropic(), maybe_rerank()],
        ..public("deepinfra", "DeepInfra", &["api.deepinfra.com"])
    },
    public("grok", "xAI Grok", &["api.x.ai"]),
    Provider { dialects: OPENAI, ..public("mistral", "Mistral", &["api.mistral.ai"]) },
    public("together", "Together AI", &["api.together.xyz", "api.together.ai"]),
    Provider {
        dialects: &[openai_or("v1", &["", "beta"], KEY), maybe_anthropic()],
        ..public("deepseek", "DeepSeek", &["api.deepseek.com"])
    },
    public("sambanova", "SambaNova", &["api.sambanova.ai"]),
    public("hunyuan", "Tencent Hunyuan", &["api.hunyuan.cloud.tencent.com"]),
    Provider {
        dialects: &[openai_or("v1", &["coding/v3", "plan/v3"], KEY), maybe_anthropic(), maybe_rerank()],
        ..public("tencent", "Tencent LLM Knowledge Engine", &["api.lkeap.cloud.tencent.com"])
    },
    public("tars", "Tetrate Agent Router Service", &["api.router.tetrate.ai"]),
    Provider {
        dialects: &[openai_or("", &["v1"], KEY), maybe_anthropic()],
        source: "docs.perplexity.ai/docs/grounded-llm/openai-compatibility",
        ..public("perplexity", "Perplexity", &["api.perplexity.ai"])
    },
    Provider {
        dialects: &[openai("api/v1"), maybe_anthropic(), maybe_rerank()],
        source: UNVERIFIED,
        ..public("openrouter", "OpenRouter", &["openrouter.ai"])
    },
    Provider {
        dialects: &[openai("inference/v1"), maybe_anthropic(), maybe_rerank()],
        source: UNVERIFIED,
        ..public("fireworks", "Fireworks AI", &["api.fireworks.ai"])
    },
    Provider { source: UNVERIFIED, ..public("cerebras", "Cerebras", &["api.cerebras.ai"]) },
    Provider { source: UNVERIFIED, ..public("nvidia", "NVIDIA NIM (hosted)", &["integrate.api.nvidia.com"]) },
    Provider {
        dialects: &[openai_or("v1", &["*/v1"], KEY), maybe_anthropic()],
        source: "tabby.tabbyml.com/docs/references/models-http-api/huggingface",
        ..public("huggingface", "Hugging Face router", &["router.huggingface.co"])
    },
    Provider {
        dialects: &[openai_or("inference", &["*/inference"], KEY)],
        source: "docs.github.com/en/rest/models/inference",
        ..public("github-models", "GitHub Models", &["models.github.ai"])
    },
    Provider { source: "ai-gateway@v1.1.0 examples/aigw/ollama.yaml", ..own("ollama", "Ollama", 11434) },
    Provider {
        dialects: &[openai("v1"), anthropic("v1", ANTHROPIC), versioned(SchemaName::Cohere, "v2", KEY)],
        source: "vllm docs/serving/online_serving/README.md",
        ..own("vllm", "vLLM", 8000)
    },
    own("tgi", "Hugging Face TGI", 80),
    Provider { source: "llama.cpp: llama-server --help", ..own("llama-cpp", "llama.cpp", 8080) },
    own("nvidia-nim", "NVIDIA NIM", 8000),
];
