//! TLS whose certificate may be for any name.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    facts,
};
use crate::{
    model::{Kind, Resource as _},
    trace::{Address, Hop, Trace, release},
};

/// See `kubectl aigw-backend explain AIB326`.
pub static RULE: Rule = Rule {
    code: "AIB326",
    name: "chain-checked-alone",
    hop: Hop::Tls,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy, Kind::Deployment],
    docs: Docs {
        what: "Backend.spec.tls has no BackendTLSPolicy beside it, and Envoy Gateway is v1.5, where nothing \
              else says which name to verify.",
        why: "Envoy Gateway v1.5 has Envoy check the chain of the certificate alone and sends no SNI. v1.6 \
              has spec.tls.sni, and takes the name from the client without it.",
        client: "Nothing: requests work. Whoever has a certificate of a trusted CA for any name, and sits on \
              the way, can read them and the API key.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.tls}'\n\
              kubectl -n envoy-gateway-system get deployment envoy-gateway -o jsonpath='{.spec.template.spec.containers[*].image}'",
        fix: "Use a BackendTLSPolicy with hostname.",
        before: "kind: Backend\n\
              spec:\n  \
              tls: {wellKnownCACertificates: System}",
        after: "kind: BackendTLSPolicy\n\
              spec:\n  \
              targetRefs: [{group: gateway.envoyproxy.io, kind: Backend, name: openai}]\n  \
              validation: {wellKnownCACertificates: System, hostname: api.openai.com}",
    },
    refs: &["gateway@v1.5.0 internal/xds/translator/translator.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let (tls, platform) = (&trace.tls, &trace.world.platform);
    let Some((_, backend)) = trace.reference.found() else { return };
    let chain_alone = platform.holds(&release::CHAIN_ALONE) == Some(true);
    // without a CA the Backend is refused: tls-without-ca
    if !chain_alone || !tls.verified || !tls.complete || tls.policy.is_some() || tls.is_unverifiable() {
        return;
    }
    let mut draft =
        Draft::at(backend.clone(), "/spec/tls", format!("{backend} accepts a certificate for any name"))
            .effect("requests work; any certificate of a trusted CA passes, and no SNI is sent");
    if let Some(controller) = platform.envoy_gateway {
        draft = draft.because(controller.deployment.key(), controller.pointer(), "is Envoy Gateway v1.5");
    }
    let policy = facts::policy_key(&backend);
    let mut names: Vec<&str> = trace.endpoint.addresses.iter().filter_map(Address::name).collect();
    names.dedup();
    draft = match names.as_slice() {
        [host] if tls.system_ca && !trace.world.cluster.has(&policy) => draft
            .fix(Fix::review(format!("verify `{host}`")).create(facts::system_policy(trace, &policy, host))),
        _ => draft.fix(Fix::manual("create a BackendTLSPolicy with the name of this server")),
    };
    out.push(draft);
}
