//! ReferenceGrants. Two are needed for a backend in another namespace, and two controllers read them differently.

use crate::{
    cluster::{Cluster, Why},
    model::{GrantFrom, GrantTo, Kind, ReferenceGrant},
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
    /// Gateway → Secret with the certificate of a listener, checked by Envoy Gateway, which honours `to.name`
    /// (gateway@v1.8.1 internal/gatewayapi/validate.go).
    GatewayToSecret,
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

/// A grant that permits almost what is asked for.
#[derive(Debug, Clone)]
pub struct NearGrant<'a> {
    /// The grant.
    pub grant: &'a ReferenceGrant,
    /// JSON pointer to the value that does not fit.
    pub pointer: String,
    /// What does not fit.
    pub miss: Miss<'a>,
}

/// What does not fit in a [`NearGrant`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miss<'a> {
    /// A group: the one written, and the right one.
    Group(&'a str, &'static str),
    /// It is for this namespace.
    Namespace(&'a str),
    /// It is for these objects alone.
    Names(Vec<&'a str>),
}

impl Grant {
    /// (group, kind) of who refers.
    pub fn from(self) -> (&'static str, Kind) {
        match self {
            Grant::RouteToBackend => ("aigateway.envoyproxy.io", Kind::AIGatewayRoute),
            Grant::HttpRouteToBackend => ("gateway.networking.k8s.io", Kind::HTTPRoute),
            Grant::GatewayToSecret => ("gateway.networking.k8s.io", Kind::Gateway),
        }
    }

    /// (group, kind) of what is referred to.
    pub fn to(self) -> (&'static str, Kind) {
        match self {
            Grant::RouteToBackend => ("aigateway.envoyproxy.io", Kind::AIServiceBackend),
            Grant::HttpRouteToBackend => ("gateway.envoyproxy.io", Kind::Backend),
            Grant::GatewayToSecret => ("", Kind::Secret),
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
        to.group == group && to.kind == kind.info().name && self.names(to, name)
    }

    fn names(self, to: &GrantTo, name: &str) -> bool {
        match self {
            Grant::RouteToBackend => true,
            Grant::HttpRouteToBackend | Grant::GatewayToSecret => {
                to.name.as_deref().is_none_or(|it| it.is_empty() || it == name)
            }
        }
    }

    /// What to write into `to` of a grant, so that it permits references to one object.
    pub fn target(self, name: &str) -> serde_json::Value {
        let (group, kind) = self.to();
        serde_json::json!({"group": group, "kind": kind.info().name, "name": name})
    }

    /// Grants in `to` for the right kinds that do not permit objects in `from` to refer to `name`.
    pub fn near<'a>(self, cluster: &'a Cluster, from: &str, to: &str, name: &str) -> Vec<NearGrant<'a>> {
        let grants = cluster.reference_grants.in_namespace(to).items.into_iter();
        grants.filter_map(|grant| self.misses(grant, from, name)).collect()
    }

    fn misses<'a>(self, grant: &'a ReferenceGrant, from: &str, name: &str) -> Option<NearGrant<'a>> {
        let ((from_group, from_kind), (to_group, to_kind)) = (self.from(), self.to());
        let of_kind = |it: &&GrantFrom| it.kind == from_kind.info().name;
        let froms: Vec<_> = grant.spec.from.iter().enumerate().filter(|(_, it)| of_kind(it)).collect();
        // the entry for this namespace is the one that was meant
        let (at, source) = *froms.iter().find(|(_, it)| it.namespace == from).or(froms.first())?;
        let tos: Vec<_> =
            grant.spec.to.iter().enumerate().filter(|(_, it)| it.kind == to_kind.info().name).collect();
        let (to_at, target) = *tos.iter().find(|(_, it)| self.names(it, name)).or(tos.first())?;
        let permitted = || tos.iter().filter_map(|(_, it)| it.name.as_deref()).collect::<Vec<_>>();
        let (pointer, miss) = if source.group != from_group {
            (format!("/spec/from/{at}/group"), Miss::Group(&source.group, from_group))
        } else if target.group != to_group {
            (format!("/spec/to/{to_at}/group"), Miss::Group(&target.group, to_group))
        } else if source.namespace != from {
            (format!("/spec/from/{at}/namespace"), Miss::Namespace(&source.namespace))
        } else if !self.names(target, name) {
            ("/spec/to".to_owned(), Miss::Names(permitted()))
        } else {
            return None;
        };
        Some(NearGrant { grant, pointer, miss })
    }
}
