//! Who names whom, so that what leads to one backend is not looked for in everything there is.

use std::collections::BTreeMap;

use super::World;
use crate::{
    cluster::Cluster,
    model::{BackendTLSPolicy, Key},
};

/// Objects by the names that they refer to.
#[derive(Debug)]
pub(super) struct Index<'a> {
    /// BackendTLSPolicies by the names of their targets.
    policies: BTreeMap<&'a str, Vec<&'a BackendTLSPolicy>>,
    /// AIServiceBackends by the namespace and name of their Backend.
    in_front: BTreeMap<(String, String), Vec<(String, String)>>,
}

impl<'a> Index<'a> {
    pub(super) fn of(cluster: &'a Cluster) -> Self {
        let mut index = Index { policies: BTreeMap::new(), in_front: BTreeMap::new() };
        for policy in cluster.backend_tls_policies.iter() {
            for target in &policy.spec.target_refs {
                index.policies.entry(target.name.as_str()).or_default().push(policy);
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

impl<'a> World<'a> {
    /// AIServiceBackends whose backendRef has the namespace and name of a Backend, as (namespace, name).
    pub fn in_front_of(&self, backend: &Key) -> &[(String, String)] {
        let there = self.index.in_front.get(&(backend.namespace.clone(), backend.name.clone()));
        there.map_or(&[], Vec::as_slice)
    }

    /// BackendTLSPolicies of a Backend's namespace, and those elsewhere that name one like it; by namespace and name.
    pub(super) fn tls_policies_near(&self, backend: &Key) -> Vec<&'a BackendTLSPolicy> {
        let mut near = self.cluster.backend_tls_policies.in_namespace(&backend.namespace).items;
        let named = self.index.policies.get(backend.name.as_str());
        near.extend(named.into_iter().flatten().filter(|it| it.meta.namespace != backend.namespace));
        near.sort_by_key(|it| (&it.meta.namespace, &it.meta.name));
        near.dedup_by_key(|it| (&it.meta.namespace, &it.meta.name));
        near
    }
}
