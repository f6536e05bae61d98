//! ReferenceGrants. Two are needed for a backend in another namespace, and two controllers read them differently.

use crate::{
    cluster::{Cluster, Why},
    model::{GrantTo, Kind},
};

/// A reference over namespaces that a ReferenceGrant must permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// AIGatewayRoute → AIServiceBackend, checked by AI Gateway, which ignores `to.name`
    /// (ai-gateway@v1.1.0 internal/controller/referencegrant.go).
    RouteToBackend,
    /// HTTPRoute → Backend, checked by Envoy Gateway, which honours `to.name`
    /// (gateway@v1.8.1 internal/gatewayapi/helpers.go).
    HttpRouteToBackend,
}

/// Whether a reference is permitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permission {
    /// Same namespace, or a grant permits it.
    Given,
    /// No grant permits it.
    Missing,
    /// The grants there could not be read.
    Unknown(Why),
}

impl Grant {
    /// (group, kind) of who refers.
    pub fn from(self) -> (&'static str, Kind) {
        match self {
            Grant::RouteToBackend => ("aigateway.envoyproxy.io", Kind::AIGatewayRoute),
            Grant::HttpRouteToBackend => ("gateway.networking.k8s.io", Kind::HTTPRoute),
        }
    }

    /// (group, kind) of what is referred to.
    pub fn to(self) -> (&'static str, Kind) {
        match self {
            Grant::RouteToBackend => ("aigateway.envoyproxy.io", Kind::AIServiceBackend),
            Grant::HttpRouteToBackend => ("gateway.envoyproxy.io", Kind::Backend),
        }
    }

    /// Whether objects in `from` may refer to `name` in `to`.
    pub fn check(self, cluster: &Cluster, from: &str, to: &str, name: &str) -> Permission {
        if from == to {
            return Permission::Given;
        }
        let grants = cluster.reference_grants.in_namespace(to);
        let given = grants.items.iter().any(|grant| {
            grant.spec.from.iter().any(|it| {
                let (group, kind) = self.from();
                it.group == group && it.kind == kind.info().name && it.namespace == from
            }) && grant.spec.to.iter().any(|it| self.permits(it, name))
        });
        match (given, grants.gap) {
            (true, _) => Permission::Given,
            (false, None) => Permission::Missing,
            (false, Some(why)) => Permission::Unknown(why),
        }
    }

    fn permits(self, to: &GrantTo, name: &str) -> bool {
        let (group, kind) = self.to();
        let named = match self {
            Grant::RouteToBackend => true,
            Grant::HttpRouteToBackend => to.name.as_deref().is_none_or(|it| it.is_empty() || it == name),
        };
        to.group == group && to.kind == kind.info().name && named
    }
}
