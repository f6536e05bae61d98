//! Which endpoints the backends of a rule serve.

use crate::{
    model::{AIServiceBackend, SchemaName},
    trace::{Call, ClientApi, RefTrace, RuleTrace, World, upstream_path},
};

/// References that get requests, with the AIServiceBackends that they lead to.
pub(super) fn active<'t, 'a>(rule: &'t RuleTrace<'a>) -> Vec<(&'t RefTrace<'a>, &'a AIServiceBackend)> {
    let refs = rule.refs.iter().filter(|it| it.reference.weight() > 0);
    refs.filter_map(|it| Some((it, it.backend.found()?))).collect()
}

/// Whether a backend's schema serves an endpoint; a schema that is newer than this tool may serve all.
pub(super) fn serves(world: &World<'_>, backend: &AIServiceBackend, api: ClientApi) -> bool {
    let schema = &backend.spec.schema.name;
    let call = Call { release: world.platform.ai_gateway_version, ..Call::default() };
    matches!(schema, SchemaName::Newer(_)) || upstream_path(api, schema, &call).is_some()
}

/// An endpoint that all of them serve.
pub(super) fn common(world: &World<'_>, backends: &[&AIServiceBackend]) -> Option<ClientApi> {
    ClientApi::ALL.into_iter().find(|api| backends.iter().all(|it| serves(world, it, *api)))
}
