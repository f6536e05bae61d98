//! A client certificate in another namespace than the Backend.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};

use crate::{
    model::Kind,
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB317`.
pub static RULE: Rule = Rule {
    code: "AIB317",
    name: "client-certificate-in-other-namespace",
    hop: Hop::Tls,
    severity: Severity::Error,
    needs: &[Kind::Backend],
    docs: Docs {
        what: "Backend.spec.tls.clientCertificateRef names a Secret of another namespace.",
        why: "Envoy Gateway refuses the Backend: the Secret must be beside it, and no ReferenceGrant \
              changes that. The Backend gets a condition of type Invalid, the HTTPRoute says \
              InvalidBackendRef.",
        client: "500 with an empty body for the requests that would go to this backend.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o \
              jsonpath='{.spec.tls.clientCertificateRef}{.status.conditions}'",
        fix: "Copy the Secret to the namespace of the Backend and remove the namespace from the \
              reference.",
        before: "kind: Backend\n\
              metadata: {namespace: models}\n\
              spec:\n  \
              tls:\n    \
              clientCertificateRef: {name: client, namespace: certs}",
        after: "kind: Backend\n\
              metadata: {namespace: models}\n\
              spec:\n  \
              tls:\n    \
              clientCertificateRef: {name: client}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backend.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found() else { return };
    let Some(secret) = trace.tls.own.and_then(|own| own.client_certificate_ref.as_ref()) else { return };
    let Some(namespace) = secret.namespace.as_ref().filter(|it| **it != backend.namespace) else { return };
    let path = "/spec/tls/clientCertificateRef/namespace";
    let fix = format!(
        "copy Secret {namespace}/{} to namespace {} and drop the namespace",
        secret.name, backend.namespace
    );
    out.push(
        Draft::at(
            backend.clone(),
            path,
            format!("{backend} takes its client certificate from namespace `{namespace}`"),
        )
        .effect("500 with an empty body: Envoy Gateway refuses the Backend")
        .fix(Fix::review(fix).remove(&backend, path)),
    );
}
