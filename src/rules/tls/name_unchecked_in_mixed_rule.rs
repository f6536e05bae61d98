//! No name is verified, because the rule has other backends that have one.

use super::super::{Check, Docs, Findings, Rule, Severity};
use super::no_server_name::{self, Uses};
use crate::{
    model::Kind,
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB322`.
pub static RULE: Rule = Rule {
    code: "AIB322",
    name: "name-unchecked-in-mixed-rule",
    hop: Hop::Tls,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy, Kind::AIGatewayRoute],
    docs: Docs {
        what: "Backend.spec.tls has no sni and no BackendTLSPolicy applies, and each rule that leads here \
              also has a backend with a name of its own or without TLS.",
        why: "Envoy Gateway then sends no SNI to this endpoint and checks the chain of its certificate \
              alone: any certificate of a trusted CA passes, and a server that needs SNI may refuse.",
        client: "Mostly nothing; 503 from servers that need SNI. Once the rule has this backend alone, the \
              name comes from the client, and requests fail.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.tls}'",
        fix: "Set spec.tls.sni to the host name of the endpoint, or use a BackendTLSPolicy.",
        before: "kind: Backend\n\
              spec:\n  \
              tls: {wellKnownCACertificates: System}",
        after: "kind: Backend\n\
              spec:\n  \
              tls: {wellKnownCACertificates: System, sni: api.openai.com}",
    },
    refs: &["live", "gateway@v1.8.1 internal/xds/translator/cluster.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    if no_server_name::uses(trace) != Some(Uses::Mixed) {
        return;
    }
    out.push(no_server_name::draft(
        trace,
        Uses::Mixed,
        "says no name to verify, and the rule has backends that do",
        "any certificate of a trusted CA passes, and no SNI is sent; 503 from servers that need it",
    ));
}
