//! Mutations that requests to a backend undergo: its own, and those of the references that lead to it.

use crate::{
    model::{AIBackendRef, Key, Resource as _},
    trace::Trace,
};

/// The object with a mutation, the JSON pointer to it, and the mutation.
pub(super) type Place<'a, M> = (Key, String, &'a M);

/// The mutation of the backend, if it has one, then those of the references.
pub(super) fn places<'a, M>(
    trace: &Trace<'a>,
    field: &str,
    own: Option<&'a M>,
    of: impl Fn(&'a AIBackendRef) -> Option<&'a M>,
) -> Vec<Place<'a, M>> {
    let own = own.map(|it| (trace.backend.key(), format!("/spec/{field}"), it));
    let routed = trace.route.uses.iter().filter_map(|it| {
        let path = format!("/spec/rules/{}/backendRefs/{}/{field}", it.rule, it.reference.index);
        Some((it.route.key.clone(), path, of(it.reference.reference)?))
    });
    own.into_iter().chain(routed).collect()
}
