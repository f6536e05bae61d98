//! A credentialOverride whose source AI Gateway does not deliver.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};

use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace, release},
};

/// See `kubectl aigw-backend explain AIB426`.
pub static RULE: Rule = Rule {
    code: "AIB426",
    name: "override-from-metadata-never-arrives",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy],
    docs: Docs {
        what: "credentialOverride.fromDynamicMetadata is used with AI Gateway v1.1.",
        why: "AI Gateway v1.1 does not have Envoy send dynamic metadata to ext_proc, so that the \
              credential of the request never arrives. Later versions do, for the namespaces that a \
              GatewayConfig names.",
        client: "With fallbackToConfigured (the default) the shared credential is used for everybody; \
              without it, 401 for everybody.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o \
              jsonpath='{.spec.credentialOverride}'",
        fix: "Use fromRequestHeaders, with something in front that sets or removes the header, or a \
              later AI Gateway.",
        before: "credentialOverride: {fromDynamicMetadata: {namespace: auth}}",
        after: "credentialOverride: {fromRequestHeaders: {header: x-aigw-api-key}}",
    },
    refs: &["ai-gateway@v1.1.0 internal/extensionserver/post_translate_modify.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(policy) = trace.credential.policy else { return };
    let over = policy.spec.credential_override.as_ref().and_then(|it| it.from_dynamic_metadata.as_ref());
    // where the version is unknown it may well be a later one
    let known = trace.world.platform.holds(&release::METADATA_NOT_FORWARDED) == Some(true);
    let Some(over) = over.filter(|_| known) else { return };
    let key = policy.key();
    let path = "/spec/credentialOverride/fromDynamicMetadata";
    let effect = if over.fallback_to_configured == Some(false) {
        "401 for every request: none brings a credential, as AI Gateway sees it"
    } else {
        "every request uses the configured credential, whoever sends it"
    };
    out.push(
        Draft::at(
            key.clone(),
            path,
            format!("{key} reads credentials from metadata, which AI Gateway v1.1 never gets"),
        )
        .effect(effect)
        .fix(Fix::manual("use `fromRequestHeaders`, or a later AI Gateway")),
    );
}
