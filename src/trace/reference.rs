//! Reference: what `AIServiceBackend.spec.backendRef` points to.

use super::Gaps;
use crate::{
    cluster::{Cluster, Lookup},
    model::{AIServiceBackend, Backend, Key, Kind, Resource as _},
};

/// What a backendRef names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An Envoy Gateway Backend, as it must be.
    Backend,
    /// A Service: accepted by AI Gateway up to v0.3, refused on write since.
    Service,
    /// Anything else.
    Other,
}

/// The hop from AIServiceBackend to Backend.
#[derive(Debug, Clone)]
pub struct Reference<'a> {
    /// What kind of thing is named.
    pub target: Target,
    /// The Backend by that name; the key says its kind even where the reference does not.
    pub key: Key,
    /// The Backend itself; absent too where the reference names another kind.
    pub backend: Lookup<'a, Backend>,
    /// What could not be looked at.
    pub gaps: Gaps,
}

impl<'a> Reference<'a> {
    pub(super) fn trace(cluster: &'a Cluster, from: &'a AIServiceBackend) -> Self {
        let reference = &from.spec.backend_ref;
        let namespace = reference.namespace.as_deref().unwrap_or(&from.meta.namespace);
        let key = Key::new(Kind::Backend, namespace, &reference.name);
        let target = match (reference.group(), reference.kind()) {
            ("gateway.envoyproxy.io", "Backend") => Target::Backend,
            ("", "Service") => Target::Service,
            _ => Target::Other,
        };
        let mut gaps = Gaps::default();
        let backend = match target {
            Target::Backend => gaps.seen(&key, cluster.backends.get(namespace, &reference.name)),
            Target::Service | Target::Other => Lookup::Absent,
        };
        Reference { target, key, backend, gaps }
    }

    /// The Backend that was found, with its key.
    pub fn found(&self) -> Option<(&'a Backend, Key)> {
        self.backend.found().map(|backend| (backend, backend.key()))
    }
}
