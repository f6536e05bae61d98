//! Runs the catalogue over a traced cluster.

use std::{
    num::NonZero,
    panic::resume_unwind,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use super::{Check, Finding, Findings, Rule, finding::Found};
use crate::{
    model::{AIServiceBackend, Kind},
    trace::{Trace, World},
};

/// Backends that are judged at once: fewer are not worth a thread.
const SHARE: usize = 500;

/// A piece of the work.
enum Piece<'a> {
    /// A rule about the whole cluster.
    World(&'static Rule, fn(&World<'_>, &mut Findings<'_>)),
    /// All rules about a backend, over these.
    Backends(&'a [&'a AIServiceBackend]),
}

/// Runs every rule: those about a backend over each of them. Findings come worst first, then by object and code.
pub fn run(world: &World<'_>) -> Vec<Finding> {
    run_and_take(world, |_| ()).0
}

/// The same, and takes from each trace, by namespace and name, before it is gone.
pub fn run_and_take<T: Send>(
    world: &World<'_>,
    take: impl Fn(&Trace<'_>) -> T + Sync,
) -> (Vec<Finding>, Vec<T>) {
    let backends: Vec<&AIServiceBackend> = world.cluster.ai_service_backends.iter().collect();
    let of_world = super::all().filter_map(|rule| match rule.check {
        Check::World(check) => Some(Piece::World(rule, check)),
        Check::Backend(_) => None,
    });
    let pieces: Vec<Piece<'_>> = of_world.chain(backends.chunks(SHARE).map(Piece::Backends)).collect();
    let mut found = Found::default();
    let mut taken = vec![];
    let judge = |piece: &Piece<'_>| judge(world, piece, &take);
    for (of_piece, taken_there) in on_all_cores(&pieces, backends.len().div_ceil(SHARE), judge) {
        found.absorb(of_piece);
        taken.extend(taken_there);
    }
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

/// What a piece of the work comes to, and what is taken from its traces.
fn judge<T>(world: &World<'_>, piece: &Piece<'_>, take: impl Fn(&Trace<'_>) -> T) -> (Found, Vec<T>) {
    let mut found = Found::default();
    let mut taken = vec![];
    match piece {
        Piece::World(rule, check) => check(world, &mut Findings { rule, backend: None, found: &mut found }),
        Piece::Backends(backends) => {
            for trace in backends.iter().map(|it| world.trace(it)) {
                for rule in super::all() {
                    if let Check::Backend(check) = rule.check {
                        let backend = Some(&trace.backend.meta);
                        check(&trace, &mut Findings { rule, backend, found: &mut found });
                    }
                }
                taken.push(take(&trace));
            }
        }
    }
    (found, taken)
}

/// Does pieces of work in up to so many threads. What comes of them is in their order: so it is always the same.
fn on_all_cores<P: Sync, R: Send>(pieces: &[P], most: usize, work: impl Fn(&P) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = vec![];
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = pieces.get(index) else { break done };
            done.push((index, work(piece)));
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(most);
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, it)| it).collect()
}

fn order(finding: &Finding) -> impl Ord + '_ {
    let object = &finding.object;
    (finding.rule.severity, &object.namespace, &object.name, object.kind, finding.rule.code, &finding.path)
}
