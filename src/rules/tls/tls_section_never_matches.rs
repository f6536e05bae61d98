//! A BackendTLSPolicy names a section that its Backend never has.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, MissReason, Trace},
};

/// See `kubectl aigw-backend explain AIB307`.
pub static RULE: Rule = Rule {
    code: "AIB307",
    name: "tls-section-never-matches",
    hop: Hop::Tls,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy],
    docs: Docs {
        what: "The BackendTLSPolicy targets the Backend with a sectionName that is not the number in \
              AIServiceBackend.spec.backendRef.port, and no other policy applies.",
        why: "For a Backend, Envoy Gateway compares sectionName with the port of the backendRef, as a \
              decimal string, and not with the port of the endpoint. AI Gateway copies backendRef as it \
              is, mostly without a port: then no sectionName matches. The policy is ignored without any \
              status.",
        client: "400 from the provider (plain HTTP request sent to HTTPS port), or 503; the API key crosses \
              the network in clear text. With `tls` in the Backend and no CA there: 500 with an empty \
              body.",
        confirm: "kubectl -n NAMESPACE get backendtlspolicy NAME -o jsonpath='{.spec.targetRefs}'\n\
              kubectl -n NAMESPACE get aiservicebackend NAME -o jsonpath='{.spec.backendRef.port}'",
        fix: "Remove sectionName, or set the same number in AIServiceBackend.spec.backendRef.port.",
        before: "kind: BackendTLSPolicy\n\
              spec:\n  \
              targetRefs:\n  \
              - {group: gateway.envoyproxy.io, kind: Backend, name: openai, sectionName: '443'}",
        after: "kind: BackendTLSPolicy\n\
              spec:\n  \
              targetRefs:\n  \
              - {group: gateway.envoyproxy.io, kind: Backend, name: openai}",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let tls = &trace.tls;
    let Some((_, backend)) = trace.reference.found() else { return };
    if tls.policy.is_some() || !tls.complete {
        return;
    }
    // TLS of the Backend's own works without the policy, if it says whom to trust
    let trusts_nobody = tls.own.is_some_and(facts::trusts_nobody);
    if tls.encrypted == Some(true) && !trusts_nobody {
        return;
    }
    let owner = trace.backend.key();
    for missed in tls.missed.iter().filter(|it| it.reason == MissReason::Section) {
        let policy = missed.policy.key();
        let Some(section) =
            missed.policy.spec.target_refs.get(missed.target).and_then(|it| it.section_name.as_ref())
        else {
            continue;
        };
        let port = trace.backend.spec.backend_ref.port;
        let there = port.map_or("has no port".to_owned(), |port| format!("has port {port}"));
        let path = format!("/spec/targetRefs/{}/sectionName", missed.target);
        let effect = if trusts_nobody {
            "500 with an empty body: the Backend asks for TLS and has no CA of its own".to_owned()
        } else {
            let host = trace.endpoint.summary().unwrap_or_default();
            format!("the policy is ignored: Envoy speaks plain HTTP to {host}, API key included")
        };
        let draft = Draft::at(
            policy.clone(),
            &path,
            format!("{policy} is for section `{section}`, and backendRef {there}"),
        )
        .effect(effect)
        .because(
            owner.clone(),
            "/spec/backendRef",
            format!("{there}, which is what sectionName is compared with"),
        );
        // two references to one Backend must both have a section
        let twice = missed.policy.spec.target_refs.iter().filter(|it| it.name == backend.name).count() > 1;
        let mut fixes = vec![];
        if !twice {
            fixes.push(Fix::safe("let the policy apply to the whole Backend").remove(&policy, &path));
        }
        if let Ok(number) = section.parse::<u16>() {
            let fix = Fix::review(format!("give backendRef port {number}"));
            fixes.push(fix.set(&owner, "/spec/backendRef/port", number));
        }
        if fixes.is_empty() {
            fixes.push(Fix::manual(format!("let the policy apply to the whole of {backend}")));
        }
        out.push(fixes.into_iter().fold(draft, Draft::fix));
    }
}
