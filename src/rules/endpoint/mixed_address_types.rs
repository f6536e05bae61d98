//! Names and addresses in one Backend.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Address, Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB215`.
pub static RULE: Rule = Rule {
    code: "AIB215",
    name: "mixed-address-types",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::Backend],
    docs: Docs {
        what: "A Backend lists host names beside IP addresses or sockets.",
        why: "Envoy resolves names itself and is told addresses; one cluster can do one of them. The API \
              server refuses the object.",
        client: "Nothing, as `kubectl apply` fails.",
        confirm: "kubectl apply --dry-run=server -f FILE",
        fix: "Make two Backends of it, each with an AIServiceBackend.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: gpu.example.com, port: 8000}\n  \
              - ip: {address: 10.1.2.3, port: 8000}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: gpu.example.com, port: 8000}",
    },
    refs: &["gateway@v1.8.1 api/v1alpha1/backend_types.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found() else { return };
    let addresses = &trace.endpoint.addresses;
    let is_name = |it: &&Address<'_>| it.name().is_some();
    if addresses.iter().any(|it| is_name(&it)) && !addresses.iter().all(|it| is_name(&it)) {
        out.push(
            Draft::at(
                backend.clone(),
                "/spec/endpoints",
                format!("{backend} mixes host names and addresses"),
            )
            .effect("the API server refuses it")
            .fix(Fix::manual("make two Backends of it")),
        );
    }
}
