//! Places in a Backend, and the Service behind an address.

use crate::{
    model::Service,
    trace::{Address, Host, ServiceTrace, Trace},
};

/// JSON pointer to an endpoint.
pub(super) fn endpoint(address: &Address<'_>) -> String {
    format!("/spec/endpoints/{}", address.index)
}

/// JSON pointer to the host of an endpoint.
pub(super) fn host(address: &Address<'_>) -> String {
    let field = match address.host {
        Host::Name(_) => "fqdn/hostname",
        Host::Ip(_) | Host::NotAnIp(_) => "ip/address",
        Host::Unix(_) => "unix/path",
    };
    format!("{}/{field}", endpoint(address))
}

/// JSON pointer to the port of an endpoint.
pub(super) fn port(address: &Address<'_>) -> String {
    let field = if matches!(address.host, Host::Name(_)) { "fqdn/port" } else { "ip/port" };
    format!("{}/{field}", endpoint(address))
}

/// The Service that the name means in this cluster: not in another cluster, nor under a domain with a typo.
pub(super) fn service<'t, 'a>(trace: &Trace<'a>, address: &'t Address<'a>) -> Option<&'t ServiceTrace<'a>> {
    address.service.as_ref().filter(|it| trace.world.domains.is_local(&it.name.domain))
}

/// The same, where the Service was found and has endpoints of its own.
pub(super) fn found<'t, 'a>(
    trace: &Trace<'a>,
    address: &'t Address<'a>,
) -> Option<(&'t ServiceTrace<'a>, &'a Service)> {
    let service = service(trace, address).filter(|it| !it.is_external_name())?;
    Some((service, service.service.found()?))
}

/// TCP ports of a Service.
pub(super) fn ports(service: &Service) -> Vec<u16> {
    let ports = service.spec.ports.iter().flatten();
    ports
        .filter(|it| it.protocol.as_deref().is_none_or(|protocol| protocol == "TCP"))
        .filter_map(|it| u16::try_from(it.port).ok())
        .collect()
}

/// The protocol of a port that a Service does not have over TCP.
pub(super) fn other_protocol(service: &Service, port: u16) -> Option<&str> {
    if ports(service).contains(&port) {
        return None;
    }
    let mut ports = service.spec.ports.iter().flatten();
    ports.find(|it| it.port == i32::from(port))?.protocol.as_deref()
}

/// Names of things in a sentence: "8000, 9000".
pub(super) fn list(numbers: &[u16]) -> String {
    numbers.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}

/// Whether the files are for `aigw run`, which starts Envoy on its own host: there localhost is the right name. Such
/// files never meet a cluster, so that nothing of them goes unread.
pub(super) fn is_standalone(trace: &Trace<'_>) -> bool {
    trace.route.routes().flat_map(|it| &it.parents).any(|it| it.key.name == "aigw-run")
}
