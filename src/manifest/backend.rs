//! Backend, BackendTLSPolicy and AIServiceBackend.

use serde_json::{Value, json};

use super::{Access, Host, Manifest, Mutations, Tls, Wanted, WantedBackend};
use crate::model::Kind;

impl Wanted {
    /// The address, for Envoy Gateway.
    pub(super) fn endpoint(&self, backend: &WantedBackend) -> Manifest {
        let port = backend.address.port;
        let endpoint = match &backend.address.host {
            Host::Fqdn(hostname) => json!({"fqdn": {"hostname": hostname, "port": port}}),
            Host::Ip(address) => json!({"ip": {"address": address, "port": port}}),
        };
        let manifest =
            Manifest::new(Kind::Backend, &self.namespace, &self.name, json!({"endpoints": [endpoint]}));
        match backend.tls {
            Tls::Plain => manifest.note("in clear text: there is no TLS policy for it"),
            Tls::System(_) | Tls::Own { .. } => manifest,
        }
    }

    /// TLS to it; none for clear text.
    pub(super) fn tls_policy(&self, backend: &WantedBackend) -> Option<Manifest> {
        let (validation, note) = match &backend.tls {
            Tls::Plain => return None,
            Tls::System(hostname) => (
                json!({"hostname": hostname, "wellKnownCACertificates": "System"}),
                "verified by the CAs that Envoy's image brings".to_owned(),
            ),
            Tls::Own { kind, name, hostname } => (
                json!({
                    "hostname": hostname,
                    "caCertificateRefs": [{"group": "", "kind": kind.to_string(), "name": name}],
                }),
                format!("verified by `ca.crt` of {kind} {name}"),
            ),
        };
        let spec = json!({"targetRefs": [target(Kind::Backend, &self.name)], "validation": validation});
        Some(Manifest::new(Kind::BackendTLSPolicy, &self.namespace, &self.name, spec).note(note))
    }

    /// What it speaks, for AI Gateway.
    pub(super) fn ai_service_backend(&self, backend: &WantedBackend) -> Manifest {
        let (schema, changes) = (&backend.schema, &backend.mutations);
        let spec = json!({
            "schema": {"name": schema.name.to_string(), "prefix": schema.prefix, "version": schema.version},
            "backendRef": target(Kind::Backend, &self.name),
            "headerMutation": headers(changes),
            "bodyMutation": body(changes),
        });
        let manifest = Manifest::new(Kind::AIServiceBackend, &self.namespace, &self.name, spec);
        match &backend.credential {
            Access::Client => {
                manifest.note("without a credential: requests go out with what the client sends")
            }
            Access::Own(_) | Access::Shared(_) => manifest,
        }
    }
}

/// A reference by group, kind and name.
pub(super) fn target(kind: Kind, name: &str) -> Value {
    json!({"group": kind.info().group, "kind": kind.to_string(), "name": name})
}

fn headers(changes: &Mutations) -> Value {
    let set = changes.set_headers.iter().map(|(name, value)| json!({"name": name, "value": value}));
    mutation(set.collect(), &changes.remove_headers)
}

fn body(changes: &Mutations) -> Value {
    let set = changes.set_body.iter().map(|(path, value)| json!({"path": path, "value": value}));
    mutation(set.collect(), &changes.remove_body)
}

/// What is empty is left out.
fn mutation(set: Vec<Value>, remove: &[String]) -> Value {
    if set.is_empty() && remove.is_empty() {
        return Value::Null;
    }
    let set = if set.is_empty() { Value::Null } else { set.into() };
    let remove = if remove.is_empty() { Value::Null } else { remove.into() };
    json!({"set": set, "remove": remove})
}
