//! The CAs of the system for a name inside of the cluster.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};

use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Sni, Trace},
};

/// See `kubectl aigw-backend explain AIB315`.
pub static RULE: Rule = Rule {
    code: "AIB315",
    name: "public-ca-for-private-name",
    hop: Hop::Tls,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy],
    docs: Docs {
        what: "TLS towards a Service of the cluster trusts wellKnownCACertificates: System, and the name \
              that is verified is a name of the cluster too.",
        why: "No public CA issues certificates for names such as x.ns.svc.cluster.local. The bundle is \
              that of the Envoy image, which does not know private CAs.",
        client: "503 with TLS_error and CERTIFICATE_VERIFY_FAILED, unless the Envoy image was built with \
              the private CA.",
        confirm: "kubectl -n NAMESPACE get backendtlspolicies -o yaml\n\
              kubectl -n NAMESPACE get backend NAME -o yaml",
        fix: "Refer to the CA that issued the certificate of the server.",
        before: "validation: {wellKnownCACertificates: System, hostname: vllm.models.svc.cluster.local}",
        after: "validation:\n  \
              caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}]\n  \
              hostname: vllm.models.svc.cluster.local",
    },
    refs: &["gateway@v1.8.1 internal/xds/translator/globalresources.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let tls = &trace.tls;
    let (Sni::Policy(name) | Sni::Own(name)) = tls.sni else { return };
    if !tls.verified || !tls.system_ca || !trace.world.domains.is_service_name(name) {
        return;
    }
    // other names may be in the certificate, and public
    if tls.policy.is_some_and(|it| !it.spec.validation.subject_alt_names.is_empty()) {
        return;
    }
    let Some((_, backend)) = trace.reference.found() else { return };
    let (owner, path) = match tls.policy {
        Some(policy) => (policy.key(), "/spec/validation/wellKnownCACertificates"),
        None => (backend.clone(), "/spec/tls/wellKnownCACertificates"),
    };
    out.push(
        Draft::at(owner.clone(), path, format!("{owner} expects a public CA to vouch for `{name}`"))
            .effect(
                "503 with CERTIFICATE_VERIFY_FAILED unless Envoy's image has the private CA: public CAs issue no certificates for names of a cluster",
            )
            .because(
                backend,
                "/spec/endpoints",
                format!("calls {}", trace.endpoint.summary().unwrap_or_default()),
            )
            .fix(Fix::manual("refer to the CA of the server in `caCertificateRefs` instead")),
    );
}
