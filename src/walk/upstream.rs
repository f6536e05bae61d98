//! What arrives upstream: address, TLS name, Host, path, model and credential.

use std::net::IpAddr;

use super::{
    credential::{credential, of_client},
    request::{Question, Upstream},
};
use crate::{
    model::{AIBackendRef, PolicyType, SchemaName},
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
    /// The schema does not serve the endpoint: what it serves instead.
    Unserved(String),
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
        return Made::Unserved(unserved(who, &call));
    };
    let needs_version = *who.schema.name == SchemaName::GCPAnthropic && who.schema.version.is_none();
    if needs_version && matches!(api, ClientApi::Messages | ClientApi::CountTokens) {
        return Made::Untranslated("anthropic_version is required, and the schema has no version".to_owned());
    }
    let gcp = who.credential.policy.filter(|it| it.spec.type_ == PolicyType::GCPCredentials);
    if let Some(gcp) = gcp.and_then(|it| it.spec.gcp_credentials.as_ref()) {
        path = format!("/v1/projects/{}/locations/{}/{path}", gcp.project_name, gcp.region);
    }
    let Some(credential) = credential(question, who, reference, address) else { return Made::Unauthorized };
    Made::Upstream(Upstream {
        endpoint: address.to_string(),
        tls: trace.tls.encrypted,
        sni: sni(question, trace, address, sharing),
        authority: authority(question, address),
        method: question.method.clone(),
        path,
        model: Some(model.to_owned()),
        // without a policy, one that could not be read may be there
        credential: (who.credential.policy.is_some() || who.credential.complete).then_some(credential),
    })
}

/// A request that AI Gateway leaves alone: Envoy Gateway's part is done, and no more.
pub(super) fn untouched(
    question: &Question,
    trace: &Trace<'_>,
    address: &Address<'_>,
    sharing: Sharing,
) -> Upstream {
    Upstream {
        endpoint: address.to_string(),
        tls: trace.tls.encrypted,
        sni: sni(question, trace, address, sharing),
        authority: authority(question, address),
        method: question.method.clone(),
        path: question.path.clone(),
        model: question.model.clone(),
        credential: Some(of_client(question)),
    }
}

/// That a schema does not serve an endpoint, and what it serves.
fn unserved(who: &Trace<'_>, call: &Call<'_>) -> String {
    let served = ClientApi::ALL.into_iter().filter(|it| upstream_path(*it, who.schema.name, call).is_some());
    let paths: Vec<String> = served.map(|it| who.world.platform.paths.path(it)).collect();
    let instead = match paths.as_slice() {
        [] => String::new(),
        [first] => format!(", but {first}"),
        [first, second, ..] => {
            format!(", but {first}, {second} and {} more", paths.len() - 2).replace(" and 0 more", "")
        }
    };
    format!("schema {} does not serve it{instead}", who.schema.name)
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
