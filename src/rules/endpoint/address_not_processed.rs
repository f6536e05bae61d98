//! IP addresses with an AI Gateway that does not know them.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place,
};
use crate::{
    model::{Kind, Resource as _},
    trace::{Address, Hop, Host, Trace, release},
};

/// See `kubectl aigw-backend explain AIB218`.
pub static RULE: Rule = Rule {
    code: "AIB218",
    name: "address-not-processed",
    hop: Hop::Endpoint,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::Deployment],
    docs: Docs {
        what: "A Backend has IP addresses, and AI Gateway is older than v0.6.",
        why: "Envoy Gateway makes an EDS cluster of addresses. AI Gateway before v0.6 finds no endpoints \
              in it and puts no ext_proc in: no credential, no translation, and the client's own headers \
              go upstream.",
        client: "401 or 404 from the server; untranslated requests reach it.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.endpoints}'\n\
              kubectl -n envoy-ai-gateway-system logs deploy/ai-gateway-controller | grep 'LoadAssignment is nil'",
        fix: "Use a host name (fqdn), or upgrade AI Gateway.",
        before: "endpoints:\n\
              - ip: {address: 10.1.2.3, port: 8000}",
        after: "endpoints:\n\
              - fqdn: {hostname: gpu-1.example.com, port: 8000}",
    },
    refs: &["ai-gateway@v0.5.0 internal/extensionserver/post_translate_modify.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let platform = &trace.world.platform;
    let Some((_, backend)) = trace.reference.found() else { return };
    // a loopback address is refused altogether
    let reached = |it: &&Address<'_>| matches!(it.host, Host::Ip(ip) if !ip.to_canonical().is_loopback());
    let Some(address) = trace.endpoint.addresses.iter().find(reached) else { return };
    if platform.holds(&release::ADDRESSES_PROCESSED) != Some(false) {
        return;
    }
    let mut draft = Draft::at(
        backend.clone(),
        place::host(address),
        format!("{backend} has an IP address, with which this AI Gateway does nothing"),
    )
    .effect("requests go to the server as they came: no credential, no translation")
    .fix(Fix::manual("use a host name, or upgrade AI Gateway to v0.6 or later"));
    if let Some(controller) = platform.ai_gateway {
        draft = draft.because(controller.deployment.key(), controller.pointer(), "is older than v0.6");
    }
    out.push(draft);
}
