//! What the lists refer to and do not hold: Secrets, ConfigMaps, Services, EndpointSlices, Namespaces.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    cluster::Cluster,
    model::{BackendSecurityPolicy, Container, Deployment, InCluster, Key, Kind, ObjectReference, names},
};

/// How much of an object is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Depth {
    /// Whether it exists.
    Metadata,
    /// All of it.
    Whole,
}

/// What is referred to.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Objects by name.
    pub objects: BTreeMap<Key, Depth>,
    /// Services by namespace, for their EndpointSlices.
    pub slices: BTreeMap<String, BTreeSet<String>>,
    /// Namespaces where a Service is missing, or is looked for in vain: which are there?
    pub services: BTreeSet<String>,
}

impl Wanted {
    fn add(&mut self, kind: Kind, namespace: &str, name: &str, depth: Depth) {
        // an empty name is a finding of its own, and would turn a get into a list
        if !name.is_empty() && (!namespace.is_empty() || !kind.is_namespaced()) {
            let entry = self.objects.entry(Key::new(kind, namespace, name)).or_insert(depth);
            *entry = depth.max(*entry);
        }
    }

    /// What another one wants as well.
    pub(super) fn also(&mut self, other: Wanted) {
        for (key, depth) in other.objects {
            self.add(key.kind, &key.namespace, &key.name, depth);
        }
        for (namespace, services) in other.slices {
            self.slices.entry(namespace).or_default().extend(services);
        }
        self.services.extend(other.services);
    }

    /// Whole objects.
    pub(super) fn all(&mut self, keys: impl Iterator<Item = Key>) {
        for key in keys {
            self.add(key.kind, &key.namespace, &key.name, Depth::Whole);
        }
    }

    fn service(&mut self, host: &str, endpoints: bool) {
        if let Some(name) = InCluster::of(host) {
            self.add(Kind::Service, &name.namespace, &name.service, Depth::Whole);
            if endpoints && !name.namespace.is_empty() && !name.service.is_empty() {
                self.slices.entry(name.namespace).or_default().insert(name.service);
            }
        }
    }

    /// What tells whether a name that no Service has was meant for one, and for which.
    fn missing(&mut self, cluster: &Cluster, from: &str, host: &str) {
        let Some(name) = InCluster::of(host) else { return };
        if !name.certain {
            self.add(Kind::Namespace, "", &name.namespace, Depth::Metadata);
        }
        let meant = name.certain || cluster.namespaces.get("", &name.namespace).found().is_some();
        if meant && cluster.services.get(&name.namespace, &name.service).is_absent() {
            self.services.extend([name.namespace, from.to_owned()]);
        }
    }

    /// CA references are local to the object that has them, whatever they say; that there is one where they point to
    /// explains what is wrong.
    fn cas(&mut self, namespace: &str, refs: &[ObjectReference]) {
        for reference in refs {
            let kind = match reference.kind.as_deref().unwrap_or("ConfigMap") {
                "ConfigMap" => Kind::ConfigMap,
                "Secret" => Kind::Secret,
                _ => continue,
            };
            self.add(kind, namespace, &reference.name, Depth::Whole);
            if let Some(elsewhere) = reference.namespace.as_ref().filter(|it| *it != namespace) {
                self.add(kind, elsewhere, &reference.name, Depth::Metadata);
            }
        }
    }
}

/// Follows all references of what was read.
pub(super) fn of(cluster: &Cluster) -> Wanted {
    let mut wanted = Wanted::default();
    for policy in cluster.backend_security_policies.iter() {
        credential(&mut wanted, policy);
    }
    for policy in cluster.backend_tls_policies.iter() {
        wanted.cas(&policy.meta.namespace, &policy.spec.validation.ca_certificate_refs);
    }
    for backend in cluster.backends.iter() {
        let namespace = &backend.meta.namespace;
        for endpoint in backend.spec.endpoints.iter().filter_map(|it| it.fqdn.as_ref()) {
            // an address where a name should be is no name of a Service
            if endpoint.hostname.parse::<std::net::IpAddr>().is_err() {
                wanted.service(&endpoint.hostname, true);
                wanted.missing(cluster, namespace, &endpoint.hostname);
            }
            // refused as a host name: a Service beside it is what was meant
            if !endpoint.hostname.contains('.') {
                wanted.add(Kind::Service, namespace, &endpoint.hostname, Depth::Whole);
            }
        }
        if let Some(tls) = &backend.spec.tls {
            wanted.cas(namespace, &tls.ca_certificate_refs);
            if let Some(certificate) = &tls.client_certificate_ref {
                // one of another namespace is refused unseen
                if certificate.namespace.as_ref().is_none_or(|it| it == namespace) {
                    wanted.add(Kind::Secret, namespace, &certificate.name, Depth::Whole);
                }
            }
        }
    }
    for pool in cluster.inference_pools.iter() {
        if let Some(picker) = &pool.spec.endpoint_picker_ref {
            wanted.add(Kind::Service, &pool.meta.namespace, &picker.name, Depth::Whole);
        }
    }
    gateways(&mut wanted, cluster);
    platform(&mut wanted, cluster);
    quotas(&mut wanted, cluster);
    wanted
}

/// The Secret of a policy, and the one in which its controller keeps a token: of that, only annotations are read.
fn credential(wanted: &mut Wanted, policy: &BackendSecurityPolicy) {
    let own = &policy.meta.namespace;
    if let Some(source) = policy.spec.secret() {
        wanted.add(Kind::Secret, source.namespace(own), &source.reference.name, Depth::Whole);
    }
    if policy.spec.fetches_token() {
        let token = names::token_secret(&policy.meta.name);
        wanted.add(Kind::Secret, own, &token, Depth::Metadata);
    }
}

/// Certificates of listeners, labels of namespaces, and whether each Envoy has got its configuration. Of these Secrets
/// only the existence is asked for: the first hold private keys, the last all keys of all providers.
fn gateways(wanted: &mut Wanted, cluster: &Cluster) {
    let routes: BTreeSet<(&str, &str)> = (cluster.ai_gateway_routes.iter())
        .flat_map(|route| route.spec.parent_refs.iter().map(move |it| (route, it)))
        .map(|(route, it)| (it.namespace.as_deref().unwrap_or(&route.meta.namespace), it.name.as_str()))
        .collect();
    let mut by_label = false;
    for gateway in cluster.gateways.iter() {
        if !routes.contains(&(gateway.meta.namespace.as_str(), gateway.meta.name.as_str())) {
            continue;
        }
        for listener in &gateway.spec.listeners {
            by_label |= listener.allowed_routes.namespaces.from.as_deref() == Some("Selector");
            for it in listener.certificates() {
                let namespace = it.namespace.as_ref().unwrap_or(&gateway.meta.namespace);
                wanted.add(Kind::Secret, namespace, &it.name, Depth::Metadata);
            }
        }
    }
    if by_label {
        let namespaces = cluster.ai_gateway_routes.iter().map(|it| &it.meta.namespace);
        for namespace in namespaces.chain(cluster.http_routes.iter().map(|it| &it.meta.namespace)) {
            wanted.add(Kind::Namespace, "", namespace, Depth::Whole);
        }
    }
    for pod in cluster.pods.iter() {
        let owner = [names::OWNER_NAMESPACE, names::OWNER_NAME].map(|label| pod.meta.labels.get(label));
        let [Some(namespace), Some(name)] = owner else { continue };
        if routes.contains(&(namespace.as_str(), name.as_str())) {
            for secret in names::filter_configs(namespace, name) {
                wanted.add(Kind::Secret, &pod.meta.namespace, &secret, Depth::Metadata);
            }
        }
    }
}

/// What the controllers' configuration names.
fn platform(wanted: &mut Wanted, cluster: &Cluster) {
    for deployment in cluster.deployments.iter().filter(|it| is_envoy_gateway(it)) {
        wanted.add(Kind::ConfigMap, &deployment.meta.namespace, names::ENVOY_GATEWAY_CONFIG, Depth::Whole);
    }
    wanted.add(Kind::ConfigMap, names::ENVOY_GATEWAY_NAMESPACE, names::ENVOY_GATEWAY_CONFIG, Depth::Whole);
    for deployment in cluster.deployments.iter().filter(|it| runs(it, "ai-gateway-controller")) {
        // the namespace is part of the webhook's name
        let namespace = &deployment.meta.namespace;
        wanted.add(Kind::Service, namespace, &deployment.meta.name, Depth::Whole);
        if cluster.webhooks.iter().any(|it| it.meta.name.ends_with(&format!(".{namespace}"))) {
            wanted.add(Kind::Secret, namespace, names::WEBHOOK_CERTIFICATE, Depth::Whole);
        }
    }
    let configs = cluster.config_maps.iter().filter(|it| it.meta.name == names::ENVOY_GATEWAY_CONFIG);
    let configs = configs.filter_map(|it| it.envoy_gateway.as_ref()?.as_ref().ok());
    for service in configs.filter_map(|it| it.extension_manager.as_ref()?.service.as_ref()) {
        if let Some(host) = service.fqdn.as_ref().map(|it| &it.hostname).or(service.host.as_ref()) {
            wanted.service(host, false);
        }
    }
}

/// The service that QuotaPolicies need.
fn quotas(wanted: &mut Wanted, cluster: &Cluster) {
    if cluster.quota_policies.is_empty() {
        return;
    }
    let containers = cluster.deployments.iter().flat_map(|it| &it.spec.template.spec.containers);
    let flag = |it: &Container| names::flag(&it.args, names::QUOTA_SERVICE_FLAG).map(str::to_owned);
    let set: Option<String> = containers.filter_map(flag).find(|it| !it.is_empty());
    if let Some(name) = names::quota_service(set.as_deref()) {
        wanted.add(Kind::Service, &name.namespace, &name.service, Depth::Whole);
    }
}

/// By its image, else by its name; Envoy's own Deployments carry that image too.
fn is_envoy_gateway(deployment: &Deployment) -> bool {
    !deployment.meta.labels.contains_key(names::OWNER_NAME)
        && (runs(deployment, "gateway") || deployment.meta.name == "envoy-gateway")
}

fn runs(deployment: &Deployment, image: &str) -> bool {
    deployment.spec.template.spec.containers.iter().any(|it| names::of_image(&it.image) == image)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::QuotaPolicy;

    #[test]
    fn an_empty_name_is_not_asked_for() {
        let mut wanted = Wanted::default();
        wanted.add(Kind::Secret, "default", "", Depth::Whole);
        wanted.add(Kind::Secret, "", "key", Depth::Whole);
        assert!(wanted.objects.is_empty());
    }

    #[test]
    fn quotas_want_their_service() {
        let service = Key::new(Kind::Service, "envoy-gateway-system", "envoy-ai-gateway-ratelimit");
        let mut cluster = Cluster::default();
        assert!(!of(&cluster).objects.contains_key(&service));
        cluster.quota_policies.insert(QuotaPolicy::default());
        assert!(of(&cluster).objects.contains_key(&service));
    }

    #[test]
    fn whole_beats_metadata() {
        let mut wanted = Wanted::default();
        for depth in [Depth::Metadata, Depth::Whole, Depth::Metadata] {
            wanted.add(Kind::Secret, "default", "key", depth);
        }
        assert_eq!(wanted.objects.values().copied().collect::<Vec<_>>(), [Depth::Whole]);
    }
}
