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
        client: "The shared credential is used for everybody. With fallbackToConfigured set to false it is 401: \
              override-refuses-all.",
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
    if let Some((false, draft)) = reads_metadata(trace) {
        out.push(draft.effect("every request uses the configured credential, whoever sends it"));
    }
}

/// A policy that waits for metadata which never comes, and whether it refuses requests without.
pub(super) fn reads_metadata(trace: &Trace<'_>) -> Option<(bool, Draft)> {
    let policy = trace.credential.policy?;
    let over = policy.spec.credential_override.as_ref()?.from_dynamic_metadata.as_ref()?;
    // where the version is unknown it may well be a later one
    if trace.world.platform.holds(&release::METADATA_NOT_FORWARDED) != Some(true) {
        return None;
    }
    let key = policy.key();
    let path = "/spec/credentialOverride/fromDynamicMetadata";
    let message = format!("{key} reads credentials from metadata, which AI Gateway v1.1 never gets");
    let draft =
        Draft::at(key, path, message).fix(Fix::manual("use `fromRequestHeaders`, or a later AI Gateway"));
    Some((over.fallback_to_configured == Some(false), draft))
}
