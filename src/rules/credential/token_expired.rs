//! A token that AI Gateway fetched and did not renew.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, platform};
use super::facts;
use crate::{
    model::{Kind, Resource as _, has_condition},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB423`.
pub static RULE: Rule = Rule {
    code: "AIB423",
    name: "token-expired",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "The Secret ai-eg-bsp-POLICY holds a token whose time is over, says its annotation \
              rotators/expiration-time.",
        why: "AI Gateway renews tokens five minutes before they end, and tries again every minute. An \
              expired one means that it does not run, or that it gets no new one.",
        client: "401 or 403 from the provider.",
        confirm: "kubectl -n NAMESPACE get secret ai-eg-bsp-POLICY -o jsonpath='{.metadata.annotations}'\n\
              kubectl -n NAMESPACE get backendsecuritypolicy POLICY -o jsonpath='{.status.conditions}'\n\
              kubectl -n envoy-ai-gateway-system logs deploy/ai-gateway-controller | grep rotat",
        fix: "Look at the status of the policy and the log of the controller for the reason. Deleting \
              the Secret has it fetched anew; where it comes of an Azure client secret or a file of \
              Google, AI Gateway does not see that, and its controller has to be restarted too.",
        before: "kind: Secret\n\
              metadata:\n  \
              name: ai-eg-bsp-azure\n  \
              annotations: {rotators/expiration-time: '2024-01-01T00:00:00Z'}",
        after: "kind: Secret\n\
              metadata:\n  \
              name: ai-eg-bsp-azure\n  \
              annotations: {rotators/expiration-time: '2034-01-01T00:00:00Z'}",
    },
    refs: &[
        "live",
        "ai-gateway@v1.1.0 internal/controller/backend_security_policy.go",
        "ai-gateway@v1.1.0 internal/controller/rotators/common.go",
    ],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let credential = &trace.credential;
    let (Some(policy), Some(token)) = (credential.policy, &credential.token) else { return };
    let Some(end) = token.expires.filter(|it| *it < trace.world.now) else { return };
    let mut draft = Draft::at(
        token.key.clone(),
        "/metadata/annotations/rotators~1expiration-time",
        format!("{} holds a token that has expired", token.key),
    )
    .effect("401 or 403 from the provider: the token is sent all the same")
    .evidence(format!("expired at {end}"));
    let refused = has_condition(&policy.status.conditions, "NotAccepted", "False");
    let words = refused.map_or("fetches the token".to_owned(), |it| {
        format!("NotAccepted: {}", facts::one_line(&it.message))
    });
    draft = draft.because(policy.key(), "/status/conditions", words);
    let command = format!("kubectl -n {} delete secret {}", token.key.namespace, token.key.name);
    let mut fix = Fix::manual("see why it is not renewed; then have it fetched anew").command(command);
    // such a Secret has no owner, so that nothing happens when it goes
    let azure = policy.spec.azure_credentials.as_ref().is_some_and(|it| it.client_secret_ref.is_some());
    let google = policy.spec.gcp_credentials.as_ref().is_some_and(|it| it.credentials_file.is_some());
    if let Some(controller) = trace.world.platform.ai_gateway.as_ref().filter(|_| azure || google) {
        fix = fix.command(platform::restart(controller));
    }
    out.push(draft.fix(fix));
}
