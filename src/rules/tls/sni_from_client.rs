//! The name in the TLS handshake is the one that the client called.

use super::super::{Check, Docs, Findings, Rule, Severity};
use super::no_server_name::{self, Uses};
use crate::{
    model::Kind,
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB316`.
pub static RULE: Rule = Rule {
    code: "AIB316",
    name: "sni-from-client",
    hop: Hop::Tls,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy],
    docs: Docs {
        what: "Backend.spec.tls has no sni and no BackendTLSPolicy applies, so that nothing says which \
              name to verify.",
        why: "Envoy then takes the Host header of the client's request as SNI and as the name that the \
              certificate must have. It does so before AI Gateway's rewrite of the Host header.",
        client: "503 with TLS_error and CERTIFICATE_VERIFY_FAILED: the provider has no certificate for the \
              gateway's own name.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.tls}'",
        fix: "Set spec.tls.sni to the host name of the endpoint, or use a BackendTLSPolicy.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: api.openai.com, port: 443}\n  \
              tls: {wellKnownCACertificates: System}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: api.openai.com, port: 443}\n  \
              tls: {wellKnownCACertificates: System, sni: api.openai.com}",
    },
    refs: &["live", "gateway@v1.8.1 internal/xds/translator/translator.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(uses) = no_server_name::uses(trace) else { return };
    // in rules with other backends the name goes unchecked instead: name-unchecked-in-mixed-rule
    if uses == Uses::Mixed {
        return;
    }
    out.push(no_server_name::draft(
        trace,
        uses,
        "takes the name to verify from the client's request",
        "503 with CERTIFICATE_VERIFY_FAILED: the server has no certificate for the name that clients call",
    ));
}
