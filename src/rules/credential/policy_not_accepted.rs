//! A BackendSecurityPolicy for which AI Gateway gets no token.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _, has_condition},
    trace::{Hop, SecretTrace, Trace},
};

/// See `kubectl aigw-backend explain AIB424`.
pub static RULE: Rule = Rule {
    code: "AIB424",
    name: "policy-not-accepted",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "A policy of a type that fetches a token says NotAccepted, and the Secret that it logs in \
              with is as it should be.",
        why: "AI Gateway exchanges the configured credential for a token. When that fails, the message \
              of the condition says why: the address of the issuer, a refused login, a role that may not \
              be assumed, a network that does not let it out.",
        client: "500 with an empty body: there is no token. With an older token, 401 once it has expired.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o jsonpath='{.status.conditions}'\n\
              kubectl -n envoy-ai-gateway-system logs deploy/ai-gateway-controller",
        fix: "Do what the message says. AI Gateway tries again every minute.",
        before: "status:\n  \
              conditions: [{type: NotAccepted, status: 'False', message: 'failed to get oauth2 token: \
              …'}]",
        after: "status:\n  \
              conditions: [{type: Accepted, status: 'True'}]",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/backend_security_policy.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let credential = &trace.credential;
    let Some(policy) = credential.policy.filter(|it| it.spec.fetches_token()) else { return };
    let Some(refused) = has_condition(&policy.status.conditions, "NotAccepted", "False") else { return };
    // a Secret that is missing or not as it should be, or could not be read, may explain it
    let wrong = |it: &SecretTrace<'_>| match it.value() {
        Some(value) if it.entry == "service_account.json" => !value.json_object,
        Some(value) => value.padded || value.blank || value.placeholder,
        None => true,
    };
    let explained = facts::secret(trace).is_none_or(wrong)
        || policy.spec.oidc().is_some_and(|(oidc, _)| oidc.client_id_ref.is_some())
        || credential.token.as_ref().and_then(|it| it.expires).is_some_and(|it| it < trace.world.now);
    if explained {
        return;
    }
    let key = policy.key();
    out.push(
        Draft::at(
            key.clone(),
            "/status/conditions",
            format!("{key} is not accepted: AI Gateway gets no token"),
        )
        .effect(facts::effect_of_missing(trace, &policy.spec))
        .evidence(facts::one_line(&refused.message))
        .fix(Fix::manual("do what the message of the condition says")),
    );
}
