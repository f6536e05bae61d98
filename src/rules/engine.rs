//! Runs the catalogue over a traced cluster.

use std::{num::NonZero, panic::resume_unwind, thread};

use super::{Check, Finding, Findings, finding::Found};
use crate::{
    model::{AIServiceBackend, Kind},
    trace::{Trace, World},
};

/// Fewer backends are not worth a thread of their own.
const SHARE: usize = 500;

/// Runs every rule: those about a backend over each of them. Findings come worst first, then by object and code.
pub fn run(world: &World<'_>) -> Vec<Finding> {
    run_and_take(world, |_| ()).0
}

/// The same, and takes from each trace, by namespace and name, before it is gone.
pub fn run_and_take<T: Send>(
    world: &World<'_>,
    take: impl Fn(&Trace<'_>) -> T + Sync,
) -> (Vec<Finding>, Vec<T>) {
    let mut found = Found::default();
    for rule in super::all() {
        if let Check::World(check) = rule.check {
            check(world, &mut Findings { rule, backend: None, found: &mut found });
        }
    }
    let backends: Vec<&AIServiceBackend> = world.cluster.ai_service_backends.iter().collect();
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = backends.len().div_ceil(threads).max(SHARE);
    let judge = |it| judge(world, it, &take);
    let mut taken = vec![];
    thread::scope(|scope| {
        let mut shares = backends.chunks(share);
        let first = shares.next().unwrap_or_default();
        let others: Vec<_> = shares.map(|it| scope.spawn(move || judge(it))).collect();
        let first = judge(first);
        let others = others.into_iter().map(|it| it.join().unwrap_or_else(|panic| resume_unwind(panic)));
        // in their order, so that it is always the same finding that comes first
        for (of_share, taken_there) in std::iter::once(first).chain(others) {
            found.absorb(of_share);
            taken.extend(taken_there);
        }
    });
    let mut findings = found.into_findings();
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
    (findings, taken)
}

/// What the rules about a backend say of some, and what is taken from their traces.
fn judge<T>(
    world: &World<'_>,
    backends: &[&AIServiceBackend],
    take: impl Fn(&Trace<'_>) -> T,
) -> (Found, Vec<T>) {
    let mut found = Found::default();
    let mut taken = Vec::with_capacity(backends.len());
    for trace in backends.iter().map(|it| world.trace(it)) {
        for rule in super::all() {
            if let Check::Backend(check) = rule.check {
                let backend = Some(&trace.backend.meta);
                check(&trace, &mut Findings { rule, backend, found: &mut found });
            }
        }
        taken.push(take(&trace));
    }
    (found, taken)
}

fn order(finding: &Finding) -> impl Ord + '_ {
    let object = &finding.object;
    (finding.rule.severity, &object.namespace, &object.name, object.kind, finding.rule.code, &finding.path)
}
