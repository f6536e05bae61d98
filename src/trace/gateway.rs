//! A Gateway with what belongs to it: class, Envoy pods and policies.

use super::{Gaps, Platform};
use crate::{
    cluster::{Cluster, Lookup},
    model::{
        BackendTrafficPolicy, ClientTrafficPolicy, EnvoyProxy, Gateway, GatewayClass, Key, Kind,
        ObjectReference, Pod, PolicyTargets, Resource, SecurityPolicy,
    },
};

/// Label on Envoy's pods and Deployment: the Gateway that they belong to.
pub const OWNER_NAME: &str = "gateway.envoyproxy.io/owning-gateway-name";
/// Label on Envoy's pods and Deployment: the namespace of that Gateway.
pub const OWNER_NAMESPACE: &str = "gateway.envoyproxy.io/owning-gateway-namespace";

/// A Gateway with what belongs to it.
pub struct GatewayTrace<'a> {
    /// The Gateway.
    pub gateway: &'a Gateway,
    /// Its identity.
    pub key: Key,
    /// Identity of its class.
    pub class_key: Key,
    /// Its class.
    pub class: Lookup<'a, GatewayClass>,
    /// The EnvoyProxy that it or its class names, if one is named.
    pub proxy: Option<(Key, Lookup<'a, EnvoyProxy>)>,
    /// Its Envoy pods.
    pub pods: Vec<&'a Pod>,
    /// Limits on the side of the client, on this Gateway.
    pub client_policies: Vec<&'a ClientTrafficPolicy>,
    /// Limits on the side of the provider, on this Gateway.
    pub backend_policies: Vec<&'a BackendTrafficPolicy>,
    /// Authentication of clients, on this Gateway.
    pub security_policies: Vec<&'a SecurityPolicy>,
    /// What could not be looked at.
    pub gaps: Gaps,
}

impl<'a> GatewayTrace<'a> {
    pub(super) fn trace(cluster: &'a Cluster, platform: &Platform<'a>, gateway: &'a Gateway) -> Self {
        let mut gaps = Gaps::default();
        let (namespace, name) = (&gateway.meta.namespace, &gateway.meta.name);
        let class_key = Key::new(Kind::GatewayClass, "", &gateway.spec.gateway_class_name);
        let class = gaps.seen(&class_key, cluster.gateway_classes.get("", &class_key.name));
        let own = gateway.spec.infrastructure.as_ref().and_then(|it| it.parameters_ref.as_ref());
        let of_class = class.found().and_then(|it| it.spec.parameters_ref.as_ref());
        let proxy = own.or(of_class).filter(|it| it.kind() == "EnvoyProxy").map(|it| {
            let namespace = it.namespace.as_deref().unwrap_or(if own.is_some() {
                namespace
            } else {
                &platform.config_key.namespace
            });
            let key = Key::new(Kind::EnvoyProxy, namespace, &it.name);
            let lookup = gaps.seen(&key, cluster.envoy_proxies.get(namespace, &it.name));
            (key, lookup)
        });
        let mine = |pod: &&Pod| {
            pod.meta.labels.get(OWNER_NAME) == Some(name)
                && pod.meta.labels.get(OWNER_NAMESPACE) == Some(namespace)
        };
        let key = gateway.key();
        GatewayTrace {
            pods: cluster.pods.iter().filter(mine).collect(),
            client_policies: on(&key, cluster.client_traffic_policies.iter(), |it| &it.spec.targets),
            backend_policies: on(&key, cluster.backend_traffic_policies.iter(), |it| &it.spec.targets),
            security_policies: on(&key, cluster.security_policies.iter(), |it| &it.spec.targets),
            gateway,
            key,
            class_key,
            class,
            proxy,
            gaps,
        }
    }

    /// Whether Envoy Gateway takes this Gateway for its own; unknown when the class could not be read.
    pub fn is_managed(&self, platform: &Platform<'_>) -> Option<bool> {
        match &self.class {
            Lookup::Found(class) => Some(class.spec.controller_name == platform.controller_name()),
            Lookup::Absent => Some(false),
            Lookup::Unreadable(_) => None,
        }
    }
}

/// The policies that target an object, or a part of it.
pub fn on<'a, T: Resource>(
    target: &Key,
    policies: impl Iterator<Item = &'a T>,
    targets: impl Fn(&T) -> &PolicyTargets,
) -> Vec<&'a T> {
    let kind = target.kind.info().name;
    let hits = |it: &ObjectReference| it.kind() == kind && it.name == target.name;
    policies
        .filter(|policy| policy.meta().namespace == target.namespace && targets(policy).iter().any(hits))
        .collect()
}
