//! An invalid policy makes Envoy answer 500.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    covered::covered,
};
use crate::{
    model::Kind,
    trace::{Hop, Policy, World},
};

/// See `kubectl aigw-backend explain AIB616`.
pub static RULE: Rule = Rule {
    code: "AIB616",
    name: "policy-turns-traffic-off",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[
        Kind::AIGatewayRoute,
        Kind::Gateway,
        Kind::SecurityPolicy,
        Kind::BackendTrafficPolicy,
        Kind::ClientTrafficPolicy,
        Kind::EnvoyExtensionPolicy,
    ],
    docs: Docs {
        what: "Envoy Gateway calls a policy on the Gateway or on the generated HTTPRoute invalid.",
        why: "An invalid policy is not left out: so that nobody comes in unchecked, Envoy answers itself on \
              every route that the policy covers. The routes stay Accepted. Only parts with failOpen: true \
              are left out instead; policies with such a part are not judged here.",
        client: "500 with an empty body for every request.",
        confirm: "kubectl -n NAMESPACE get \
              securitypolicies,backendtrafficpolicies,clienttrafficpolicies,envoyextensionpolicies -o \
              jsonpath='{.items[*].status}'",
        fix: "Do what the message says, or delete the policy.",
        before: "kind: SecurityPolicy\n\
              status: {ancestors: [{conditions: [{type: Accepted, status: \"False\", reason: Invalid}]}]}",
        after: "kind: SecurityPolicy\n\
              status: {ancestors: [{conditions: [{type: Accepted, status: \"True\", reason: Accepted}]}]}",
    },
    refs: &[
        "gateway@v1.8.1 internal/gatewayapi/securitypolicy.go",
        "gateway@v1.8.1 internal/gatewayapi/backendtrafficpolicy.go",
        "gateway@v1.8.1 internal/gatewayapi/clienttrafficpolicy.go",
        "gateway@v1.8.1 internal/gatewayapi/envoyextensionpolicy.go",
    ],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let policies = Policy::all(world.cluster);
    for policy in policies.iter().filter(|it| !it.fails_open) {
        let Some(condition) = policy.refusal("Invalid") else { continue };
        for (target, hits) in covered(world, &policies, policy).into_iter().filter(|it| !it.1.is_empty()) {
            let key = &policy.key;
            out.push(
                Draft::at(key.clone(), "/spec", format!("{key} is invalid, and covers {target}"))
                    .effect("500 with an empty body: Envoy answers every request that the policy covers")
                    .evidence(condition.message.trim_end_matches('.').to_owned())
                    .because(target, "", "the policy targets it")
                    .hits(hits)
                    .fix(Fix::manual("follow the message, or delete the policy").command(format!(
                        "kubectl -n {} get {} {} -o yaml",
                        key.namespace,
                        key.kind.resource(),
                        key.name
                    ))),
            );
        }
    }
}
