//! Rules of hop `reference`, by code.

mod ai_service_backend_missing;
mod backend_missing;
mod backend_ref_names_service;
mod backend_ref_of_unsupported_kind;
mod backend_stuck_terminating;
mod cross_namespace_grant_missing;
mod endpoint_picker_missing;
pub(super) mod grant;
mod grant_of_wrong_group;
mod inference_pool_missing;
mod instead;
mod route_grant_missing;

use super::Rule;
use crate::trace::{Platform, Trace, release};

/// All rules of this hop.
pub(super) static RULES: &[&Rule] = &[
    &backend_missing::RULE,
    &backend_ref_names_service::RULE,
    &backend_ref_of_unsupported_kind::RULE,
    &cross_namespace_grant_missing::RULE,
    &route_grant_missing::RULE,
    &ai_service_backend_missing::RULE,
    &inference_pool_missing::RULE,
    &backend_stuck_terminating::RULE,
    &grant_of_wrong_group::RULE,
    &endpoint_picker_missing::RULE,
];

/// What becomes of a route that has more backends than the HTTPRoute which AI Gateway can no longer write.
pub(super) fn crash(platform: &Platform<'_>) -> String {
    let effect =
        "AI Gateway's controller crashes, and again after each start: no change reaches Envoy, of any route";
    platform.scoped(&release::LABELLED_BY_PLACE, effect)
}

/// Whether the backend comes from a cluster, rather than from a manifest that was never applied.
fn is_stored(trace: &Trace<'_>) -> bool {
    let meta = &trace.backend.meta;
    !meta.uid.is_empty() || meta.creation_timestamp.is_some()
}
