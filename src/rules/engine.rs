//! Runs the catalogue over a traced cluster.

use std::collections::BTreeMap;

use super::{Check, Finding, Findings};
use crate::{model::Kind, trace::World};

/// Runs every rule: those about a backend over each of them. Findings come worst first, then by object and code.
pub fn run(world: &World<'_>) -> Vec<Finding> {
    let mut found = BTreeMap::new();
    for rule in super::all() {
        if let Check::World(check) = rule.check {
            check(world, &mut Findings { rule, backend: None, found: &mut found });
        }
    }
    for trace in world.traces() {
        for rule in super::all() {
            if let Check::Backend(check) = rule.check {
                let backend = Some(&trace.backend.meta);
                check(&trace, &mut Findings { rule, backend, found: &mut found });
            }
        }
    }
    let mut findings: Vec<Finding> = found.into_values().collect();
    let policy = |it: &Finding| {
        let mut keys = std::iter::once(&it.object).chain(it.related.iter().map(|it| &it.object));
        keys.any(|it| it.kind == Kind::BackendTLSPolicy)
    };
    for it in findings.iter_mut().filter(|it| policy(it) && !it.effect.contains(" (on ")) {
        if let Some(effect) = world.platform.of_tls_policy(world.cluster, &it.effect) {
            it.effect = effect;
        }
    }
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    findings
}

fn order(finding: &Finding) -> impl Ord + '_ {
    let object = &finding.object;
    (finding.rule.severity, &object.namespace, &object.name, object.kind, finding.rule.code, &finding.path)
}
