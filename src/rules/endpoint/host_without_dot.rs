//! A host name of one label.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place,
};
use crate::{
    model::{Key, Kind},
    trace::{Address, Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB202`.
pub static RULE: Rule = Rule {
    code: "AIB202",
    name: "host-without-dot",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::Backend],
    docs: Docs {
        what: "An endpoint of a Backend has a host name without a dot, such as `vllm` or `localhost`.",
        why: "Envoy Gateway wants at least two labels and refuses the Backend otherwise, with a condition \
              of type Invalid. `localhost` would be the Envoy pod itself, and not the machine that the \
              server runs on.",
        client: "500 with an empty body for the requests that would go to this backend.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.status.conditions}'\n\
              kubectl -n NAMESPACE get httproute ROUTE -o jsonpath='{.status.parents[*].conditions}'",
        fix: "Write the Service's full name.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: vllm, port: 8000}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: vllm.models.svc.cluster.local, port: 8000}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backend.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found().filter(|_| !place::is_standalone(trace)) else { return };
    for address in &trace.endpoint.addresses {
        let Some(name) = address.name().filter(|it| !it.trim_end_matches('.').contains('.')) else {
            continue;
        };
        let draft = Draft::at(
            backend.clone(),
            place::host(address),
            format!("{backend} has host name `{name}`, and Envoy Gateway wants at least two labels"),
        )
        .effect("500 with an empty body: Envoy Gateway refuses the Backend");
        out.push(draft.fix(fix(trace, &backend, address, name)));
    }
}

fn fix(trace: &Trace<'_>, backend: &Key, address: &Address<'_>, name: &str) -> Fix {
    let domain = trace.world.domains.usual();
    let services = &trace.world.cluster.services;
    let beside = services.get(&backend.namespace, name).found();
    let elsewhere = services.iter().find(|it| it.meta.name == name);
    let Some(service) = beside.or(elsewhere) else {
        return Fix::manual("write the full name, `SERVICE.NAMESPACE.svc.cluster.local` for a Service");
    };
    let full = format!("{name}.{}.svc.{domain}", service.meta.namespace);
    let title = format!("write `{full}`");
    let is_plain = beside.is_some() && place::ports(service).contains(&address.port);
    let fix = if is_plain { Fix::safe(title) } else { Fix::review(title) };
    fix.set(backend, &place::host(address), full)
}
