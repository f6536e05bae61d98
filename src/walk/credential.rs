//! The headers that carry a credential upstream, and where each comes from.

use super::request::{CredentialHeader, Question};
use crate::{
    model::{AIBackendRef, BackendSecurityPolicySpec, HeaderMutation, OverrideSource, PolicyType},
    provider::aws_region,
    trace::{Address, Trace, release},
};

/// Headers that carry credentials.
const HEADERS: [&str; 3] = ["authorization", "api-key", "x-api-key"];

/// The client's own credentials, as they come.
pub(super) fn of_client(question: &Question) -> Vec<CredentialHeader> {
    let one = |(header, value): (&String, &String)| {
        HEADERS.contains(&header.as_str()).then(|| CredentialHeader {
            header: header.clone(),
            scheme: scheme(header, value),
            from: "client".to_owned(),
            scope: None,
        })
    };
    question.headers.iter().filter_map(one).collect()
}

fn scheme(name: &str, value: &str) -> &'static str {
    if name == "authorization" && value.starts_with("Bearer") { "Bearer" } else { "raw" }
}

/// Translator, then mutations, then the policy (ai-gateway@v1.1.0 internal/extproc/processor_impl.go).
/// `None` where the policy wants a credential of the caller's, and there is none. `address` is where the request goes.
pub(super) fn credential(
    question: &Question,
    trace: &Trace<'_>,
    reference: &AIBackendRef,
    address: &Address<'_>,
) -> Option<Vec<CredentialHeader>> {
    let mut all: Vec<CredentialHeader> = vec![];
    let mut put = |header: &str, scheme, from: String| {
        all.retain(|it| it.header != header);
        all.push(CredentialHeader { header: header.to_owned(), scheme, from, scope: None });
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
    if let Some(header) = all.iter_mut().find(|it| it.scheme == "SigV4") {
        header.scope = spec.aws_credentials.as_ref().map(|aws| scope(trace, &aws.region, address));
    }
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

/// Region and service that a request is signed for: those of the host from AI Gateway v1.1 on, else the policy's
/// (ai-gateway@v1.1.0 internal/backendauth/aws.go; live).
fn scope(trace: &Trace<'_>, region: &str, address: &Address<'_>) -> String {
    let of_host = trace.world.platform.likely(&release::SIGNED_FOR_HOST);
    let region = address.name().filter(|_| of_host).and_then(aws_region).unwrap_or(region);
    format!("{region}/bedrock")
}
