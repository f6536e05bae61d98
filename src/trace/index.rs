//! Who names whom, so that what leads to one backend is not looked for in everything there is.

use std::collections::{BTreeMap, BTreeSet};

use super::{RouteTrace, World};
use crate::{
    cluster::Cluster,
    model::{BackendSecurityPolicy, BackendTLSPolicy, Key, Meta, ObjectReference},
};

/// Objects by the names that they refer to.
#[derive(Debug)]
pub(super) struct Index<'a> {
    /// BackendTLSPolicies by their namespace and the names of their targets, each once.
    policies: BTreeMap<&'a str, BTreeMap<&'a str, Vec<&'a BackendTLSPolicy>>>,
    /// BackendTLSPolicies by their namespace and the host name that they verify, if one of their Backends does not exist.
    dangling: BTreeMap<&'a str, BTreeMap<&'a str, Vec<&'a BackendTLSPolicy>>>,
    /// BackendTLSPolicies by the names of their Backends that do not exist.
    astray: BTreeMap<&'a str, Vec<&'a BackendTLSPolicy>>,
    /// BackendSecurityPolicies by their namespace and the names of their targets, each once.
    credentials: BTreeMap<(&'a str, &'a str), Vec<&'a BackendSecurityPolicy>>,
    /// BackendSecurityPolicies by namespace, if one of their AIServiceBackends does not exist.
    strays: BTreeMap<&'a str, Vec<&'a BackendSecurityPolicy>>,
    /// AIServiceBackends by the namespace and name of their Backend.
    in_front: BTreeMap<(String, String), Vec<(String, String)>>,
}

impl<'a> Index<'a> {
    pub(super) fn of(cluster: &'a Cluster) -> Self {
        let mut index = Index {
            policies: BTreeMap::new(),
            dangling: BTreeMap::new(),
            astray: BTreeMap::new(),
            credentials: BTreeMap::new(),
            strays: BTreeMap::new(),
            in_front: BTreeMap::new(),
        };
        for policy in cluster.backend_tls_policies.iter() {
            let (targets, namespace) = (&policy.spec.target_refs, policy.meta.namespace.as_str());
            let by_name = index.policies.entry(namespace).or_default();
            for name in targets.iter().map(|it| it.name.as_str()).collect::<BTreeSet<_>>() {
                by_name.entry(name).or_default().push(policy);
            }
            let missing = |it: &&ObjectReference| {
                it.is("gateway.envoyproxy.io", "Backend")
                    && cluster.backends.get(namespace, &it.name).is_absent()
            };
            let missing: BTreeSet<&str> = targets.iter().filter(missing).map(|it| it.name.as_str()).collect();
            if !missing.is_empty() {
                let by_host = index.dangling.entry(namespace).or_default();
                by_host.entry(&policy.spec.validation.hostname).or_default().push(policy);
            }
            for name in missing {
                index.astray.entry(name).or_default().push(policy);
            }
        }
        for policy in cluster.backend_security_policies.iter() {
            let namespace = policy.meta.namespace.as_str();
            let names: BTreeSet<&str> = policy.spec.target_refs.iter().map(|it| it.name.as_str()).collect();
            for name in names {
                index.credentials.entry((namespace, name)).or_default().push(policy);
            }
            let mut targets = policy.spec.target_refs.iter().filter(|it| it.kind() == "AIServiceBackend");
            if targets.any(|it| cluster.ai_service_backends.get(namespace, &it.name).is_absent()) {
                index.strays.entry(namespace).or_default().push(policy);
            }
        }
        for backend in cluster.ai_service_backends.iter() {
            let (meta, target) = (&backend.meta, &backend.spec.backend_ref);
            let namespace = target.namespace.as_ref().unwrap_or(&meta.namespace);
            let id = (meta.namespace.clone(), meta.name.clone());
            index.in_front.entry((namespace.clone(), target.name.clone())).or_default().push(id);
        }
        index
    }
}

/// Indexes of the routes that name each Gateway as a parent.
pub(super) fn on_gateways(routes: &[RouteTrace<'_>]) -> BTreeMap<Key, Vec<usize>> {
    let mut on: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (index, route) in routes.iter().enumerate() {
        for parent in route.parents.iter().filter(|it| it.reference.is_gateway()) {
            let there = on.entry(parent.key.clone()).or_default();
            if there.last() != Some(&index) {
                there.push(index);
            }
        }
    }
    on
}

impl<'a> World<'a> {
    /// BackendSecurityPolicies that name something of an object's namespace and name; by name.
    pub(super) fn credentials_of(&self, meta: &'a Meta) -> &[&'a BackendSecurityPolicy] {
        self.index.credentials.get(&(meta.namespace.as_str(), meta.name.as_str())).map_or(&[], Vec::as_slice)
    }

    /// BackendSecurityPolicies of a namespace that name an AIServiceBackend that does not exist; by name.
    pub(super) fn stray_credentials(&self, namespace: &str) -> &[&'a BackendSecurityPolicy] {
        self.index.strays.get(namespace).map_or(&[], Vec::as_slice)
    }

    /// AIServiceBackends whose backendRef has the namespace and name of a Backend, as (namespace, name).
    pub fn in_front_of(&self, backend: &Key) -> &[(String, String)] {
        let there = self.index.in_front.get(&(backend.namespace.clone(), backend.name.clone()));
        there.map_or(&[], Vec::as_slice)
    }

    /// BackendTLSPolicies of a namespace that name something; by name.
    pub(super) fn tls_policies_of(&self, namespace: &str, name: &str) -> &[&'a BackendTLSPolicy] {
        self.index.policies.get(namespace).and_then(|it| it.get(name)).map_or(&[], Vec::as_slice)
    }

    /// BackendTLSPolicies of a namespace that verify a host name, and name a Backend that does not exist; by name.
    pub(super) fn dangling_tls_policies(&self, namespace: &str, host: &str) -> &[&'a BackendTLSPolicy] {
        self.index.dangling.get(namespace).and_then(|it| it.get(host)).map_or(&[], Vec::as_slice)
    }

    /// BackendTLSPolicies that name a Backend beside them that does not exist; by namespace and name.
    pub(super) fn tls_policies_astray(&self, name: &str) -> &[&'a BackendTLSPolicy] {
        self.index.astray.get(name).map_or(&[], Vec::as_slice)
    }
}
