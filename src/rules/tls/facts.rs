//! What several rules of this hop ask of a trace.

use std::net::IpAddr;

use k8s_openapi::{api::core::v1::ServicePort, apimachinery::pkg::util::intstr::IntOrString};
use serde_json::{Value, json};

use super::super::Draft;
use crate::{
    cluster::Lookup,
    model::{BackendTLSPolicy, BackendTls, Key, Kind, Resource as _, TlsValidation},
    provider::of_host,
    trace::{Address, InCluster, MissReason, Missed, Trace},
};

/// What a port is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaks {
    /// TLS, by its number or by what its Service says.
    Tls,
    /// Plain HTTP.
    Plain,
    /// Nothing says.
    Unclear,
}

/// Whether Envoy speaks plain HTTP, and not merely because all policies go unread: tls-policy-version-unread.
pub(super) fn is_plain(trace: &Trace<'_>) -> bool {
    trace.tls.encrypted == Some(false) && trace.tls.unread.is_none()
}

/// A name that certainly leads out of the cluster; one that is an address is no name at all.
pub(super) fn is_public(address: &Address<'_>) -> bool {
    let is_name = |host: &str| !may_be_service(host) && host.parse::<IpAddr>().is_err();
    address.is_public() && address.name().is_some_and(is_name)
}

/// A name of two labels may be a Service that could not be read, unless nobody calls a namespace like the second.
fn may_be_service(host: &str) -> bool {
    InCluster::of(host).is_some_and(|it| !["com", "net", "org"].contains(&it.namespace.as_str()))
}

/// What the port of an address is made for; `None` where a Service would say and could not be read.
pub(super) fn speaks(address: &Address<'_>) -> Option<Speaks> {
    let declared = match &address.service {
        Some(service) if service.service.unreadable().is_some() => return None,
        Some(service) => service.port(address.port).and_then(declares),
        None if address.name().is_some_and(may_be_service) => return None,
        None => None,
    };
    Some(declared.unwrap_or(match address.port {
        443 | 8443 => Speaks::Tls,
        80 => Speaks::Plain,
        _ => Speaks::Unclear,
    }))
}

fn declares(port: &ServicePort) -> Option<Speaks> {
    let target = match &port.target_port {
        Some(IntOrString::String(name)) => Some(name.as_str()),
        Some(IntOrString::Int(_)) | None => None,
    };
    let words = [port.app_protocol.as_deref(), port.name.as_deref(), target];
    words.into_iter().flatten().find_map(|word| {
        let word = word.to_ascii_lowercase();
        let is = |all: &[&str]| word.split(['-', '/', '.']).any(|part| all.contains(&part));
        if is(&["https", "tls", "wss", "ssl", "grpcs"]) {
            Some(Speaks::Tls)
        } else if is(&["http", "h2c", "http2", "ws"]) {
            Some(Speaks::Plain)
        } else {
            None
        }
    })
}

/// The port of a Service as it is declared: for messages.
pub(super) fn declared(address: &Address<'_>) -> Option<String> {
    let service = address.service.as_ref()?;
    let port = service.port(address.port)?;
    let word = port.app_protocol.as_ref().or(port.name.as_ref())?;
    Some(format!("{} calls port {} `{word}`", service.key, address.port))
}

/// The policy to blame for a connection without TLS that ought to have it. A slip in the section comes first, for there
/// the Backend itself is named; then slips in the same namespace.
pub(super) fn blamed<'t, 'a>(trace: &'t Trace<'a>) -> Option<&'t Missed<'a>> {
    if !is_plain(trace) {
        return None;
    }
    let addresses = &trace.endpoint.addresses;
    let likely = addresses.iter().any(|it| it.port == 443 || speaks(it) == Some(Speaks::Tls));
    let unclear = addresses.iter().any(|it| speaks(it) == Some(Speaks::Unclear));
    let fits = |it: &&Missed<'_>| match it.reason {
        MissReason::Section => true,
        MissReason::Kind | MissReason::Name => likely || unclear,
        MissReason::Namespace => likely,
    };
    let rank = |reason: MissReason| match reason {
        MissReason::Section => 0,
        MissReason::Kind => 1,
        MissReason::Name => 2,
        MissReason::Namespace => 3,
    };
    trace.tls.missed.iter().filter(fits).min_by_key(|it| (rank(it.reason), it.policy.key(), it.target))
}

/// Whether TLS settings of a Backend say neither whom to trust nor to trust anybody.
pub(super) fn trusts_nobody(own: &BackendTls) -> bool {
    let system = own.well_known_ca_certificates.as_ref().is_some_and(|it| !it.is_empty());
    !own.insecure_skip_verify && !system && own.ca_certificate_refs.is_empty()
}

/// The first address with port 443, unless its Service says http of that port, or might.
pub(super) fn on_443<'t, 'a>(trace: &'t Trace<'a>) -> Option<&'t Address<'a>> {
    trace.endpoint.addresses.iter().find(|it| it.port == 443 && speaks(it) == Some(Speaks::Tls))
}

/// Adds what someone may have taken for TLS: settings that only add to a connection which has TLS anyway.
pub(super) fn with_client_settings(trace: &Trace<'_>, mut draft: Draft) -> Draft {
    let words = "adds a client certificate or versions, and does not turn TLS on";
    for gateway in trace.gateways() {
        if let Some((key, Lookup::Found(proxy))) = &gateway.proxy
            && proxy.spec.backend_tls.is_some()
        {
            draft = draft.because(key.clone(), "/spec/backendTLS", words);
        }
        if gateway.gateway.spec.tls.as_ref().is_some_and(|it| it.backend.is_some()) {
            draft = draft.because(gateway.key.clone(), "/spec/tls/backend", words);
        }
    }
    draft
}

/// The reference that lets a policy apply to this Backend.
pub(super) fn target(trace: &Trace<'_>) -> Value {
    json!({"group": "gateway.envoyproxy.io", "kind": "Backend", "name": trace.reference.key.name})
}

/// Whether all that a policy targets is one object, so that its validation may be changed for that object's sake.
pub(super) fn is_sole_target(policy: &BackendTLSPolicy) -> bool {
    policy.spec.target_refs.len() == 1
}

/// A JSON pointer to a key of `data`.
pub(super) fn pointer(parent: &str, key: &str) -> String {
    format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The name of the policy that the fixes of this hop create for a Backend.
pub(super) fn policy_key(backend: &Key) -> Key {
    Key::new(Kind::BackendTLSPolicy, &backend.namespace, format!("{}-tls", backend.name))
}

/// A policy for this Backend that trusts the CAs of the system.
pub(super) fn system_policy(trace: &Trace<'_>, policy: &Key, host: &str) -> Value {
    json!({
        "apiVersion": trace.world.cluster.api_version(Kind::BackendTLSPolicy),
        "kind": "BackendTLSPolicy",
        "metadata": {"name": policy.name, "namespace": policy.namespace},
        "spec": {
            "targetRefs": [target(trace)],
            "validation": {"wellKnownCACertificates": "System", "hostname": host},
        },
    })
}

/// Whether a certificate for one of the names that are checked is good for a host too.
pub(super) fn checks(validation: &TlsValidation, host: &str) -> bool {
    if validation.subject_alt_names.is_empty() {
        return same(&validation.hostname, host);
    }
    // they replace the host name; what a URI stands for cannot be seen from here
    validation.subject_alt_names.iter().any(|it| match &it.hostname {
        Some(name) => match name.strip_prefix('*') {
            Some(end) => host.to_ascii_lowercase().ends_with(&end.to_ascii_lowercase()),
            None => same(name, host),
        },
        None => true,
    })
}

/// The younger policy that verifies the name of a host, where the one in force does not.
pub(super) fn right_loser<'a>(trace: &Trace<'a>, host: &str) -> Option<&'a BackendTLSPolicy> {
    let winner = trace.tls.policy.filter(|it| !checks(&it.spec.validation, host))?;
    let mut losers = trace.tls.conflicts.iter().filter(|it| it.winner.key() == winner.key());
    losers.find(|it| checks(&it.loser.spec.validation, host)).map(|it| it.loser)
}

/// The names that are checked, in words.
pub(super) fn names(validation: &TlsValidation) -> String {
    let names =
        validation.subject_alt_names.iter().filter_map(|it| it.hostname.as_deref().or(it.uri.as_deref()));
    let names: Vec<&str> = names.collect();
    if names.is_empty() { validation.hostname.clone() } else { names.join("`, `") }
}

/// Whether two host names are the same: case and the final dot do not count.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.trim_end_matches('.').eq_ignore_ascii_case(b.trim_end_matches('.'))
}

/// Whether one certificate may well cover both names: hosts of the same provider that only differ in the first label, or
/// that it has beside each other.
pub(super) fn are_siblings(a: &str, b: &str) -> bool {
    let parent = |host: &str| host.split_once('.').map(|(_, rest)| rest.to_ascii_lowercase());
    let (Some(ours), Some(theirs)) = (of_host(a), of_host(b)) else { return false };
    let fixed = ours.hosts.iter().all(|host| !host.contains('*'));
    ours.id == theirs.id && (fixed || parent(a) == parent(b))
}
