//! The Backends of a rule beside each other: which of them Envoy Gateway can put into one cluster.

use crate::{
    model::{Backend, BackendType},
    trace::{RefTrace, RuleTrace, World},
};

/// References that get requests, with the Backends that they lead to; `None` where one of them is not known.
pub(in crate::rules) fn active<'t, 'a>(
    world: &World<'a>,
    rule: &'t RuleTrace<'a>,
) -> Option<Vec<(&'t RefTrace<'a>, &'a Backend)>> {
    let refs = rule.refs.iter().filter(|it| it.reference.weight() > 0);
    refs.map(|it| {
        let from = it.backend.found()?;
        let target = &from.spec.backend_ref;
        let namespace = target.namespace.as_ref().unwrap_or(&from.meta.namespace);
        Some((it, world.cluster.backends.get(namespace, &target.name).found()?))
    })
    .collect()
}

/// Whether a Backend has names, addresses, or neither.
pub(in crate::rules) fn has_names(backend: &Backend) -> Option<bool> {
    let endpoints = &backend.spec.endpoints;
    if backend.spec.type_ != BackendType::Endpoints || endpoints.is_empty() {
        return None;
    }
    let names = endpoints.iter().filter(|it| it.fqdn.is_some()).count();
    match names {
        0 => Some(false),
        all if all == endpoints.len() => Some(true),
        _ => None,
    }
}

/// Whether some of them have names and others addresses, so that each gets a cluster of its own.
pub(in crate::rules) fn are_mixed(active: &[(&RefTrace<'_>, &Backend)]) -> bool {
    let kinds: Option<Vec<bool>> = active.iter().map(|(_, it)| has_names(it)).collect();
    kinds.is_some_and(|it| it.contains(&true) && it.contains(&false))
}

/// The priority of a reference: 0 is the first.
pub(in crate::rules) fn priority(it: &RefTrace<'_>) -> i64 {
    it.reference.priority.unwrap_or_default()
}
