//! BackendTLSPolicies that someone probably meant for a backend, and that do not match it.

use std::collections::BTreeMap;

use super::{Endpoint, InCluster, World};
use crate::{
    cluster::Cluster,
    model::{AIServiceBackend, BackendTLSPolicy, Key, ObjectReference, Resource as _},
};

/// A policy that looks meant for a backend and does not match it.
#[derive(Debug, Clone)]
pub struct Missed<'a> {
    /// The policy.
    pub policy: &'a BackendTLSPolicy,
    /// Index of the target that looks meant.
    pub target: usize,
    /// Why it does not match.
    pub reason: MissReason,
    /// Whether nothing that could not be read may have use for the policy as it is.
    pub certain: bool,
}

/// Why a policy does not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MissReason {
    /// `sectionName` is not the number in `AIServiceBackend.spec.backendRef.port`.
    Section,
    /// It names another kind or group: Service, AIServiceBackend, …
    Kind,
    /// It is in another namespace than the Backend.
    Namespace,
    /// It names a Backend that does not exist, and verifies this one's host name.
    Name,
}

/// Policies that name another thing than the Backend, and look as if they meant it.
pub(super) fn meant<'a>(
    world: &World<'a>,
    from: &AIServiceBackend,
    backend: &Key,
    endpoint: &Endpoint<'_>,
) -> Vec<Missed<'a>> {
    let cluster = world.cluster;
    // by name alone: a Service that could not be read may be meant as well
    let services: Vec<InCluster> =
        endpoint.addresses.iter().filter_map(|it| InCluster::of(it.name()?)).collect();
    let routes_known = cluster.http_routes.gap().is_none();
    let names = services.iter().map(|it| it.service.as_str()).chain([&*backend.name, &from.meta.name]);
    let hosts = endpoint.addresses.iter().filter_map(|it| it.name());
    let dangling = hosts.flat_map(|it| world.dangling_tls_policies(&backend.namespace, it));
    let near: BTreeMap<Key, &BackendTLSPolicy> = names
        .flat_map(|it| world.tls_policies_of(&backend.namespace, it))
        .chain(dangling)
        .chain(world.tls_policies_astray(&backend.name))
        .map(|it| (it.key(), *it))
        .collect();
    let mut missed = vec![];
    for policy in near.into_values() {
        let local = policy.meta.namespace == backend.namespace;
        for (target, it) in policy.spec.target_refs.iter().enumerate() {
            let is_backend = it.is("gateway.envoyproxy.io", "Backend");
            let verifies_host =
                endpoint.addresses.iter().any(|at| at.name() == Some(&policy.spec.validation.hostname));
            let names_it = it.name == backend.name
                || it.name == from.meta.name
                || services
                    .iter()
                    .any(|service| service.namespace == policy.meta.namespace && service.service == it.name);
            let reason = if is_backend && it.name == backend.name {
                // another namespace may have a Backend of that name of its own
                let elsewhere = !local && cluster.backends.get(&policy.meta.namespace, &it.name).is_absent();
                elsewhere.then_some(MissReason::Namespace)
            } else if !is_backend {
                (local && names_it && !serves_http_route(cluster, policy, it)).then_some(MissReason::Kind)
            } else {
                let is_dangling = local && cluster.backends.get(&backend.namespace, &it.name).is_absent();
                (is_dangling && verifies_host).then_some(MissReason::Name)
            };
            let certain = routes_known || reason != Some(MissReason::Kind) || it.kind() != "Service";
            missed.extend(reason.map(|reason| Missed { policy, target, reason, certain }));
        }
    }
    missed
}

/// Whether some HTTPRoute that AI Gateway did not make leads to the Service that a policy targets: then it is in use.
fn serves_http_route(cluster: &Cluster, policy: &BackendTLSPolicy, target: &ObjectReference) -> bool {
    target.kind() == "Service"
        && cluster
            .http_routes
            .iter()
            .flat_map(|route| route.spec.rules.iter().map(move |rule| (route, rule)))
            .any(|(route, rule)| {
                rule.backend_refs.iter().any(|it| {
                    let namespace = it.target.namespace.as_ref().unwrap_or(&route.meta.namespace);
                    it.target.is("", "Service")
                        && it.target.name == target.name
                        && *namespace == policy.meta.namespace
                })
            })
}
