//! A header of the connection is set as if it were one of the request.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    mutation,
};
use crate::{
    model::Kind,
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB515`.
pub static RULE: Rule = Rule {
    code: "AIB515",
    name: "hop-by-hop-header-mutated",
    hop: Hop::Schema,
    severity: Severity::Warning,
    needs: &[Kind::AIServiceBackend],
    docs: Docs {
        what: "A headerMutation sets a header that belongs to one connection and not to the request: connection, \
              keep-alive, proxy-connection, te, transfer-encoding or upgrade.",
        why: "Envoy makes a connection of its own to the provider, and writes these headers itself. It may refuse \
              or strip them; where one gets through, it contradicts how the request is sent, and HTTP/2 does \
              not allow it.",
        client: "Nothing changes, or requests may fail with 400 or 503.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.headerMutation}'",
        fix: "Take the header out of the mutation.",
        before: "headerMutation:\n  \
                set:\n  \
                - {name: connection, value: close}",
        after: "headerMutation: {}",
    },
    refs: &["ai-gateway@v1.1.0 internal/headermutator/header_mutator.go", "RFC 9110 7.6.1, RFC 9113 8.2.2"],
    check: Check::Backend(check),
};

const HOP_BY_HOP: [&str; 6] =
    ["connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"];

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let own = trace.backend.spec.header_mutation.as_ref();
    for (key, pointer, mutation) in
        mutation::places(trace, "headerMutation", own, |it| it.header_mutation.as_ref())
    {
        for (index, header) in mutation.set.iter().enumerate() {
            let name = header.name.to_ascii_lowercase();
            if !HOP_BY_HOP.contains(&name.as_str()) {
                continue;
            }
            let entry = format!("{pointer}/set/{index}");
            let message = format!("{key} sets header `{name}`, which belongs to the connection");
            out.push(
                Draft::at(key.clone(), format!("{entry}/name"), message)
                    .effect("Envoy may drop it, or the provider may refuse requests that have it")
                    .fix(Fix::safe("take it out").remove(&key, &entry)),
            );
        }
    }
}
