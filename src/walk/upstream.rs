//! What arrives upstream: address, TLS name, Host, path, model and credential.

use std::net::IpAddr;

use super::request::{CredentialHeader, Question, Upstream};
use crate::{
    model::{
        AIBackendRef, BackendSecurityPolicySpec, HeaderMutation, OverrideSource, PolicyType, SchemaName,
    },
    trace::{Address, Call, ClientApi, Host, Sni, Trace, upstream_path},
};

/// How the backends of a rule share a cluster.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sharing {
    /// The TLS settings of the rule's backends differ, so that no name is taken from the client.
    pub(super) mixed_tls: bool,
}

/// What a backend makes of a request: the upstream, or why ext_proc refuses.
pub(super) enum Made {
    Upstream(Upstream),
    /// ext_proc cannot translate it, and why.
    Untranslated(String),
    /// The policy wants a credential of the caller's, and there is none.
    Unauthorized,
}

/// `identity` is the backend that ext_proc takes the request for; `trace` and `address` are where it goes.
pub(super) fn make(
    question: &Question,
    api: ClientApi,
    identity: (&Trace<'_>, &AIBackendRef),
    trace: &Trace<'_>,
    address: &Address<'_>,
    sharing: Sharing,
) -> Made {
    let (who, reference) = identity;
    let model = reference.model_name_override.as_deref().filter(|it| !it.is_empty());
    let model = model.or(question.model.as_deref()).unwrap_or_default();
    let call = Call {
        model,
        stream: question.stream,
        prefix: who.schema.prefix,
        version: who.schema.version,
        release: who.world.platform.ai_gateway_version,
    };
    let Some(mut path) = upstream_path(api, who.schema.name, &call) else {
        return Made::Untranslated(format!("schema {} does not serve it", who.schema.name));
    };
    let needs_version = *who.schema.name == SchemaName::GCPAnthropic && who.schema.version.is_none();
    if needs_version && matches!(api, ClientApi::Messages | ClientApi::CountTokens) {
        return Made::Untranslated("anthropic_version is required, and the schema has no version".to_owned());
    }
    let gcp = who.credential.policy.filter(|it| it.spec.type_ == PolicyType::GCPCredentials);
    if let Some(gcp) = gcp.and_then(|it| it.spec.gcp_credentials.as_ref()) {
        path = format!("/v1/projects/{}/locations/{}/{path}", gcp.project_name, gcp.region);
    }
    let Some(credential) = credential(question, who, reference) else { return Made::Unauthorized };
    Made::Upstream(Upstream {
        endpoint: address.to_string(),
        tls: trace.tls.encrypted == Some(true),
        sni: sni(question, trace, address, sharing),
        authority: authority(question, address),
        method: question.method.clone(),
        path,
        model: Some(model.to_owned()),
        credential,
    })
}

fn client_host(question: &Question) -> &str {
    question.host.split(':').next().unwrap_or_default()
}

/// The generated filter puts the endpoint's host name into the Host header; addresses have none.
fn authority(question: &Question, address: &Address<'_>) -> String {
    match &address.host {
        Host::Name(name) => name.clone(),
        Host::Ip(_) | Host::NotAnIp(_) | Host::Unix(_) => {
            address.hostname.map_or_else(|| question.host.clone(), str::to_owned)
        }
    }
}

fn sni(question: &Question, trace: &Trace<'_>, address: &Address<'_>, sharing: Sharing) -> Option<String> {
    match trace.tls.sni {
        Sni::None => None,
        Sni::Policy(name) | Sni::Own(name) => Some(name.to_owned()),
        Sni::Endpoint => address.name().map(str::to_owned),
        Sni::Client => {
            let host = client_host(question);
            (!sharing.mixed_tls && host.parse::<IpAddr>().is_err()).then(|| host.to_owned())
        }
    }
}

/// Translator, then mutations, then the policy (ai-gateway@v1.1.0 internal/extproc/processor_impl.go).
fn credential(
    question: &Question,
    trace: &Trace<'_>,
    reference: &AIBackendRef,
) -> Option<Vec<CredentialHeader>> {
    const HEADERS: [&str; 3] = ["authorization", "api-key", "x-api-key"];
    let scheme = |name: &str, value: &str| {
        if name == "authorization" && value.starts_with("Bearer") { "Bearer" } else { "raw" }
    };
    let mut all: Vec<CredentialHeader> = vec![];
    let mut put = |header: &str, scheme, from: String| {
        all.retain(|it| it.header != header);
        all.push(CredentialHeader { header: header.to_owned(), scheme, from });
    };
    let mutations: Vec<&HeaderMutation> =
        [trace.backend.spec.header_mutation.as_ref(), reference.header_mutation.as_ref()]
            .into_iter()
            .flatten()
            .collect();
    for name in HEADERS {
        // removals come first, so that what one of the two sets stays
        let removed =
            mutations.iter().any(|it| it.remove.iter().any(|header| header.eq_ignore_ascii_case(name)));
        let set = mutations.iter().rev().flat_map(|it| &it.set).find(|it| it.name.eq_ignore_ascii_case(name));
        if let Some(set) = set {
            put(name, scheme(name, &set.value), "headerMutation".to_owned());
        } else if let Some(value) = question.headers.get(name).filter(|_| !removed) {
            put(name, scheme(name, value), "client".to_owned());
        }
    }
    let Some(policy) = trace.credential.policy else { return Some(all) };
    let spec = &policy.spec;
    let (header, how, default, token) = match &spec.type_ {
        PolicyType::APIKey => ("authorization", "Bearer", "x-aigw-api-key", None),
        PolicyType::AzureAPIKey => ("api-key", "raw", "x-aigw-azure-api-key", None),
        PolicyType::AnthropicAPIKey => ("x-api-key", "raw", "x-aigw-anthropic-api-key", None),
        PolicyType::AWSCredentials => ("authorization", "SigV4", "x-aigw-aws-access-key-id", None),
        PolicyType::AzureCredentials => {
            ("authorization", "Bearer", "x-aigw-azure-access-token", Some("azureAccessToken"))
        }
        PolicyType::GCPCredentials => {
            ("authorization", "Bearer", "x-aigw-gcp-access-token", Some("gcpAccessToken"))
        }
        PolicyType::Newer(_) => return Some(all),
    };
    let configured = match (token, &trace.credential.secret) {
        _ if is_of_pod(spec) => "the identity of the Envoy pod".to_owned(),
        (Some(token), _) => {
            format!("Secret {}/ai-eg-bsp-{}#{token}", policy.meta.namespace, policy.meta.name)
        }
        (None, Some(secret)) => format!("Secret {}#{}", secret.key.path(), secret.entry),
        (None, None) => String::new(),
    };
    let from = match &spec.credential_override {
        None => configured,
        Some(overridden) => {
            let falls_back = |it: &OverrideSource| it.fallback_to_configured.unwrap_or(true);
            let named = overridden.from_request_headers.as_ref();
            let name = named.and_then(|it| it.header.as_deref()).unwrap_or(default).to_lowercase();
            let source = named.or(overridden.from_dynamic_metadata.as_ref());
            if named.is_some() && question.headers.contains_key(&name) {
                "client".to_owned()
            } else if source.is_none_or(falls_back) {
                configured
            } else {
                return None;
            }
        }
    };
    put(header, how, from);
    all.sort();
    Some(all)
}

/// Whether the SDK's default chain in the Envoy pod finds the credential: objects do not say whether it does.
pub(super) fn is_of_pod(spec: &BackendSecurityPolicySpec) -> bool {
    let aws = spec.aws_credentials.as_ref();
    let gcp = spec.gcp_credentials.as_ref();
    aws.is_some_and(|it| it.credentials_file.is_none() && it.oidc_exchange_token.is_none())
        || gcp.is_some_and(|it| {
            it.credentials_file.is_none() && it.workload_identity_federation_config.is_none()
        })
}
