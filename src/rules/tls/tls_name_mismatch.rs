//! The name that is verified is not the name of the provider that is called.

use super::super::{Check, Docs, Findings, Rule, Severity};
use super::name_differs::report;
use crate::{
    model::Kind,
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB303`.
pub static RULE: Rule = Rule {
    code: "AIB303",
    name: "tls-name-mismatch",
    hop: Hop::Tls,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy],
    docs: Docs {
        what: "The host name of the BackendTLSPolicy (or Backend.spec.tls.sni) differs from the host name \
              of a known provider that Envoy connects to.",
        why: "Envoy sends that name as SNI and wants it in the certificate. The provider shows a \
              certificate for its own name.",
        client: "503 with TLS_error and CERTIFICATE_VERIFY_FAILED, for every request.",
        confirm: "kubectl -n NAMESPACE get backendtlspolicies -o yaml\n\
              kubectl -n NAMESPACE get backend NAME -o yaml",
        fix: "Verify the host name that the Backend has. A policy for several Backends can only verify \
              one name: give each host a policy of its own.",
        before: "kind: BackendTLSPolicy\n\
              spec:\n  \
              validation: {wellKnownCACertificates: System, hostname: api.openai.com}   # the Backend \
              calls api.anthropic.com",
        after: "kind: BackendTLSPolicy\n\
              spec:\n  \
              validation: {wellKnownCACertificates: System, hostname: api.anthropic.com}",
    },
    refs: &["live", "gateway@v1.8.1 internal/xds/translator/translator.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    report(trace, out, true);
}
