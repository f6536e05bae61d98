//! A provider is called at a port where it does not listen.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place,
};
use crate::{
    model::Kind,
    provider::of_host,
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB217`.
pub static RULE: Rule = Rule {
    code: "AIB217",
    name: "provider-port",
    hop: Hop::Endpoint,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy],
    docs: Docs {
        what: "An endpoint of a Backend has the host name of a known provider, TLS is in force, and the port \
              is not 443. Port 80 and plain HTTP have rules of their own.",
        why: "Providers listen on 443. At other ports nobody answers, unless DNS in this network leads that \
              name to a proxy.",
        client: "503 after the connect timeout.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.endpoints}'",
        fix: "Set port 443.",
        before: "fqdn: {hostname: api.openai.com, port: 8443}",
        after: "fqdn: {hostname: api.openai.com, port: 443}",
    },
    refs: &["ai-gateway@v1.1.0 site/docs/capabilities/llm-integrations/supported-providers.md"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found() else { return };
    if trace.tls.encrypted != Some(true) {
        return;
    }
    for address in
        trace.endpoint.addresses.iter().filter(|it| it.is_public() && ![443, 80, 0].contains(&it.port))
    {
        let Some(provider) = address.name().and_then(of_host) else { continue };
        let path = place::port(address);
        out.push(
            Draft::at(
                backend.clone(),
                path.clone(),
                format!("{backend} calls {} at port {}, and it listens on 443", provider.name, address.port),
            )
            .effect("503: nobody answers at that port")
            .fix(Fix::review("set port 443").set(&backend, &path, 443)),
        );
    }
}
