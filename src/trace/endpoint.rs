//! Endpoint: where Envoy connects to, and whether something in the cluster answers there.

use k8s_openapi::api::core::v1::ServicePort;

use super::{Gaps, Host, InCluster, Reference};
use crate::{
    cluster::{Cluster, Lookup},
    model::{BackendEndpoint, Key, Kind, Service},
};

/// The addresses of a backend.
#[derive(Debug, Clone)]
pub struct Endpoint<'a> {
    /// One per entry of `Backend.spec.endpoints`.
    pub addresses: Vec<Address<'a>>,
    /// What could not be looked at.
    pub gaps: Gaps,
}

/// One address of a Backend.
#[derive(Debug, Clone)]
pub struct Address<'a> {
    /// Index in `spec.endpoints`.
    pub index: usize,
    /// Where it points.
    pub host: Host,
    /// Port; 0 for Unix sockets.
    pub port: u16,
    /// `endpoints[].hostname`: the Host header of an IP endpoint.
    pub hostname: Option<&'a str>,
    /// The Service that the name means, for names in the cluster.
    pub service: Option<ServiceTrace<'a>>,
}

/// A Service behind an in-cluster name.
#[derive(Debug, Clone)]
pub struct ServiceTrace<'a> {
    /// How the name reads.
    pub name: InCluster,
    /// The Service's identity.
    pub key: Key,
    /// The Service.
    pub service: Lookup<'a, Service>,
    /// Addresses that take traffic; `None` when the EndpointSlices could not be read.
    pub ready: Option<usize>,
    /// Addresses that do not take traffic.
    pub not_ready: usize,
    /// Ports on which its pods listen, from the EndpointSlices.
    pub pod_ports: Vec<u16>,
    /// Whether all of its EndpointSlices are known.
    pub complete: bool,
}

impl<'a> Endpoint<'a> {
    pub(super) fn trace(cluster: &'a Cluster, reference: &Reference<'a>) -> Self {
        // what is behind a Backend that could not be read is unknown as well
        let mut gaps = reference.gaps.clone();
        let endpoints = reference.backend.found().map_or(&[][..], |backend| &backend.spec.endpoints);
        let addresses = endpoints
            .iter()
            .enumerate()
            .filter_map(|(index, endpoint)| address(cluster, &mut gaps, index, endpoint))
            .collect();
        Endpoint { addresses, gaps }
    }

    /// The first DNS name, which stands for the backend in tables.
    pub fn host(&self) -> Option<&str> {
        self.addresses.iter().find_map(Address::name)
    }

    /// `host:port` of the first address, and how many more there are.
    pub fn summary(&self) -> Option<String> {
        let first = self.addresses.first()?;
        let more = self.addresses.len() - 1;
        Some(if more == 0 { first.to_string() } else { format!("{first} +{more}") })
    }
}

impl<'a> Address<'a> {
    /// The DNS name, if it is one.
    pub fn name(&self) -> Option<&str> {
        match &self.host {
            Host::Name(name) => Some(name),
            Host::Ip(_) | Host::NotAnIp(_) | Host::Unix(_) => None,
        }
    }

    /// Whether the name can be resolved outside of a private network, as far as a name tells.
    pub fn is_public(&self) -> bool {
        self.service.is_none() && self.name().is_some_and(super::host::is_public)
    }

    /// Whether Envoy Gateway refuses a Backend with such an address (gateway@v1.8.1 internal/gatewayapi/backend.go).
    pub fn is_refused(&self) -> bool {
        match &self.host {
            Host::Name(name) => {
                name.parse::<std::net::IpAddr>().is_ok() || !name.trim_end_matches('.').contains('.')
            }
            Host::Ip(ip) => ip.to_canonical().is_loopback(),
            Host::NotAnIp(_) | Host::Unix(_) => true,
        }
    }

    /// The Service that was found behind the name.
    pub fn found_service(&self) -> Option<(&ServiceTrace<'a>, &'a Service)> {
        let service = self.service.as_ref()?;
        Some((service, service.service.found()?))
    }
}

impl std::fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.host {
            Host::Unix(_) => self.host.fmt(f),
            Host::Name(_) | Host::Ip(_) | Host::NotAnIp(_) => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

impl ServiceTrace<'_> {
    /// The Service's port of that number; a headless Service has the ports of its pods instead.
    pub fn port(&self, number: u16) -> Option<&ServicePort> {
        let ports = self.service.found()?.spec.ports.as_deref().unwrap_or_default();
        ports.iter().find(|port| port.port == i32::from(number))
    }

    /// Whether DNS answers with the pods' own addresses, so that the Service's ports do not apply.
    pub fn is_headless(&self) -> bool {
        self.service.found().is_some_and(|service| service.spec.cluster_ip.as_deref() == Some("None"))
    }

    /// Whether DNS answers with another name, so that it has no endpoints of its own.
    pub fn is_external_name(&self) -> bool {
        self.service.found().is_some_and(|service| service.spec.type_.as_deref() == Some("ExternalName"))
    }
}

fn address<'a>(
    cluster: &'a Cluster,
    gaps: &mut Gaps,
    index: usize,
    endpoint: &'a BackendEndpoint,
) -> Option<Address<'a>> {
    let hostname = endpoint.hostname.as_deref();
    let (host, port) = if let Some(fqdn) = &endpoint.fqdn {
        (Host::Name(fqdn.hostname.clone()), fqdn.port)
    } else if let Some(ip) = &endpoint.ip {
        (ip.address.parse().map_or_else(|_| Host::NotAnIp(ip.address.clone()), Host::Ip), ip.port)
    } else {
        (Host::Unix(endpoint.unix.as_ref()?.path.clone()), 0)
    };
    let service = match &host {
        Host::Name(name) if name.parse::<std::net::IpAddr>().is_err() => service(cluster, gaps, name, port),
        Host::Name(_) | Host::Ip(_) | Host::NotAnIp(_) | Host::Unix(_) => None,
    };
    Some(Address { index, host, port, hostname, service })
}

fn service<'a>(cluster: &'a Cluster, gaps: &mut Gaps, host: &str, port: u16) -> Option<ServiceTrace<'a>> {
    let name = InCluster::of(host)?;
    let key = Key::new(Kind::Service, &name.namespace, &name.service);
    let lookup = cluster.services.get(&name.namespace, &name.service);
    // `a.b` may as well be a public name, unless there is such a Service, or such a namespace and a port that no public
    // server has; `ai`, `dev` and the like are top-level domains as well
    let namespace = || cluster.namespaces.get("", &name.namespace).found();
    let likely = || {
        let top_level =
            name.namespace.len() <= 5 && name.namespace.chars().all(|it| it.is_ascii_alphabetic());
        lookup.is_absent() && !top_level && ![80, 443].contains(&port) && namespace().is_some()
    };
    if !name.certain && lookup.found().is_none() && !likely() {
        return None;
    }
    let service = gaps.seen(&key, lookup);
    let slices = cluster.endpoint_slices.in_namespace(&name.namespace);
    let mine: Vec<_> =
        slices.items.into_iter().filter(|slice| slice.service() == Some(&name.service)).collect();
    let ready = mine.iter().flat_map(|slice| &slice.endpoints).filter(|endpoint| endpoint.is_ready()).count();
    let not_ready = mine.iter().map(|slice| slice.endpoints.len()).sum::<usize>() - ready;
    let mut pod_ports: Vec<u16> =
        mine.iter().flat_map(|slice| &slice.ports).filter_map(|port| port.port).collect();
    pod_ports.sort_unstable();
    pod_ports.dedup();
    if service.found().is_some() && ready == 0 {
        gaps.listed(Kind::EndpointSlice, &name.namespace, slices.gap.as_ref());
    }
    let complete = slices.gap.is_none();
    let ready = if ready == 0 && !complete { None } else { Some(ready) };
    Some(ServiceTrace { name, key, service, ready, not_ready, pod_ports, complete })
}
