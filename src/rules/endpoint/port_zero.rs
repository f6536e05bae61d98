//! Port 0.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place,
};
use crate::{
    model::Kind,
    trace::{Hop, Host, Trace},
};

/// See `kubectl aigw-backend explain AIB206`.
pub static RULE: Rule = Rule {
    code: "AIB206",
    name: "port-zero",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::Backend],
    docs: Docs {
        what: "An endpoint of a Backend has port 0.",
        why: "The API server takes 0, and all statuses stay green. But Envoy Gateway finds its own output \
              invalid and sends nothing to Envoy any more, for the whole Gateway: new routes, new backends \
              and repairs of others do not arrive until the port is corrected or no route leads here.",
        client: "404 for all routes that Envoy does not have yet; the others keep their old configuration. An \
              Envoy that starts anew has none.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.endpoints}'\n\
              kubectl -n envoy-gateway-system logs deploy/envoy-gateway | grep 'field Port specified is invalid'",
        fix: "Write the port of the server.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: vllm.models.svc.cluster.local, port: 0}",
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
        if address.port != 0 || matches!(address.host, Host::Unix(_)) {
            continue;
        }
        let gateways = trace.route.routes().flat_map(|it| &it.parents).map(|it| &it.key);
        let mut hit: Vec<(String, String)> = gateways.flat_map(|it| trace.world.backends_on(it)).collect();
        hit.push(trace.id());
        let path = place::port(address);
        let freeze = "Envoy gets no more configuration for the whole Gateway";
        let effect = if trace.route.uses.is_empty() {
            format!("as soon as a route leads here, {freeze}")
        } else {
            format!("{freeze}: 404 for new routes, old keys for the others")
        };
        let mut draft = Draft::at(backend.clone(), path.clone(), format!("{backend} has port 0"))
            .effect(effect)
            .hits(hit);
        let ports =
            place::found(trace, address).map(|(_, service)| place::ports(service)).unwrap_or_default();
        draft = match ports.as_slice() {
            [only] => {
                draft.fix(Fix::safe(format!("set port {only} of the Service")).set(&backend, &path, *only))
            }
            _ => draft.fix(Fix::manual("set the port on which the server listens")),
        };
        out.push(draft);
    }
}
