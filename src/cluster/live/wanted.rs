//! What the lists refer to and do not hold: Secrets, ConfigMaps, Services, EndpointSlices, Namespaces.

use std::collections::{BTreeMap, BTreeSet};

use super::lists::{ENVOY_GATEWAY, ENVOY_GATEWAY_CONFIG};
use crate::{
    cluster::Cluster,
    model::{
        BackendSecurityPolicy, Deployment, InCluster, Key, KeySource, Kind, ObjectReference, PolicyType,
        SecretReference, filter_config_names,
    },
};

/// Labels of Envoy's pods: the Gateway that they belong to.
const OWNER: [&str; 2] =
    ["gateway.envoyproxy.io/owning-gateway-namespace", "gateway.envoyproxy.io/owning-gateway-name"];

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
}

impl Wanted {
    fn add(&mut self, kind: Kind, namespace: &str, name: &str, depth: Depth) {
        // an empty name is a finding of its own, and would turn a get into a list
        if !name.is_empty() && (!namespace.is_empty() || !kind.is_namespaced()) {
            let entry = self.objects.entry(Key::new(kind, namespace, name)).or_insert(depth);
            *entry = depth.max(*entry);
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

    /// CA references are local to the object that has them, whatever they say.
    fn cas(&mut self, namespace: &str, refs: &[ObjectReference]) {
        for reference in refs {
            match reference.kind.as_deref().unwrap_or("ConfigMap") {
                "ConfigMap" => self.add(Kind::ConfigMap, namespace, &reference.name, Depth::Whole),
                "Secret" => self.add(Kind::Secret, namespace, &reference.name, Depth::Whole),
                _ => {}
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
    gateways(&mut wanted, cluster);
    platform(&mut wanted, cluster);
    wanted
}

/// The Secret of a policy, where its controller reads it, and the one that its controller makes of it
/// (ai-gateway@v1.1.0 internal/controller/gateway.go, backend_security_policy.go, rotators/common.go).
fn credential(wanted: &mut Wanted, policy: &BackendSecurityPolicy) {
    let (spec, own) = (&policy.spec, &policy.meta.namespace);
    let keyed = |it: Option<&KeySource>| it.map(|it| it.secret_ref.clone());
    // the data plane's types are read in the policy's namespace whatever the reference says
    let here = |it: Option<SecretReference>| it.map(|it| SecretReference { namespace: None, ..it });
    let secret = match &spec.type_ {
        PolicyType::APIKey => here(keyed(spec.api_key.as_ref())),
        PolicyType::AzureAPIKey => here(keyed(spec.azure_api_key.as_ref())),
        PolicyType::AnthropicAPIKey => here(keyed(spec.anthropic_api_key.as_ref())),
        PolicyType::AWSCredentials => {
            let file = spec.aws_credentials.as_ref().and_then(|it| it.credentials_file.as_ref());
            here(file.map(|it| it.secret_ref.clone()))
        }
        PolicyType::AzureCredentials => {
            spec.azure_credentials.as_ref().and_then(|it| it.client_secret_ref.clone())
        }
        PolicyType::GCPCredentials => {
            keyed(spec.gcp_credentials.as_ref().and_then(|it| it.credentials_file.as_ref()))
        }
        PolicyType::Newer(_) => None,
    };
    let oidc = spec.oidc().map(|(oidc, _)| &oidc.client_secret);
    for reference in secret.iter().chain(oidc) {
        let namespace = reference.namespace.as_ref().unwrap_or(own);
        wanted.add(Kind::Secret, namespace, &reference.name, Depth::Whole);
    }
    if spec.fetches_token() {
        wanted.add(Kind::Secret, own, &format!("ai-eg-bsp-{}", policy.meta.name), Depth::Whole);
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
            let certificates = listener.tls.iter().flat_map(|it| &it.certificate_refs);
            for it in certificates
                .filter(|it| it.group().is_empty() && it.kind.as_deref().unwrap_or("Secret") == "Secret")
            {
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
        let [Some(namespace), Some(name)] = OWNER.map(|label| pod.meta.labels.get(label)) else { continue };
        if routes.contains(&(namespace.as_str(), name.as_str())) {
            for secret in filter_config_names(namespace, name) {
                wanted.add(Kind::Secret, &pod.meta.namespace, &secret, Depth::Metadata);
            }
        }
    }
}

/// What the controllers' configuration names.
fn platform(wanted: &mut Wanted, cluster: &Cluster) {
    for deployment in cluster.deployments.iter().filter(|it| is_envoy_gateway(it)) {
        wanted.add(Kind::ConfigMap, &deployment.meta.namespace, ENVOY_GATEWAY_CONFIG, Depth::Whole);
    }
    wanted.add(Kind::ConfigMap, ENVOY_GATEWAY, ENVOY_GATEWAY_CONFIG, Depth::Whole);
    let configs = cluster.config_maps.iter().filter(|it| it.meta.name == ENVOY_GATEWAY_CONFIG);
    let configs = configs.filter_map(|it| it.envoy_gateway.as_ref()?.as_ref().ok());
    for service in configs.filter_map(|it| it.extension_manager.as_ref()?.service.as_ref()) {
        if let Some(host) = service.fqdn.as_ref().map(|it| &it.hostname).or(service.host.as_ref()) {
            wanted.service(host, false);
        }
    }
}

/// By its image, else by its name; Envoy's own Deployments carry that image too.
fn is_envoy_gateway(deployment: &Deployment) -> bool {
    let image = |image: &str| {
        let last = image.split('@').next().and_then(|it| it.rsplit('/').next()).unwrap_or_default();
        last.split(':').next() == Some("gateway")
    };
    let runs = deployment.spec.template.spec.containers.iter().any(|it| image(&it.image));
    !deployment.meta.labels.contains_key(OWNER[1]) && (runs || deployment.meta.name == "envoy-gateway")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_name_is_not_asked_for() {
        let mut wanted = Wanted::default();
        wanted.add(Kind::Secret, "default", "", Depth::Whole);
        wanted.add(Kind::Secret, "", "key", Depth::Whole);
        assert!(wanted.objects.is_empty());
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
