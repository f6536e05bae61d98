//! A BackendSecurityPolicy reads a Secret that does not exist.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB401`.
pub static RULE: Rule = Rule {
    code: "AIB401",
    name: "secret-missing",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "The Secret of the BackendSecurityPolicy does not exist in the namespace where it is read. \
              Keys that are sent as they are, and AWS credentials files, are read beside the policy, \
              whatever namespace the reference names.",
        why: "AI Gateway logs the error, leaves the backend out of the configuration of ext_proc and \
              says Accepted all the same. The HTTPRoute still sends traffic. Types that fetch a token \
              say NotAccepted. A Secret that is deleted later is noticed only when something else \
              changes.",
        client: "500 with an empty body for every request to this backend.",
        confirm: "kubectl -n NAMESPACE get secret NAME\n\
              kubectl -n envoy-ai-gateway-system logs deploy/ai-gateway-controller | grep 'Skipping this \
              backend'",
        fix: "Create the Secret, or correct the name in secretRef.",
        before: "kind: BackendSecurityPolicy\n\
              spec:\n  \
              type: APIKey\n  \
              apiKey: {secretRef: {name: openai-kye}}",
        after: "kind: BackendSecurityPolicy\n\
              spec:\n  \
              type: APIKey\n  \
              apiKey: {secretRef: {name: openai-key}}",
    },
    refs: &[
        "live",
        "ai-gateway@v1.1.0 internal/controller/gateway.go",
        "ai-gateway@v1.1.0 internal/controller/backend_security_policy.go",
    ],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(secret) = facts::secret(trace).filter(|it| it.secret.is_absent()) else { return };
    let (key, policy, entry) = (&secret.key, secret.policy, secret.entry);
    // never `--from-literal`: a shell remembers what it was told
    let command =
        format!("kubectl -n {} create secret generic {} --from-file={entry}=FILE", key.namespace, key.name);
    out.push(
        Draft::missing(
            key.clone(),
            format!("{key} does not exist, and {} takes its `{entry}` from there", policy.key()),
        )
        .effect(facts::effect_of_missing(trace, &policy.spec))
        .because(policy.key(), secret.pointer, "refers to it")
        .fix(Fix::manual(format!("create it with the key `{entry}`")).command(command)),
    );
}
