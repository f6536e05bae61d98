//! A quota that no request is counted against.

use std::collections::BTreeSet;

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, near::nearest},
    cost,
};
use crate::{
    cluster::Lookup,
    model::{Key, Kind, QuotaPolicy, Resource as _},
    trace::{Hop, RefTrace, RuleTrace, World, release},
};

/// See `kubectl aigw-backend explain AIB725`.
pub static RULE: Rule = Rule {
    code: "AIB725",
    name: "quota-never-applies",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::QuotaPolicy, Kind::AIGatewayRoute, Kind::AIServiceBackend],
    docs: Docs {
        what: "A QuotaPolicy has a quota that no request is counted against: for a model that no route sends to \
              its backends, for backends that do not exist or that only routes of other namespaces use, a \
              serviceQuota, or any quota on AI Gateway v0.6.",
        why: "AI Gateway looks for QuotaPolicies in the namespace of the route alone, and matches modelName with \
              the modelNameOverride of the reference: the name that the provider gets. serviceQuota is accepted \
              and not enforced, and v0.6 enforces none. The QuotaPolicy stays Accepted.",
        client: "The quota is not reached: everyone goes on.",
        confirm: "kubectl -n NAMESPACE get quotapolicy NAME -o jsonpath='{.spec}'\n\
              kubectl -n NAMESPACE get aigatewayroutes -o jsonpath='{.items[*].spec.rules[*].backendRefs}'",
        fix: "Write the name that is sent to the provider, put the policy and the route in the namespace of the \
              backend, and give each model a quota of its own.",
        before: "perModelQuotas: [{modelName: gpt4o, quota: {defaultBucket: {limit: 1000, duration: 1h}}}]",
        after: "perModelQuotas: [{modelName: gpt-4o, quota: {defaultBucket: {limit: 1000, duration: 1h}}}]",
    },
    refs: &[
        "ai-gateway@v1.1.0 internal/controller/gateway.go",
        "ai-gateway@v1.1.0 internal/extensionserver/quota_ratelimit.go",
    ],
    check: Check::World(check),
};

const EFFECT: &str = "no request takes anything from this quota";

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let version = world.platform.ai_gateway_version;
    for policy in world.cluster.quota_policies.iter() {
        let draft = |path: &str, says: &str| {
            let key = policy.key();
            Draft::at(key.clone(), path, format!("{key}: {says}"))
                .effect(EFFECT)
                .hits(cost::targets(world, policy))
        };
        let enforced = world.platform.holds(&release::QUOTAS_ENFORCED);
        if let Some(version) = version.filter(|_| enforced == Some(false)) {
            let says = format!("AI Gateway {version} enforces no quota");
            out.push(draft("/spec", &says).fix(Fix::manual("update AI Gateway to v0.7 or newer")));
            continue;
        }
        let ignored = world.platform.holds(&release::SERVICE_QUOTA_IGNORED) == Some(true);
        if policy.spec.service_quota.is_some() && ignored {
            let says = "`serviceQuota` is accepted and not enforced";
            out.push(
                draft("/spec/serviceQuota", says).fix(Fix::manual("give each model a quota of its own")),
            );
        }
        if policy.spec.per_model_quotas.is_empty() {
            continue;
        }
        match senders(world, policy) {
            Senders::Unknown => {}
            Senders::NoBackend => {
                let says = "targets no AIServiceBackend that exists in its namespace";
                out.push(draft("/spec/targetRefs", says).fix(Fix::manual("name one that exists")));
            }
            Senders::Elsewhere(route) => {
                let says = "its backends are used by routes of other namespaces only";
                let fix = Fix::manual("move the backends and the policy to the namespace of the route");
                out.push(
                    draft("/spec/targetRefs", says).because(route, "/spec/rules", "leads there").fix(fix),
                );
            }
            Senders::Here(refs) => models(policy, &refs, &draft, out),
        }
    }
}

/// Who sends requests to the backends of a policy.
enum Senders<'a> {
    /// None of the backends exists.
    NoBackend,
    /// Only routes of other namespaces, such as this one.
    Elsewhere(Key),
    /// These references of routes in its namespace; none where nobody does at all.
    Here(Vec<(&'a RuleTrace<'a>, &'a RefTrace<'a>)>),
    /// Something could not be read.
    Unknown,
}

fn senders<'a>(world: &'a World<'a>, policy: &QuotaPolicy) -> Senders<'a> {
    let namespace = &policy.meta.namespace;
    let mut keys: BTreeSet<Key> = BTreeSet::new();
    for target in &policy.spec.target_refs {
        match world.cluster.ai_service_backends.get(namespace, &target.name) {
            Lookup::Found(backend) => _ = keys.insert(backend.key()),
            Lookup::Absent => {}
            Lookup::Unreadable(_) => return Senders::Unknown,
        }
    }
    if keys.is_empty() {
        return Senders::NoBackend;
    }
    if world.cluster.ai_gateway_routes.gap_in(namespace).is_some() {
        return Senders::Unknown;
    }
    let (mut here, mut elsewhere) = (vec![], None);
    for route in &world.routes {
        for rule in &route.rules {
            for it in rule.refs.iter().filter(|it| keys.contains(&it.key)) {
                if route.key.namespace == *namespace {
                    here.push((rule, it));
                } else {
                    elsewhere.get_or_insert(&route.key);
                }
            }
        }
    }
    match elsewhere {
        Some(route) if here.is_empty() => Senders::Elsewhere(route.clone()),
        _ => Senders::Here(here),
    }
}

/// Quotas for models that nobody sends.
fn models(
    policy: &QuotaPolicy,
    refs: &[(&RuleTrace<'_>, &RefTrace<'_>)],
    draft: &impl Fn(&str, &str) -> Draft,
    out: &mut Findings<'_>,
) {
    let Some(sent) = refs.iter().map(|(rule, it)| sent(rule, it)).collect::<Option<Vec<_>>>() else { return };
    let sent: BTreeSet<&str> = sent.into_iter().flatten().collect();
    // nobody sends anything: a backend without routes is a finding of its own
    if sent.is_empty() {
        return;
    }
    for (index, quota) in policy.spec.per_model_quotas.iter().enumerate() {
        let Some(model) = quota.model_name.as_deref().filter(|it| !sent.contains(it)) else { continue };
        let path = format!("/spec/perModelQuotas/{index}/modelName");
        let names: Vec<String> = sent.iter().take(5).map(|it| format!("`{it}`")).collect();
        let fix = match nearest(model, sent.iter().copied()) {
            Some(meant) => Fix::review(format!("write `{meant}`")).set(&policy.key(), &path, meant),
            None => Fix::manual("write the name that is sent to the provider"),
        };
        let says = format!("no route of its namespace sends model `{model}` to its backends");
        out.push(draft(&path, &says).evidence(format!("sent: {}", names.join(", "))).fix(fix));
    }
}

/// The models that a reference sends; `None` where they can be any.
fn sent<'a>(rule: &RuleTrace<'a>, it: &RefTrace<'a>) -> Option<Vec<&'a str>> {
    if let Some(name) = it.reference.model_name_override.as_deref().filter(|it| !it.is_empty()) {
        return Some(vec![name]);
    }
    let models: Vec<&str> = rule.models().collect();
    let all_exact = rule.rule.matches.len() == models.len();
    (all_exact && !models.is_empty()).then_some(models)
}
