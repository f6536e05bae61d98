//! A Gateway with what belongs to it: class, Envoy pods and policies.

use std::collections::BTreeMap;

use super::{Gaps, Platform, policy};
use crate::{
    cluster::{Cluster, Lookup, Shelf},
    model::{
        BackendTrafficPolicy, ClientTrafficPolicy, EnvoyProxy, Gateway, GatewayClass, GatewayConfig, Key,
        Kind, ObjectReference, Pod, PolicyTargets, Resource, SecurityPolicy, names,
    },
};

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
    /// The EnvoyProxy that its class names: only there are Gateways merged.
    pub class_proxy: Option<(Key, Lookup<'a, EnvoyProxy>)>,
    /// Its Envoy pods.
    pub pods: Vec<&'a Pod>,
    /// Limits on the side of the client, on this Gateway.
    pub client_policies: Vec<&'a ClientTrafficPolicy>,
    /// Limits on the side of the provider, on this Gateway.
    pub backend_policies: Vec<&'a BackendTrafficPolicy>,
    /// The GatewayConfig that it names.
    pub config: Option<(Key, Lookup<'a, GatewayConfig>)>,
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
        let named = |it: &ObjectReference, fallback: &str, gaps: &mut Gaps| {
            let namespace = it.namespace.as_deref().unwrap_or(fallback);
            let key = Key::new(Kind::EnvoyProxy, namespace, &it.name);
            let lookup = gaps.seen(&key, cluster.envoy_proxies.get(namespace, &it.name));
            (key, lookup)
        };
        let is_proxy = |it: &&ObjectReference| it.kind() == "EnvoyProxy";
        let class_proxy =
            of_class.filter(is_proxy).map(|it| named(it, &platform.config_key.namespace, &mut gaps));
        let proxy = own.filter(is_proxy).map(|it| named(it, namespace, &mut gaps)).or(class_proxy.clone());
        let mine = |pod: &&Pod| {
            pod.meta.labels.get(names::OWNER_NAME) == Some(name)
                && pod.meta.labels.get(names::OWNER_NAMESPACE) == Some(namespace)
        };
        let annotation = gateway.meta.annotations.get(names::GATEWAY_CONFIG).filter(|it| !it.is_empty());
        let config = annotation.map(|it| {
            let key = Key::new(Kind::GatewayConfig, namespace, it);
            let lookup = gaps.seen(&key, cluster.gateway_configs.get(namespace, it));
            (key, lookup)
        });
        let key = gateway.key();
        let labels = &gateway.meta.labels;
        GatewayTrace {
            pods: cluster.pods.iter().filter(mine).collect(),
            client_policies: on(&key, labels, &cluster.client_traffic_policies, |it| &it.spec.targets),
            backend_policies: on(&key, labels, &cluster.backend_traffic_policies, |it| &it.spec.targets),
            security_policies: on(&key, labels, &cluster.security_policies, |it| &it.spec.targets),
            gateway,
            key,
            class_key,
            class,
            proxy,
            class_proxy,
            config,
            gaps,
        }
    }

    /// The ClientTrafficPolicy in force on a listener: one for the listener beats one for all, then the oldest.
    pub fn client_policy(&self, listener: &str) -> Option<&'a ClientTrafficPolicy> {
        let rank = |policy: &ClientTrafficPolicy| {
            let of = |section: Option<&str>| {
                let mut targets = policy.spec.targets.iter().filter(|it| it.name == self.key.name);
                targets.any(|it| it.section_name.as_deref() == section)
            };
            let whole = of(None) || !policy.spec.targets.target_selectors.is_empty();
            let place = if of(Some(listener)) {
                0
            } else if whole {
                1
            } else {
                return None;
            };
            let age = policy.meta.creation_timestamp.unwrap_or(jiff::Timestamp::MAX);
            Some((place, age, policy.meta.name.clone()))
        };
        let ranked = self.client_policies.iter().filter_map(|it| Some((rank(it)?, *it)));
        ranked.min_by(|a, b| a.0.cmp(&b.0)).map(|(_, policy)| policy)
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
pub(super) fn on<'a, T: Resource>(
    target: &Key,
    labels: &BTreeMap<String, String>,
    policies: &'a Shelf<T>,
    targets: impl Fn(&T) -> &PolicyTargets,
) -> Vec<&'a T> {
    // a policy is for its own namespace alone
    let local = policies.in_namespace(&target.namespace).items.into_iter();
    local.filter(|it| policy::hits(targets(it), &it.meta().namespace, target, labels)).collect()
}
