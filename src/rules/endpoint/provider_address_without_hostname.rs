//! An IP address that leads to a provider, without the provider's name.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place,
};
use crate::{
    model::Kind,
    provider,
    trace::{Address, Hop, Host, Trace},
};

/// See `kubectl aigw-backend explain AIB233`.
pub static RULE: Rule = Rule {
    code: "AIB233",
    name: "provider-address-without-hostname",
    hop: Hop::Endpoint,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy],
    docs: Docs {
        what: "An endpoint of a Backend is an IP address without `hostname`, and its TLS settings expect the \
              certificate of a provider: a private endpoint, as a rule.",
        why: "AI Gateway rewrites the Host header to the name of the endpoint. An address has none, so that \
              the gateway's own name goes upstream. A provider serves many names at one address, and tells \
              them apart by the Host header.",
        client: "400, 404 or 421 from the provider.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.endpoints}'",
        fix: "Set `hostname` beside `ip` to the name in the certificate, or use the name as `fqdn`, where DNS \
              gives the private address.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - ip: {address: 10.1.2.3, port: 443}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - ip: {address: 10.1.2.3, port: 443}\n    \
              hostname: mycompany.openai.azure.com",
    },
    refs: &["live", "envoyproxy/gateway issue 6280"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found() else { return };
    let Some(name) = name(trace) else { return };
    for address in trace.endpoint.addresses.iter().filter(|it| is_nameless(it)) {
        let at = place::endpoint(address);
        out.push(
            Draft::at(
                backend.clone(),
                at.clone(),
                format!("{backend} calls {address} for `{name}`, and has no host name for it"),
            )
            .effect("the client's Host header goes upstream, which the provider may answer with 404 or 421")
            .fix(Fix::review(format!("set hostname `{name}`")).set(
                &backend,
                &format!("{at}/hostname"),
                name,
            )),
        );
    }
}

/// Whether an address has no name to rewrite the Host header to; a loopback address has worse to fear.
pub(super) fn is_nameless(address: &Address<'_>) -> bool {
    address.hostname.is_none() && matches!(address.host, Host::Ip(ip) if !ip.to_canonical().is_loopback())
}

/// The provider's name that the certificate must have.
pub(super) fn name<'a>(trace: &Trace<'a>) -> Option<&'a str> {
    let name = trace.tls.policy?.spec.validation.hostname.as_str();
    provider::of_host(name).map(|_| name)
}
