//! A hostname that other names replace.

use serde_json::json;

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    facts,
};
use crate::{
    model::{Kind, Resource as _},
    trace::{Address, Hop, Trace, release},
};

/// See `kubectl aigw-backend explain AIB327`.
pub static RULE: Rule = Rule {
    code: "AIB327",
    name: "hostname-not-verified",
    hop: Hop::Tls,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy],
    docs: Docs {
        what: "A BackendTLSPolicy names the host of the Backend and, in subjectAltNames, other host names \
              alone. Public hosts are tls-name-mismatch and tls-name-differs; names of type URI, as \
              service meshes use, are left alone.",
        why: "subjectAltNames replace the hostname in the check of the certificate since Envoy Gateway \
              v1.6; the hostname is then what is sent as SNI. A certificate for the host itself is \
              refused, and one for the other names is taken.",
        client: "503 with CERTIFICATE_VERIFY_FAILED unless the certificate has one of the other names.",
        confirm: "kubectl -n NAMESPACE get backendtlspolicy NAME -o jsonpath='{.spec.validation}'",
        fix: "Add the hostname to subjectAltNames if it is to count too.",
        before: "validation:\n  \
              hostname: vllm.models.svc.cluster.local\n  \
              subjectAltNames: [{type: Hostname, hostname: gpu.example.com}]",
        after: "validation:\n  \
              hostname: vllm.models.svc.cluster.local\n  \
              subjectAltNames:\n  \
              - {type: Hostname, hostname: gpu.example.com}\n  \
              - {type: Hostname, hostname: vllm.models.svc.cluster.local}",
    },
    refs: &["live", "gateway@v1.8.1 internal/xds/translator/translator.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let (tls, platform) = (&trace.tls, &trace.world.platform);
    let Some(policy) = tls.policy.filter(|_| tls.verified && platform.likely(&release::ALT_NAMES_REPLACE))
    else {
        return;
    };
    let validation = &policy.spec.validation;
    let host = &validation.hostname;
    // one who calls a host by another name than that of the policy has thought about names
    let calls = |it: &Address<'_>| it.name().is_some_and(|it| facts::same(it, host)) && !facts::is_public(it);
    if validation.subject_alt_names.is_empty()
        || facts::checks(validation, host)
        || !trace.endpoint.addresses.iter().any(calls)
    {
        return;
    }
    let names: Vec<&str> =
        validation.subject_alt_names.iter().filter_map(|it| it.hostname.as_deref()).collect();
    let (key, path) = (policy.key(), "/spec/validation/subjectAltNames");
    let name = json!({"type": "Hostname", "hostname": host});
    out.push(
        Draft::at(
            key.clone(),
            path,
            format!("{key} verifies {} in the place of `{host}`", names.join(" or ")),
        )
        .effect(platform.scoped(
            &release::ALT_NAMES_REPLACE,
            format!("503 with CERTIFICATE_VERIFY_FAILED if the certificate is for `{host}`"),
        ))
        .because(trace.reference.key.clone(), "/spec/endpoints", format!("calls `{host}`"))
        .fix(Fix::review(format!("verify `{host}` too")).set(&key, &format!("{path}/-"), name)),
    );
}
