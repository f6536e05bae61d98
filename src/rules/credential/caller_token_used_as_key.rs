//! What callers prove themselves to the gateway by is sent as the provider's key.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace, release},
};

/// See `kubectl aigw-backend explain AIB442`.
pub static RULE: Rule = Rule {
    code: "AIB442",
    name: "caller-token-used-as-key",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy, Kind::SecurityPolicy, Kind::AIGatewayRoute],
    docs: Docs {
        what: "credentialOverride.fromRequestHeaders takes the provider's credential from the header in \
              which a SecurityPolicy has callers prove themselves to the gateway.",
        why: "Envoy checks the caller's token and passes it on, and AI Gateway finds it in the header: so \
              each request brings a credential, and the configured one is never used.",
        client: "401 from the provider, which does not know tokens of the gateway.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o jsonpath='{.spec.credentialOverride}'\n\
              kubectl -n NAMESPACE get securitypolicies -o yaml",
        fix: "Have callers bring their provider's key in a header of its own; without `header` it is one \
              of x-aigw-….",
        before: "credentialOverride:   # and a SecurityPolicy with JWT\n  \
              fromRequestHeaders: {header: authorization}",
        after: "credentialOverride:   # and a SecurityPolicy with JWT\n  \
              fromRequestHeaders: {header: x-provider-key}",
    },
    refs: &[
        "ai-gateway@v1.1.0 internal/controller/gateway.go",
        "gateway@v1.8.1 internal/xds/translator/jwt.go",
    ],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(policy) = trace.credential.policy else { return };
    let source = policy.spec.credential_override.as_ref().and_then(|it| it.from_request_headers.as_ref());
    let Some(header) = source.and_then(|it| it.header.as_deref()) else { return };
    if trace.world.platform.holds(&release::CREDENTIAL_OVERRIDE) == Some(false) {
        return;
    }
    for it in &trace.route.uses {
        let guard = facts::guard(trace, it).filter(|(_, _, asked)| asked.eq_ignore_ascii_case(header));
        let Some((guard, what, _)) = guard else { continue };
        let (key, path) = (policy.key(), "/spec/credentialOverride/fromRequestHeaders/header");
        let message = format!("{key} takes the caller's {what} in `{header}` for the provider's key");
        out.push(
            Draft::at(key.clone(), path, message)
                .effect("401 from the provider: every request brings what it proves itself to the gateway by")
                .because(guard.key(), "/spec", format!("has callers prove themselves in `{header}`"))
                .fix(Fix::review("take it from the default header").remove(&key, path)),
        );
        return;
    }
}
