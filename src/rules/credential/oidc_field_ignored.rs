//! Fields of an OIDC exchange that nobody reads.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB440`.
pub static RULE: Rule = Rule {
    code: "AIB440",
    name: "oidc-field-ignored",
    hop: Hop::Credential,
    severity: Severity::Info,
    needs: &[Kind::BackendSecurityPolicy],
    docs: Docs {
        what: "oidcExchangeToken has aud or grantType.",
        why: "Nothing in AI Gateway reads the two: the client logs in with the grant client_credentials \
              and the scopes that the issuer supports, and the token that it gets is exchanged as it is.",
        client: "Nothing, unless the issuer or the cloud needs that audience: then the policy says \
              NotAccepted.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o yaml | grep -e aud -e grantType",
        fix: "Remove the field; have the issuer put the audience into tokens of this client.",
        before: "oidcExchangeToken:\n  \
              aud: sts.amazonaws.com\n  \
              oidc: {clientID: c}",
        after: "oidcExchangeToken:\n  \
              oidc: {clientID: c}",
    },
    refs: &["ai-gateway@v1.1.0 internal/controller/tokenprovider/oidc_token_provider.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(policy) = trace.credential.policy else { return };
    let Some((exchange, pointer)) = policy.spec.exchange() else { return };
    let key = policy.key();
    for (name, value) in [("aud", &exchange.aud), ("grantType", &exchange.grant_type)] {
        if value.as_ref().is_none_or(String::is_empty) {
            continue;
        }
        let path = format!("{pointer}/{name}");
        out.push(
            Draft::at(key.clone(), &path, format!("{key} has `{name}`, which nothing reads"))
                .effect("none, unless the issuer needs it: then no token is fetched")
                .fix(Fix::review("remove it").remove(&key, &path)),
        );
    }
}
