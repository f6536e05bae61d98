//! What several rules of this hop ask of a trace.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::Fix;
use crate::{
    model::{
        BackendSecurityPolicy, BackendSecurityPolicySpec, HeaderMutation, Key, PolicyType, Resource as _,
        SchemaName, Secret, SecurityPolicy,
    },
    trace::{SecretTrace, Trace, Use, release},
};

/// Where the AIServiceBackend is named in a policy that targets it.
pub(super) fn target_path(trace: &Trace<'_>, policy: &BackendSecurityPolicy) -> String {
    let is_it = |key: &Key| trace.credential.policies.iter().find(|it| it.policy.key() == *key);
    let index = is_it(&policy.key()).and_then(|it| it.targets.first().copied()).unwrap_or_default();
    format!("/spec/targetRefs/{index}")
}

/// Whether a policy is of one of the types that send a key as it is in the Secret.
pub(super) fn sends_key(policy: &BackendSecurityPolicy) -> bool {
    matches!(policy.spec.type_, PolicyType::APIKey | PolicyType::AzureAPIKey | PolicyType::AnthropicAPIKey)
}

/// The Secret of the policy in force, unless its reference is the better culprit: an OIDC client secret needs a
/// namespace (oidc-secret-without-namespace), and a namespace that is ignored leads away (secret-namespace-ignored).
pub(super) fn secret<'t, 'a>(trace: &'t Trace<'a>) -> Option<&'t SecretTrace<'a>> {
    let secret = trace.credential.secret.as_ref()?;
    let nowhere = secret.policy.spec.oidc().is_some_and(|(oidc, _)| oidc.client_secret.namespace.is_none());
    let astray = secret.ignored_namespace.is_some() && secret.secret.is_absent();
    (!nowhere && !astray).then_some(secret)
}

/// Puts a value into a Secret, which a person has in a file: what is typed stays in the history of the shell.
pub(super) fn fill(secret: &Key, entry: &str) -> Fix {
    Fix::manual(format!("put the value into `{entry}`")).command(format!(
        "kubectl -n {} create secret generic {} --from-file={entry}=FILE --dry-run=client -o yaml | kubectl apply -f -",
        secret.namespace, secret.name
    ))
}

/// Gives a value its right key: the only one of a Secret is what was meant, and is copied without being looked at.
pub(super) fn rename(key: &Key, secret: &Secret, entry: &str) -> Fix {
    let mut there = secret.data.keys();
    let (Some(only), None) = (there.next(), there.next()) else { return fill(key, entry) };
    let from = format!("/data/{}", only.replace('~', "~0").replace('/', "~1"));
    let copy = json!([{"op": "copy", "from": from, "path": format!("/data/{entry}")}]);
    let (namespace, name) = (&key.namespace, &key.name);
    Fix::manual(format!("give the value the key `{entry}` too"))
        .command(format!("kubectl -n {namespace} patch secret {name} --type=json -p '{copy}'"))
}

/// What follows when a policy's Secret does not have what is read from it.
pub(super) fn effect_of_missing(trace: &Trace<'_>, policy: &BackendSecurityPolicySpec) -> &'static str {
    if policy.fetches_token() {
        "AI Gateway gets no token: 500 with an empty body, or 401 once an older token has expired"
    } else if trace.world.platform.holds(&release::BACKENDS_SKIPPED) == Some(false) {
        "AI Gateway gives up the configuration of the whole Gateway: no change of any route arrives"
    } else {
        "500 with an empty body (unknown_backend): AI Gateway leaves the backend out of its configuration"
    }
}

/// Backends of all routes that share a Gateway with a route of this backend, itself included.
pub(super) fn neighbours(trace: &Trace<'_>) -> BTreeSet<(String, String)> {
    let gateways: BTreeSet<&Key> =
        trace.route.routes().flat_map(|it| &it.parents).map(|it| &it.key).collect();
    let there = gateways.into_iter().flat_map(|it| trace.world.backends_on(it));
    there.chain([trace.id()]).collect()
}

/// The header that a type of policy puts the credential into.
pub(super) fn header(type_: &PolicyType) -> Option<&'static str> {
    match type_ {
        PolicyType::APIKey
        | PolicyType::AWSCredentials
        | PolicyType::AzureCredentials
        | PolicyType::GCPCredentials => Some("authorization"),
        PolicyType::AzureAPIKey => Some("api-key"),
        PolicyType::AnthropicAPIKey => Some("x-api-key"),
        PolicyType::Newer(_) => None,
    }
}

/// The policy that asks callers for a header: one on the route beats those on its Gateways.
pub(super) fn guard<'a>(
    trace: &Trace<'a>,
    it: &Use<'a>,
) -> Option<(&'a SecurityPolicy, &'static str, &'a str)> {
    let mut policies = it.route.security_policies(trace.world.cluster);
    if policies.is_empty() {
        policies = trace.gateways().into_iter().flat_map(|it| it.security_policies.clone()).collect();
    }
    policies.into_iter().find_map(|it| it.spec.passed_on().map(|(what, header)| (it, what, header)))
}

/// Headers that carry a credential to a provider.
pub(super) fn is_credential(header: &str) -> bool {
    ["authorization", "api-key", "x-api-key", "x-goog-api-key", "ocp-apim-subscription-key"]
        .iter()
        .any(|it| header.eq_ignore_ascii_case(it))
}

/// Whether every request gets a credential by header mutation; `None` where routes that may do so could not be read.
pub(super) fn mutation_authenticates(trace: &Trace<'_>) -> Option<bool> {
    let sets =
        |it: &Option<HeaderMutation>| it.iter().flat_map(|it| &it.set).any(|it| is_credential(&it.name));
    if sets(&trace.backend.spec.header_mutation) {
        return Some(true);
    }
    trace.world.cluster.ai_gateway_routes.gap().is_none().then(|| {
        let mut uses = trace.route.uses.iter();
        uses.len() > 0 && uses.all(|it| sets(&it.reference.reference.header_mutation))
    })
}

/// Whether requests in a schema need a policy of type GCPCredentials: project and region of the path come from it.
pub(super) fn is_gcp(schema: &SchemaName) -> bool {
    matches!(schema, SchemaName::GCPVertexAI | SchemaName::GCPAnthropic)
}

/// Why a policy's type certainly cannot work with the schema; `None` where it can, or may.
pub(super) fn misfit(trace: &Trace<'_>, policy: &BackendSecurityPolicy) -> Option<&'static str> {
    let schema = trace.schema.name;
    match (&policy.spec.type_, schema) {
        (_, SchemaName::Newer(_)) | (PolicyType::Newer(_), _) => None,
        (PolicyType::GCPCredentials, schema) if is_gcp(schema) => None,
        (_, schema) if is_gcp(schema) => {
            Some("the path of the request lacks the project and region of GCPCredentials")
        }
        // Vertex AI's own OpenAI dialect
        (PolicyType::GCPCredentials, SchemaName::OpenAI)
            if trace.schema.effective_prefix().contains("endpoints/") =>
        {
            None
        }
        (PolicyType::GCPCredentials, _) => {
            Some("GCPCredentials puts a Vertex AI path before the path of the request")
        }
        (PolicyType::AWSCredentials, SchemaName::AWSBedrock | SchemaName::AWSAnthropic) => None,
        (PolicyType::AWSCredentials, _) if signs_body(trace) => None,
        (PolicyType::AWSCredentials, _) => {
            Some("AWSCredentials signs an empty body, which is not the one that is sent")
        }
        _ => None,
    }
}

/// Whether each request's body is replaced, so that the signature covers what is sent; true where that is unknown.
fn signs_body(trace: &Trace<'_>) -> bool {
    let known = trace.world.cluster.ai_gateway_routes.gap().is_none();
    let mut uses = trace.route.uses.iter().map(|it| it.reference.reference);
    trace.backend.spec.body_mutation.is_some()
        || (uses.len() > 0
            && uses.all(|it| {
                it.body_mutation.is_some() || it.model_name_override.as_ref().is_some_and(|it| !it.is_empty())
            }))
        || (uses.len() == 0 && !known)
}

/// A controller's message as one line.
pub(super) fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}
