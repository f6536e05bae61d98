//! Two policies have the same target, and one is without effect.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    covered::covered,
};
use crate::{
    model::Kind,
    trace::{Hop, Policy, World},
};

/// See `kubectl aigw-backend explain AIB640`.
pub static RULE: Rule = Rule {
    code: "AIB640",
    name: "traffic-policy-conflict",
    hop: Hop::Route,
    severity: Severity::Info,
    needs: &[
        Kind::AIGatewayRoute,
        Kind::Gateway,
        Kind::ClientTrafficPolicy,
        Kind::BackendTrafficPolicy,
        Kind::SecurityPolicy,
        Kind::EnvoyExtensionPolicy,
    ],
    docs: Docs {
        what: "Envoy Gateway says Conflicted of a policy on a Gateway with AI routes, or on a generated \
               HTTPRoute.",
        why: "Of two policies of one kind with the same target the older one is in force, and the other is \
               not: they are not put together.",
        client: "As if the policy were not there.",
        confirm: "kubectl -n NAMESPACE get backendtrafficpolicies,clienttrafficpolicies,securitypolicies -o \
               jsonpath='{.items[*].status}'",
        fix: "Put the two into one, or give them different targets.",
        before: "kind: BackendTrafficPolicy   # two of them\n\
               spec:\n  \
               targetRefs: [{kind: HTTPRoute, name: models}]",
        after: "kind: BackendTrafficPolicy   # one of them\n\
               spec:\n  \
               targetRefs: [{kind: HTTPRoute, name: models}]",
    },
    refs: &["gateway@v1.8.1 internal/gatewayapi/backendtrafficpolicy.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let policies = Policy::all(world.cluster);
    for policy in &policies {
        let Some(condition) = policy.refusal("Conflicted") else { continue };
        let key = &policy.key;
        for (target, hits) in covered(world, &policies, policy) {
            let mut draft = Draft::at(
                key.clone(),
                "/spec",
                format!("{key} has no effect on {target}: another one is in force"),
            )
            .effect("nothing of this policy is in force")
            .evidence(condition.message.trim_end_matches('.').to_owned())
            .because(target.clone(), "", "is what it targets")
            .hits(hits);
            let same = |it: &&Policy<'_>| it.key.kind == key.kind && it.key != *key && it.names(&target);
            for other in policies.iter().filter(same) {
                draft = draft.because(other.key.clone(), "/spec", "has the same target");
            }
            out.push(draft.fix(Fix::manual("put the two into one, and delete this one").command(format!(
                "kubectl -n {} get {} -o yaml",
                key.namespace,
                key.kind.resource()
            ))));
        }
    }
}
