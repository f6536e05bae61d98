//! The port of a headless Service, where that of its pods counts.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place,
};
use crate::{
    model::{Kind, Service},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB234`.
pub static RULE: Rule = Rule {
    code: "AIB234",
    name: "headless-service-port",
    hop: Hop::Endpoint,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::Service],
    docs: Docs {
        what: "An endpoint of a Backend has the name of a headless Service and a port of that Service which \
              leads to another port of its pods, and no EndpointSlice says on which ports they listen.",
        why: "DNS answers the name of a headless Service with the addresses of its pods. Nothing stands in \
              between that would turn its port into targetPort: Envoy dials the pods on the port as it is \
              written.",
        client: "503 after the connection is refused, unless the pods listen there too.",
        confirm: "kubectl -n SERVICE_NAMESPACE get service NAME -o jsonpath='{.spec.clusterIP} {.spec.ports}'\n\
              kubectl -n SERVICE_NAMESPACE get endpointslices -l kubernetes.io/service-name=NAME",
        fix: "Use the port of the pods.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: vllm.models.svc.cluster.local, port: 80}\n\
              ---\n\
              kind: Service\n\
              spec:\n  \
              clusterIP: None\n  \
              ports:\n  \
              - {port: 80, targetPort: 8080}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: vllm.models.svc.cluster.local, port: 8080}\n\
              ---\n\
              kind: Service\n\
              spec:\n  \
              clusterIP: None\n  \
              ports:\n  \
              - {port: 80, targetPort: 8080}",
    },
    refs: &["kubernetes documentation, headless Services"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found() else { return };
    for address in &trace.endpoint.addresses {
        let Some((service, found)) = place::found(trace, address) else { continue };
        // what EndpointSlices say is certain: service-port-missing
        let proven = service.complete && !service.pod_ports.is_empty();
        if !service.is_headless() || proven || service.pod_ports.contains(&address.port) {
            continue;
        }
        let Some(target) = target(found, address.port) else { continue };
        out.push(
            Draft::at(
                backend.clone(),
                place::port(address),
                format!(
                    "{backend} has port {}, and pods of headless {} have {target} for it",
                    address.port, service.key
                ),
            )
            .effect("503, as Envoy dials the pods themselves, which may not listen on that port")
            .because(service.key.clone(), "/spec/ports", format!("{} leads to {target}", address.port))
            .fix(Fix::review(format!("set port {target}")).set(
                &backend,
                &place::port(address),
                target,
            )),
        );
    }
}

/// The port of the pods that a port of a Service leads to, if that is another number and not one that is meant as it is.
fn target(service: &Service, port: u16) -> Option<u16> {
    let number = |it: &Option<IntOrString>| match it {
        Some(IntOrString::Int(number)) => u16::try_from(*number).ok().filter(|it| *it != 0),
        Some(IntOrString::String(_)) | None => None,
    };
    let ports = || service.spec.ports.iter().flatten();
    let same = |it: &k8s_openapi::api::core::v1::ServicePort| it.port == i32::from(port);
    // by name or without one, it may be that very number
    let is_open = ports().any(|it| number(&it.target_port).map_or(same(it), |number| number == port));
    ports().find(|it| same(it)).filter(|_| !is_open).and_then(|it| number(&it.target_port))
}
