//! A BackendSecurityPolicy for a backend that does not exist.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};

use crate::{
    model::{AIServiceBackend, BackendSecurityPolicy, Kind, Resource as _},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB414`.
pub static RULE: Rule = Rule {
    code: "AIB414",
    name: "policy-target-missing",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy, Kind::AIServiceBackend],
    docs: Docs {
        what: "A targetRef names an AIServiceBackend that does not exist in the namespace of the policy.",
        why: "Targets are local to the namespace. AI Gateway logs that it found no such backend, and the \
              policy stays Accepted.",
        client: "Nothing, if nobody needs the policy; else 401 from the provider, for the backend that was \
              meant has no credential.",
        confirm: "kubectl -n NAMESPACE get aiservicebackends\n\
              kubectl -n NAMESPACE get backendsecuritypolicies -o yaml",
        fix: "Correct the name, or move the policy to the namespace of the backend.",
        before: "targetRefs: [{group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: opnai}]",
        after: "targetRefs: [{group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: openai}]",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/controller/backend_security_policy.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let cluster = world.cluster;
    for policy in cluster.backend_security_policies.iter() {
        let (key, namespace) = (policy.key(), &policy.meta.namespace);
        for (index, target) in policy.spec.target_refs.iter().enumerate() {
            let is_backend = target.kind() == "AIServiceBackend";
            if !is_backend || !cluster.ai_service_backends.get(namespace, &target.name).is_absent() {
                continue;
            }
            let path = format!("/spec/targetRefs/{index}");
            let message = format!(
                "{key} targets AIServiceBackend `{}`, which does not exist in `{namespace}`",
                target.name
            );
            let draft = Draft::at(key.clone(), &path, message);
            let draft = match meant(world, policy, &target.name) {
                Some(backend) if backend.meta.namespace == *namespace => draft
                    .effect(format!("{} gets no credential from it: 401 from the provider", backend.key()))
                    .because(backend.key(), "", "has no policy, and nearly the name")
                    .hits([(namespace.clone(), backend.meta.name.clone())])
                    .fix(Fix::review(format!("target `{}`", backend.meta.name)).set(
                        &key,
                        &format!("{path}/name"),
                        backend.meta.name.clone(),
                    )),
                Some(backend) => draft
                    .effect(format!("{} gets no credential from it: 401 from the provider", backend.key()))
                    .because(backend.key(), "", "has the name and no policy, and is in another namespace")
                    .hits([(backend.meta.namespace.clone(), backend.meta.name.clone())])
                    .fix(Fix::manual(format!(
                        "move the policy and its Secret to namespace `{}`",
                        backend.meta.namespace
                    ))),
                None => draft
                    .effect("the policy has no effect on it: no request gets this credential")
                    .hits([])
                    .fix(Fix::manual("correct the name, or remove the target")),
            };
            out.push(draft);
        }
    }
}

/// The backend without a policy that was probably meant: a near name beside the policy, or the name elsewhere.
fn meant<'a>(world: &World<'a>, policy: &BackendSecurityPolicy, name: &str) -> Option<&'a AIServiceBackend> {
    let policies = &world.cluster.backend_security_policies;
    let bare = |it: &&&AIServiceBackend| {
        policies.gap_in(&it.meta.namespace).is_none()
            && !policies.in_namespace(&it.meta.namespace).items.iter().any(|policy| {
                let mut targets = policy.spec.target_refs.iter();
                targets.any(|target| target.kind() == "AIServiceBackend" && target.name == it.meta.name)
            })
    };
    let distance = |it: &&AIServiceBackend| match &it.meta.name {
        there if there.starts_with(name) || name.starts_with(there.as_str()) => 2,
        there => strsim::damerau_levenshtein(there, name),
    };
    let backends = &world.cluster.ai_service_backends;
    let mut near: Vec<_> = backends.in_namespace(&policy.meta.namespace).items;
    near.retain(|it| distance(it) <= 2);
    near.sort_by_key(distance);
    near.iter().find(bare).copied().or_else(|| backends.iter().find(|it| it.meta.name == name && bare(&it)))
}
