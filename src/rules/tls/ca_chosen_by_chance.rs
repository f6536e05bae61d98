//! A CA ConfigMap with several keys, none of which is `ca.crt`.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};

use crate::{
    model::Kind,
    trace::{CaState, Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB310`.
pub static RULE: Rule = Rule {
    code: "AIB310",
    name: "ca-chosen-by-chance",
    hop: Hop::Tls,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy, Kind::ConfigMap],
    docs: Docs {
        what: "The ConfigMap of a CA reference has several keys and no ca.crt. The first by name is \
              taken.",
        why: "Envoy Gateway reads ca.crt, else the only key. Of a ConfigMap with other keys its cache \
              keeps the first by name, so that this one is used without a word.",
        client: "Nothing as long as that key holds the right CA; 503 with CERTIFICATE_VERIFY_FAILED else, \
              or once a key is added that sorts before it.",
        confirm: "kubectl -n NAMESPACE get configmap NAME -o jsonpath='{.data}'",
        fix: "Name the key of the CA ca.crt.",
        before: "kind: ConfigMap\n\
              data: {a.pem: '…', b.pem: '…'}",
        after: "kind: ConfigMap\n\
              data: {ca.crt: '…'}",
    },
    refs: &["live", "gateway@v1.8.1 internal/provider/kubernetes/helpers.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    if !trace.tls.verified {
        return;
    }
    for ca in &trace.tls.cas {
        let (CaState::Taken { key: entry, by_chance: true, pem }, Some(key)) = (&ca.state, &ca.key) else {
            continue;
        };
        // a value that is no certificate has a finding of its own: ca-not-a-certificate
        if !pem.is_certificates() {
            continue;
        }
        out.push(
            Draft::at(
                key.clone(),
                "/data",
                format!("{key} has several keys and no `ca.crt`: `{entry}` is taken"),
            )
            .effect(
                "Envoy trusts the first key by name; 503 with CERTIFICATE_VERIFY_FAILED if another was meant",
            )
            .because(ca.owner.clone(), &ca.pointer, "refers to it")
            .fix(Fix::manual("name the key of the CA `ca.crt`")),
        );
    }
}
