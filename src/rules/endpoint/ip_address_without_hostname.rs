//! An IP address without a host name.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place, provider_address_without_hostname as named,
};
use crate::{
    model::Kind,
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB212`.
pub static RULE: Rule = Rule {
    code: "AIB212",
    name: "ip-address-without-hostname",
    hop: Hop::Endpoint,
    severity: Severity::Info,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy],
    docs: Docs {
        what: "An endpoint of a Backend is an IP address and has no `hostname`.",
        why: "AI Gateway rewrites the Host header to the name of the endpoint. An address has none, so \
              that the header of the client, the gateway's own name, goes upstream. A model server on a \
              machine of yours does not care; a provider, or a proxy that serves several names, does.",
        client: "Mostly nothing; 404 or 421 from a server that looks at the Host header.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.endpoints}'",
        fix: "Set `hostname` to the name that the server expects.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - ip: {address: 10.1.2.3, port: 8000}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - ip: {address: 10.1.2.3, port: 8000}\n    \
              hostname: gpu.example.com",
    },
    refs: &["live"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found().filter(|_| trace.tls.complete) else { return };
    // one is enough to make the point; a provider looks at the name: provider-address-without-hostname
    let mut nameless = trace.endpoint.addresses.iter().filter(|it| named::is_nameless(it));
    let Some(address) = nameless.next().filter(|_| named::name(trace).is_none()) else { return };
    out.push(
        Draft::at(
            backend.clone(),
            place::endpoint(address),
            format!("{backend} has an IP address and no host name"),
        )
        .effect("the client's Host header goes upstream; only servers that look at it mind")
        .fix(Fix::manual(
            "set `hostname` beside `ip` to the name that the server expects, if it expects one",
        )),
    );
}
