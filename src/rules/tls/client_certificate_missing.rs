//! A client certificate that is not there.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};

use crate::{
    model::Kind,
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB323`.
pub static RULE: Rule = Rule {
    code: "AIB323",
    name: "client-certificate-missing",
    hop: Hop::Tls,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::Secret],
    docs: Docs {
        what: "Backend.spec.tls.clientCertificateRef names a Secret that does not exist beside the \
              Backend.",
        why: "Envoy Gateway cannot resolve the TLS settings of the Backend without it, and the HTTPRoute \
              then says InvalidBackendTLS.",
        client: "500 with an empty body for the requests that would go to this backend.",
        confirm: "kubectl -n NAMESPACE get secret NAME\n\
              kubectl -n NAMESPACE get httproute ROUTE -o jsonpath='{.status.parents[*].conditions}'",
        fix: "Create the Secret of type kubernetes.io/tls, or correct the name.",
        before: "kind: Backend\n\
              spec:\n  \
              tls:\n    \
              clientCertificateRef: {name: clinet}",
        after: "kind: Backend\n\
              spec:\n  \
              tls:\n    \
              clientCertificateRef: {name: client}",
    },
    refs: &["gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let (Some((key, secret)), Some((_, backend))) = (&trace.tls.client_certificate, trace.reference.found())
    else {
        return;
    };
    if !secret.is_absent() {
        return;
    }
    let command =
        format!("kubectl -n {} create secret tls {} --cert=FILE --key=FILE", key.namespace, key.name);
    out.push(
        Draft::missing(
            key.clone(),
            format!("{key} does not exist, and {backend} takes its client certificate from there"),
        )
        .effect("500 with an empty body: the TLS settings do not resolve")
        .because(backend, "/spec/tls/clientCertificateRef", "refers to it")
        .fix(Fix::manual("create it with the client certificate").command(command)),
    );
}
