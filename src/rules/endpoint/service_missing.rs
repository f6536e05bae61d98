//! A name of a Service that does not exist.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, near::nearest},
    place,
};
use crate::{
    model::{Kind, Resource as _, Service},
    trace::{Hop, ServiceTrace, Trace},
};

/// See `kubectl aigw-backend explain AIB207`.
pub static RULE: Rule = Rule {
    code: "AIB207",
    name: "service-missing",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::Service],
    docs: Docs {
        what: "An endpoint of a Backend has the cluster DNS name of a Service that does not exist. A name of \
              two labels counts where the second is a namespace and the port is neither 80 nor 443.",
        why: "Nothing checks host names against Services: all statuses are green, and Envoy's DNS lookup \
              just finds nothing. Names with another domain than the cluster's own are left alone, since \
              they may belong to another cluster.",
        client: "503 (no healthy upstream).",
        confirm: "kubectl -n SERVICE_NAMESPACE get service NAME\n\
              kubectl get services -A | grep NAME",
        fix: "Correct the name or the namespace in the host name, or create the Service.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: vllm.model.svc.cluster.local, port: 8000}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: vllm.models.svc.cluster.local, port: 8000}",
    },
    refs: &["live"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found() else { return };
    for address in &trace.endpoint.addresses {
        // under another domain, or one with a typo, there may be no such Service and no fault: cluster-domain-typo
        let Some(service) = place::service(trace, address).filter(|it| it.service.is_absent()) else {
            continue;
        };
        let path = place::host(address);
        let mut draft = Draft::missing(
            service.key.clone(),
            format!("{} does not exist, and {backend} leads there", service.key),
        )
        .effect("503: the name does not resolve, so Envoy has no address to connect to")
        .because(backend.clone(), path.clone(), "has its name");
        for other in candidates(trace, service, address.port) {
            let key = other.key();
            draft = draft.because(key.clone(), "", "exists");
            let old = format!("{}.{}", service.key.name, service.key.namespace);
            let new = format!("{}.{}", key.name, key.namespace);
            let host = address.name().unwrap_or_default().replacen(&old, &new, 1);
            draft = draft.fix(Fix::review(format!("lead to {key}")).set(&backend, &path, host));
        }
        out.push(draft.fix(Fix::manual(format!("create {}", service.key))));
    }
}

/// Services that were probably meant: of the same name elsewhere, or of a name close to it, with that port.
fn candidates<'a>(trace: &Trace<'a>, missing: &ServiceTrace<'_>, port: u16) -> Vec<&'a Service> {
    let services = &trace.world.cluster.services;
    let has_port = |it: &&Service| place::ports(it).contains(&port);
    let elsewhere: Vec<&Service> =
        services.iter().filter(|it| it.meta.name == missing.key.name).filter(has_port).take(3).collect();
    if !elsewhere.is_empty() {
        return elsewhere;
    }
    let beside = services.in_namespace(&missing.key.namespace).items;
    let near = nearest(&missing.key.name, beside.iter().map(|it| it.meta.name.as_str()));
    beside.into_iter().filter(|it| Some(it.meta.name.as_str()) == near).filter(has_port).collect()
}
