//! Requests are refused, as they need a credential that never arrives.

use super::{
    super::{Check, Docs, Findings, Rule, Severity},
    override_from_metadata_never_arrives::reads_metadata,
};
use crate::{
    model::Kind,
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB452`.
pub static RULE: Rule = Rule {
    code: "AIB452",
    name: "override-refuses-all",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::BackendSecurityPolicy],
    docs: Docs {
        what: "credentialOverride.fromDynamicMetadata is used with AI Gateway v1.1, and \
              fallbackToConfigured is false.",
        why: "AI Gateway v1.1 does not have Envoy send dynamic metadata to ext_proc, so that the credential \
              of a request never arrives, and without a fallback the request is refused. The policy is \
              Accepted.",
        client: "401 `missing upstream credential` for every request.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o \
              jsonpath='{.spec.credentialOverride}'",
        fix: "Use fromRequestHeaders, with something in front that sets or removes the header, or a later \
              AI Gateway.",
        before: "credentialOverride: {fromDynamicMetadata: {namespace: auth, fallbackToConfigured: false}}",
        after: "credentialOverride: {fromRequestHeaders: {header: x-aigw-api-key, fallbackToConfigured: false}}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/extensionserver/post_translate_modify.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    if let Some((true, draft)) = reads_metadata(trace) {
        out.push(draft.effect("401 for every request: none brings a credential, as AI Gateway sees it"));
    }
}
