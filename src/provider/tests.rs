//! The table holds together, and hosts lead to it.

use std::collections::BTreeSet;

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
    assert_eq!(id("aiplatform.eu.rep.googleapis.com"), Some("gcp-vertex"));
    assert_eq!(id("vpce-0a-1b.bedrock-runtime.us-east-1.vpce.amazonaws.com"), Some("aws-bedrock"));
    assert_eq!(id("bedrock-runtime-fips.us-east-1.amazonaws.com"), Some("aws-bedrock"));
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
    assert_eq!(gcp_region("aiplatform.eu.rep.googleapis.com"), Some("eu"));
    assert_eq!(gcp_region("storage.googleapis.com"), None);
}

#[test]
fn hosts_are_built_from_regions_and_resources() {
    let host = |id: &str, star| {
        PROVIDERS.iter().find(|it| it.id == id).and_then(|it| it.host(star)).unwrap_or_default()
    };
    assert_eq!(host("openai", None), "api.openai.com");
    assert_eq!(host("openai", Some("eu")), "eu.api.openai.com");
    assert_eq!(host("aws-bedrock", Some("eu-west-1")), "bedrock-runtime.eu-west-1.amazonaws.com");
    assert_eq!(host("aws-bedrock", None), "");
    assert_eq!(host("gcp-vertex", Some("us-east5")), "us-east5-aiplatform.googleapis.com");
    assert_eq!(host("gcp-vertex", Some("global")), "aiplatform.googleapis.com");
    assert_eq!(host("gcp-vertex", Some("eu")), "aiplatform.eu.rep.googleapis.com");
    assert_eq!(host("azure-openai", Some("acme")), "acme.openai.azure.com");
    assert_eq!(host("groq", Some("eu")), "");
    assert_eq!(host("vllm", None), "");
}

#[test]
fn the_table_holds_together() {
    let mut ids = BTreeSet::new();
    for provider in PROVIDERS {
        let id = provider.id;
        assert!(ids.insert(id) && id.chars().all(|it| it.is_ascii_lowercase() || it == '-'), "{id}");
        assert!(!provider.source.is_empty() && !provider.name.is_empty(), "{id}");
        assert_eq!(provider.tls, !provider.hosts.is_empty(), "{id}: what is public speaks TLS");
        assert_eq!(provider.port == 443, provider.tls, "{id}");
        let has_star = provider.hosts.iter().any(|it| it.contains('*'));
        assert_eq!(has_star, provider.star != Star::None, "{id}");
        for host in provider.hosts {
            let example = host.replace('*', "x");
            assert_eq!(of_host(&example).map(|it| it.id), Some(id), "{example}");
            assert_eq!(
                meant(&example).map(|it| it.1),
                None,
                "{example}: one provider's host is no slip for another's"
            );
        }
        for dialect in provider.dialects {
            assert!(!dialect.policies.is_empty(), "{id}: {}", dialect.schema);
            let takes_prefix = matches!(dialect.schema, SchemaName::OpenAI | SchemaName::Anthropic);
            assert_eq!(dialect.prefix.is_some(), takes_prefix, "{id}: {}", dialect.schema);
            assert!(dialect.prefix.is_none_or(|it| it.trim_matches('/') == it), "{id}");
            let needs_version = matches!(
                dialect.schema,
                SchemaName::AzureOpenAI
                    | SchemaName::GCPAnthropic
                    | SchemaName::AWSAnthropic
                    | SchemaName::Cohere
            );
            assert_eq!(dialect.version.is_some(), needs_version, "{id}: {}", dialect.schema);
        }
    }
}

/// What each is asked for by name: host, schema, prefix or version, policy.
#[test]
fn the_providers_are_those_that_are_known() {
    let usual = |id: &str| {
        let provider = PROVIDERS.iter().find(|it| it.id == id).unwrap_or_else(|| panic!("no {id}"));
        let dialect = &provider.dialects[0];
        let host = provider.hosts.first().copied().unwrap_or("-");
        let path = dialect.written_prefix().or(dialect.version).unwrap_or("-");
        format!("{host}:{} {} {path} {}", provider.port, dialect.schema, dialect.policies[0])
    };
    let table = [
        ("openai", "api.openai.com:443 OpenAI v1 APIKey"),
        ("azure-openai", "*.openai.azure.com:443 AzureOpenAI 2025-01-01-preview AzureAPIKey"),
        ("aws-bedrock", "bedrock-runtime.*.amazonaws.com:443 AWSBedrock - AWSCredentials"),
        ("aws-bedrock-mantle", "bedrock-mantle.*.api.aws:443 OpenAI v1 APIKey"),
        ("gcp-vertex", "*-aiplatform.googleapis.com:443 GCPVertexAI - GCPCredentials"),
        ("gemini", "generativelanguage.googleapis.com:443 OpenAI v1beta/openai APIKey"),
        ("anthropic", "api.anthropic.com:443 Anthropic v1 AnthropicAPIKey"),
        ("cohere", "api.cohere.ai:443 Cohere v2 APIKey"),
        ("groq", "api.groq.com:443 OpenAI openai/v1 APIKey"),
        ("deepinfra", "api.deepinfra.com:443 OpenAI v1/openai APIKey"),
        ("grok", "api.x.ai:443 OpenAI v1 APIKey"),
        ("mistral", "api.mistral.ai:443 OpenAI v1 APIKey"),
        ("together", "api.together.xyz:443 OpenAI v1 APIKey"),
        ("deepseek", "api.deepseek.com:443 OpenAI v1 APIKey"),
        ("sambanova", "api.sambanova.ai:443 OpenAI v1 APIKey"),
        ("hunyuan", "api.hunyuan.cloud.tencent.com:443 OpenAI v1 APIKey"),
        ("tencent", "api.lkeap.cloud.tencent.com:443 OpenAI v1 APIKey"),
        ("perplexity", "api.perplexity.ai:443 OpenAI / APIKey"),
        ("openrouter", "openrouter.ai:443 OpenAI api/v1 APIKey"),
        ("fireworks", "api.fireworks.ai:443 OpenAI inference/v1 APIKey"),
        ("cerebras", "api.cerebras.ai:443 OpenAI v1 APIKey"),
        ("nvidia", "integrate.api.nvidia.com:443 OpenAI v1 APIKey"),
        ("huggingface", "router.huggingface.co:443 OpenAI v1 APIKey"),
        ("github-models", "models.github.ai:443 OpenAI inference APIKey"),
        ("ollama", "-:11434 OpenAI v1 APIKey"),
        ("vllm", "-:8000 OpenAI v1 APIKey"),
        ("tgi", "-:80 OpenAI v1 APIKey"),
        ("llama-cpp", "-:8080 OpenAI v1 APIKey"),
        ("nvidia-nim", "-:8000 OpenAI v1 APIKey"),
    ];
    for (id, expected) in table {
        assert_eq!(usual(id), expected, "{id}");
    }
}

#[test]
fn private_hosts_are_nobodys() {
    for host in [
        "vllm.models.svc.cluster.local",
        "api.openai.com.proxy.internal",
        "bedrock-runtime.corp.example.com",
        "10.0.0.1",
        "ollama",
    ] {
        assert!(of_host(host).is_none(), "{host}");
    }
}

#[test]
fn regions_are_written_as_each_cloud_does() {
    let has = |id: &str, region| PROVIDERS.iter().find(|it| it.id == id).unwrap().has_region(region);
    for region in ["us-east-1", "us-gov-west-1", "ap-southeast-2"] {
        assert!(has("aws-bedrock", region) && !has("gcp-vertex", region), "{region}");
    }
    for region in ["us-central1", "europe-west4", "northamerica-northeast1"] {
        assert!(has("gcp-vertex", region) && !has("aws-bedrock", region), "{region}");
    }
    assert!(has("gcp-vertex", "global") && has("gcp-vertex", "eu") && has("openai", "eu"));
    for region in ["", "US-EAST-1", "us_east_1", "us--east-1", "us-east-1.evil.com", "-1", "cn-north-1"] {
        assert!(!has("aws-bedrock", region), "{region}");
    }
    assert!(!has("groq", "us"));
}
