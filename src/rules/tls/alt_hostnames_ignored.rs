//! Names that this Envoy Gateway does not compare.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    facts,
};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace, release},
};

/// See `kubectl aigw-backend explain AIB328`.
pub static RULE: Rule = Rule {
    code: "AIB328",
    name: "alt-hostnames-ignored",
    hop: Hop::Tls,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy, Kind::Deployment],
    docs: Docs {
        what: "A BackendTLSPolicy has subjectAltNames of type Hostname, and Envoy Gateway is v1.4.",
        why: "Envoy Gateway v1.4 looks for such names under another word and passes over them: only the \
              hostname is verified. v1.5 takes either, v1.6 and later the names alone.",
        client: "503 with CERTIFICATE_VERIFY_FAILED where the certificate has the other names alone.",
        confirm: "kubectl -n NAMESPACE get backendtlspolicy NAME -o jsonpath='{.spec.validation}'\n\
              kubectl -n envoy-gateway-system get deployment envoy-gateway -o jsonpath='{.spec.template.spec.containers[*].image}'",
        fix: "Upgrade Envoy Gateway, or put the name that the certificate has into hostname.",
        before: "validation:\n  \
              hostname: llm.models.svc.cluster.local\n  \
              subjectAltNames: [{type: Hostname, hostname: gpu.example.com}]",
        after: "validation:\n  \
              hostname: gpu.example.com",
    },
    refs: &["gateway@v1.5.0 release notes"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let (tls, platform) = (&trace.tls, &trace.world.platform);
    let ignored = platform.holds(&release::ALT_HOSTNAMES_IGNORED) == Some(true);
    let Some(policy) = tls.policy.filter(|_| ignored && tls.verified) else { return };
    let validation = &policy.spec.validation;
    let mut names = validation.subject_alt_names.iter().filter_map(|it| it.hostname.as_deref());
    let Some(name) = names.find(|it| !facts::same(it, &validation.hostname)) else { return };
    let (key, path) = (policy.key(), "/spec/validation/subjectAltNames");
    let mut draft =
        Draft::at(key.clone(), path, format!("{key} allows `{name}`, which this Envoy Gateway passes over"))
            .effect(format!(
                "503 with CERTIFICATE_VERIFY_FAILED unless the certificate is for `{}`",
                validation.hostname
            ))
            .fix(Fix::manual("upgrade Envoy Gateway, or put the name of the certificate into `hostname`"));
    if let Some(controller) = platform.envoy_gateway {
        draft = draft.because(controller.deployment.key(), controller.pointer(), "is Envoy Gateway v1.4");
    }
    out.push(draft);
}
