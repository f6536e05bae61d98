//! An empty Azure API key, which stops the whole Gateway.

use super::super::{Check, Docs, Draft, Findings, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, PolicyType, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB404`.
pub static RULE: Rule = Rule {
    code: "AIB404",
    name: "azure-key-empty",
    hop: Hop::Credential,
    severity: Severity::Error,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret, Kind::AIGatewayRoute],
    docs: Docs {
        what: "A BackendSecurityPolicy of type AzureAPIKey reads an empty value. One of blanks alone only \
              costs its own backend.",
        why: "ext_proc refuses the whole configuration with `azure API key is required`. Running proxies \
              keep the old one, new Envoy pods cannot start their ext_proc. Every status is green.",
        client: "500 for all models of all routes on the Gateway once a proxy restarts; until then, no \
              change of configuration arrives.",
        confirm: "kubectl -n NAMESPACE get secret NAME -o jsonpath='{.data.apiKey}' | base64 -d | wc -c\n\
              kubectl -n envoy-gateway-system logs -l gateway.envoyproxy.io/owning-gateway-name=GATEWAY \
              -c ai-gateway-extproc | grep 'azure API key'",
        fix: "Put the API key into the Secret.",
        before: "kind: Secret\n\
              stringData: {apiKey: ''}   # of a policy of type AzureAPIKey",
        after: "kind: Secret\n\
              stringData: {apiKey: 'the key'}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/filterapi/runtime.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(secret) = facts::secret(trace).filter(|it| it.policy.spec.type_ == PolicyType::AzureAPIKey)
    else {
        return;
    };
    if secret.value().is_none_or(|it| it.bytes > 0) {
        return;
    }
    let key = &secret.key;
    out.push(
        Draft::at(key.clone(), format!("/data/{}", secret.entry), format!("{key} has an empty `{}`", secret.entry))
            .effect("ext_proc refuses the configuration of the whole Gateway: 500 for all of its models after a restart")
            .because(secret.policy.key(), secret.pointer, "reads it, and is of type AzureAPIKey")
            .hits(facts::neighbours(trace))
            .fix(facts::fill(key, secret.entry)),
    );
}
