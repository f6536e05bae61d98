//! A Service behind which nobody is ready.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place,
};
use crate::{
    model::Kind,
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB209`.
pub static RULE: Rule = Rule {
    code: "AIB209",
    name: "no-ready-endpoint",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::Service, Kind::EndpointSlice],
    docs: Docs {
        what: "An endpoint of a Backend has the name of a Service that has no ready address.",
        why: "Its pods are not there, do not pass their readiness probes, or the selector does not match \
              them. Envoy Gateway looks at a Backend's host name only, so that no status says anything.",
        client: "503: connection refused at the ClusterIP, or a name without addresses where the Service is \
              headless.",
        confirm: "kubectl -n SERVICE_NAMESPACE get endpointslices -l kubernetes.io/service-name=NAME\n\
              kubectl -n SERVICE_NAMESPACE get pods --show-labels",
        fix: "Start the server, mend its readiness probe, or correct the selector.",
        before: "kind: Service\n\
              spec:\n  \
              selector: {app: vlm}",
        after: "kind: Service\n\
              spec:\n  \
              selector: {app: vllm}",
    },
    refs: &["live"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found() else { return };
    for address in &trace.endpoint.addresses {
        let Some((service, found)) = place::found(trace, address) else { continue };
        if service.ready != Some(0) {
            continue;
        }
        let selector = found.spec.selector.as_ref().filter(|it| !it.is_empty());
        let seen = match (service.not_ready, selector) {
            (0, None) => "it has no selector, and nobody wrote an EndpointSlice for it".to_owned(),
            (0, Some(_)) => "no pod matches its selector".to_owned(),
            (count, _) => format!("{count} not ready"),
        };
        let path = if selector.is_some() { "/spec/selector" } else { "" };
        let namespace = &service.key.namespace;
        let labels =
            selector.map(|it| it.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>());
        let mut fix = Fix::manual("bring a pod behind the Service to readiness");
        if let Some(labels) = labels {
            fix = fix.command(format!("kubectl -n {namespace} get pods -l {}", labels.join(",")));
        }
        out.push(
            Draft::at(service.key.clone(), path, format!("{} has no ready endpoint", service.key))
                .effect("503: no address takes connections")
                .evidence(seen)
                .because(backend.clone(), place::host(address), "leads there")
                .fix(fix),
        );
    }
}
