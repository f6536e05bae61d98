//! What a backendRef should say instead of naming a Service or another kind.

use serde_json::json;

use super::super::Fix;
use crate::{
    model::{Key, Kind, Resource as _},
    trace::{Target, Trace},
};

/// Refers to a Backend: one of that name that is there, or a new one that leads to the Service.
pub(super) fn fix(trace: &Trace<'_>) -> Fix {
    let owner = trace.backend.key();
    let reference = &trace.backend.spec.backend_ref;
    let wanted = &trace.reference.key;
    let mut to = json!({"group": "gateway.envoyproxy.io", "kind": "Backend", "name": reference.name});
    if let (Some(namespace), Some(fields)) = (&reference.namespace, to.as_object_mut()) {
        fields.insert("namespace".into(), namespace.clone().into());
    }
    let there = trace.world.cluster.backends.get(&wanted.namespace, &wanted.name);
    if there.found().is_some() {
        return Fix::review(format!("refer to {wanted}")).set(&owner, "/spec/backendRef", to);
    }
    match (reference.port, &trace.reference.target) {
        // a Backend that could not be read may be there
        (Some(port), Target::Service) if there.is_absent() => {
            Fix::review(format!("create {wanted} for the Service and refer to it"))
                .create(leading_to(trace, wanted, port))
                .set(&owner, "/spec/backendRef", to)
        }
        _ => Fix::manual("create a Backend with the address, and refer to that"),
    }
}

fn leading_to(trace: &Trace<'_>, backend: &Key, port: u16) -> serde_json::Value {
    let host = format!("{}.{}.svc.{}", backend.name, backend.namespace, trace.world.domains.usual());
    json!({
        "apiVersion": trace.world.cluster.api_version(Kind::Backend),
        "kind": "Backend",
        "metadata": {"name": backend.name, "namespace": backend.namespace},
        "spec": {"endpoints": [{"fqdn": {"hostname": host, "port": port}}]},
    })
}
