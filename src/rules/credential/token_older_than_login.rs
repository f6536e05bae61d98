//! A token that was fetched with an older login.

use jiff::SignedDuration;

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB437`.
pub static RULE: Rule = Rule {
    code: "AIB437",
    name: "token-older-than-login",
    hop: Hop::Credential,
    severity: Severity::Info,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "The token in the Secret ai-eg-bsp-POLICY was fetched before the BackendSecurityPolicy, or \
              the Secret that it logs in with, was last changed. It speaks only where the objects say when \
              they were written (managedFields).",
        why: "AI Gateway renews a token when it is about to end, and looks neither at the policy nor at \
              the key to decide. A policy that was deleted and made anew finds the token of its \
              predecessor.",
        client: "Nothing where the change did not concern the login; else requests go out with the old \
              identity, for an hour at most with Azure and Google.",
        confirm: "kubectl -n NAMESPACE get secret ai-eg-bsp-POLICY -o jsonpath='{.metadata.annotations}'\n\
              kubectl -n NAMESPACE get backendsecuritypolicy POLICY -o yaml --show-managed-fields | grep -e time -e manager",
        fix: "Delete the token's Secret and restart AI Gateway's controller, if the new login is to count \
              at once.",
        before: "# 10:00 token fetched\n\
              # 10:05 client secret replaced",
        after: "# 10:05 client secret replaced\n\
              # 10:06 token fetched",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/backend_security_policy.go"],
    check: Check::Backend(check),
};

/// Clocks of managedFields count seconds, and the controller needs some.
const SLACK: SignedDuration = SignedDuration::from_secs(5);

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let credential = &trace.credential;
    let (Some(policy), Some(token)) = (credential.policy, &credential.token) else { return };
    // one that has expired is token-expired
    let Some(end) = token.expires.filter(|it| *it > trace.world.now) else { return };
    let Some(fetched) = token.secret.found().and_then(|it| it.meta.written) else { return };
    let login =
        credential.secret.as_ref().and_then(|it| Some((it.key.clone(), "/data", &it.secret.found()?.meta)));
    let changed = [Some((policy.key(), "/spec", &policy.meta)), login].into_iter().flatten();
    let newer: Vec<_> = changed
        .filter_map(|(key, path, meta)| Some((key, path, meta.written?)))
        .filter(|(_, _, at)| at.duration_since(fetched) > SLACK)
        .collect();
    let Some((last, ..)) = newer.first() else { return };
    let (key, namespace) = (&token.key, &token.key.namespace);
    let mut fix = Fix::manual("have the token fetched anew, if the change concerns the login")
        .command(format!("kubectl -n {namespace} delete secret {}", key.name));
    if let Some(controller) = trace.world.platform.ai_gateway {
        let meta = &controller.deployment.meta;
        fix = fix.command(format!("kubectl -n {} rollout restart deployment/{}", meta.namespace, meta.name));
    }
    let mut draft =
        Draft::at(key.clone(), "/data", format!("{key} holds a token from before {last} changed"))
            .effect(format!("requests may go out with the old identity until {end}"))
            .evidence(format!("fetched at {fetched}"));
    for (key, path, at) in &newer {
        draft = draft.because(key.clone(), *path, format!("was written at {at}"));
    }
    out.push(draft.fix(fix));
}
