//! A port that the Service does not have.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place,
};
use crate::{
    model::{Key, Kind},
    trace::{Address, Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB208`.
pub static RULE: Rule = Rule {
    code: "AIB208",
    name: "service-port-missing",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::Service],
    docs: Docs {
        what: "An endpoint of a Backend has the name of a Service and a port that this Service does not \
              have.",
        why: "A name of a Service leads to its ClusterIP, which answers on the Service's ports alone, not \
              on the ports of the containers (targetPort). The name of a headless Service leads to the \
              pods themselves: there the ports of the containers count.",
        client: "503 after the connection is refused or times out.",
        confirm: "kubectl -n SERVICE_NAMESPACE get service NAME -o jsonpath='{.spec.ports}'\n\
              kubectl -n SERVICE_NAMESPACE get endpointslices -l kubernetes.io/service-name=NAME",
        fix: "Use a port of the Service, or of its pods where it is headless.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: vllm.models.svc.cluster.local, port: 8080}\n\
              ---\n\
              kind: Service\n\
              spec:\n  \
              ports:\n  \
              - {port: 80, targetPort: 8080}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: vllm.models.svc.cluster.local, port: 80}\n\
              ---\n\
              kind: Service\n\
              spec:\n  \
              ports:\n  \
              - {port: 80, targetPort: 8080}",
    },
    refs: &["live"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found() else { return };
    for address in &trace.endpoint.addresses {
        // port 0 does more harm: port-zero
        let Some((service, found)) = place::found(trace, address).filter(|_| address.port != 0) else {
            continue;
        };
        let headless = service.is_headless();
        if headless && !service.complete {
            continue;
        }
        let open = if headless { service.pod_ports.clone() } else { place::ports(found) };
        let other = place::other_protocol(found, address.port).filter(|_| !headless);
        if open.contains(&address.port) || open.is_empty() && other.is_none() {
            continue;
        }
        if let Some(protocol) = other {
            out.push(
                Draft::at(
                    backend.clone(),
                    place::port(address),
                    format!(
                        "{backend} has port {}, which {} has for {protocol} alone",
                        address.port, service.key
                    ),
                )
                .effect("503: Envoy connects over TCP, and nothing answers it on that port")
                .because(service.key.clone(), "/spec/ports", format!("has {}/{protocol}", address.port))
                .fix(Fix::manual("give the Service that port over TCP, or use a port that it has over TCP")),
            );
            continue;
        }
        let whose = if headless {
            format!("pods of headless {} do", service.key)
        } else {
            format!("{} does", service.key)
        };
        let mut draft = Draft::at(
            backend.clone(),
            place::port(address),
            format!("{backend} has port {}, which {whose} not have", address.port),
        )
        .effect("503: nothing answers on that port")
        .because(service.key.clone(), "/spec/ports", format!("has {}", place::list(&open)));
        if !headless && service.pod_ports.contains(&address.port) {
            draft = draft.evidence(format!("{} is the port of its pods", address.port));
        }
        out.push(fixes(&open, address, &backend).into_iter().fold(draft, Draft::fix));
    }
}

/// The one port there is, or each of them for a person to choose.
fn fixes(open: &[u16], address: &Address<'_>, backend: &Key) -> Vec<Fix> {
    // with a port of TLS comes more than the number
    let simple = open.len() == 1 && !open.iter().chain([&address.port]).any(|it| matches!(it, 443 | 8443));
    let fix = |port: &u16| {
        let title = format!("set port {port}");
        let fix = if simple { Fix::safe(title) } else { Fix::review(title) };
        fix.set(backend, &place::port(address), *port)
    };
    open.iter().take(3).map(fix).collect()
}
