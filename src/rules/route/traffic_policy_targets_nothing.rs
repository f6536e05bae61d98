//! A policy of Envoy Gateway names a Gateway or route that does not exist.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    dangling,
};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB632`.
pub static RULE: Rule = Rule {
    code: "AIB632",
    name: "traffic-policy-targets-nothing",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[
        Kind::AIGatewayRoute,
        Kind::Gateway,
        Kind::HTTPRoute,
        Kind::ClientTrafficPolicy,
        Kind::BackendTrafficPolicy,
        Kind::SecurityPolicy,
        Kind::EnvoyExtensionPolicy,
    ],
    docs: Docs {
        what: "A BackendTrafficPolicy, ClientTrafficPolicy, SecurityPolicy or EnvoyExtensionPolicy names a \
               Gateway or HTTPRoute that does not exist, and one with AI traffic is there that was meant: its \
               name is much like it, or it is the only Gateway. Other routes may belong to anything.",
        why: "Envoy Gateway passes over such a target without a word: the policy has no status at all, and \
              nothing of it is in force. The HTTPRoute that AI Gateway makes has the very name of its \
              AIGatewayRoute.",
        client: "As if the policy were not there: no retry, no limit, no authentication.",
        confirm: "kubectl -n NAMESPACE get gateways,httproutes\n\
              kubectl -n NAMESPACE get backendtrafficpolicy NAME -o jsonpath='{.spec.targetRefs} {.status}'",
        fix: "Correct the name, or delete the policy when it is not needed any more.",
        before: "kind: BackendTrafficPolicy\n\
              spec:\n  \
              targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: models-route}]   # the \
              AIGatewayRoute is `models`",
        after: "kind: BackendTrafficPolicy\n\
              spec:\n  \
              targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: models}]",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/backendtrafficpolicy.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for it in dangling::all(world).into_iter().filter(|it| it.certain) {
        let (key, path) = (&it.policy.key, format!("{}/name", it.pointer));
        let lost = if key.kind == Kind::SecurityPolicy {
            "requests come in without the checks that it asks for"
        } else if key.kind == Kind::ClientTrafficPolicy {
            "its limits for clients are not in force"
        } else if key.kind == Kind::BackendTrafficPolicy {
            "its retries, time limits and other settings are not in force"
        } else {
            "its extensions are not called"
        };
        let message = format!("{key} targets {}, which does not exist", it.target);
        out.push(
            Draft::at(key.clone(), path.clone(), message)
                .effect(format!("the policy has no effect, and no status says so: {lost}"))
                .because(it.meant.clone(), "", "is what was meant, as it seems")
                .hits(it.hits)
                .fix(Fix::review(format!("target {}", it.meant)).set(key, &path, it.meant.name)),
        );
    }
}
