//! An OIDC client that AI Gateway cannot log in as.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB418`.
pub static RULE: Rule = Rule {
    code: "AIB418",
    name: "oidc-secret-without-namespace",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::BackendSecurityPolicy],
    docs: Docs {
        what: "oidc.clientSecret has no namespace, or oidc.clientIDRef is used instead of clientID.",
        why: "For OIDC alone the namespace of the Secret must be named, the own one too: else the policy \
              says NotAccepted, `oidc client secret namespace is nil`. clientIDRef makes the controller \
              panic while it reconciles the policy.",
        client: "500 with an empty body: there is no token. With an older token, 401 once it has expired.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o jsonpath='{.status.conditions}'",
        fix: "Name the namespace of the Secret; write the client ID into clientID.",
        before: "oidc:\n  \
              clientID: c\n  \
              clientSecret: {name: oidc}",
        after: "oidc:\n  \
              clientID: c\n  \
              clientSecret: {name: oidc, namespace: models}",
    },
    refs: &[
        "ai-gateway@v1.1.0 internal/controller/backend_security_policy.go",
        "ai-gateway@v1.1.0 internal/controller/tokenprovider/oidc_token_provider.go",
    ],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(policy) = trace.credential.policy else { return };
    let Some((oidc, pointer)) = policy.spec.oidc() else { return };
    let key = policy.key();
    let effect = facts::effect_of_missing(trace, &policy.spec);
    if oidc.client_secret.namespace.is_none() {
        let path = format!("{pointer}/clientSecret/namespace");
        let found = trace.credential.secret.as_ref().is_some_and(|it| it.secret.found().is_some());
        let title = format!("name the namespace `{}`", key.namespace);
        let fix = if found { Fix::safe(title) } else { Fix::review(title) };
        out.push(
            Draft::at(key.clone(), &path, format!("{key} names no namespace for its OIDC client secret"))
                .effect(effect)
                .fix(if found {
                    fix.set(&key, &path, key.namespace.clone())
                } else {
                    Fix::manual("name the namespace of the Secret")
                }),
        );
    }
    if let Some(reference) = &oidc.client_id_ref {
        out.push(
            Draft::at(
                key.clone(),
                format!("{pointer}/clientIDRef"),
                format!("{key} takes its client ID from Secret `{}`", reference.name),
            )
            .effect("the controller panics while it reconciles the policy; no token is fetched")
            .fix(Fix::manual("write the client ID into `clientID`")),
        );
    }
}
