//! The name that is verified is not the public name that is called.

use super::super::{Check, Docs, Findings, Rule, Severity};
use super::name_differs::report;
use crate::{
    model::Kind,
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB305`.
pub static RULE: Rule = Rule {
    code: "AIB305",
    name: "tls-name-differs",
    hop: Hop::Tls,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy],
    docs: Docs {
        what: "The host name of the BackendTLSPolicy (or Backend.spec.tls.sni) differs from the public \
              host name that Envoy connects to. Private names, names in the cluster and IP addresses are \
              left alone: there a different name is usual.",
        why: "Envoy sends the name of the policy as SNI and wants it in the certificate. That is right \
              behind some proxies and load balancers, and a slip in most other places.",
        client: "503 with TLS_error and CERTIFICATE_VERIFY_FAILED, unless the certificate is good for both \
              names.",
        confirm: "kubectl -n NAMESPACE get backendtlspolicies -o yaml\n\
              openssl s_client -connect HOST:PORT -servername NAME </dev/null | openssl x509 -noout -ext \
              subjectAltName",
        fix: "Verify the host name that the Backend has, or leave it if the server really shows a \
              certificate for the other name.",
        before: "kind: BackendTLSPolicy\n\
              spec:\n  \
              validation: {wellKnownCACertificates: System, hostname: llm.example.com}   # the Backend \
              calls llm.example.net",
        after: "kind: BackendTLSPolicy\n\
              spec:\n  \
              validation: {wellKnownCACertificates: System, hostname: llm.example.net}",
    },
    refs: &["live", "gateway@v1.8.1 internal/xds/translator/translator.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    report(trace, out, false);
}
