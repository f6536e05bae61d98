//! How large a request may be: ext_proc wants all of it in a buffer.

use super::{fault::Faults, request::Question};
use crate::trace::{GatewayTrace, World};

/// Bytes of a request that Envoy Gateway buffers where no policy says otherwise.
const BUFFER: u64 = 32_768;

/// The limit that a request exceeds, and the codes that say so.
pub(super) fn too_large(
    world: &World<'_>,
    gateway: &GatewayTrace<'_>,
    question: &Question,
    faults: &Faults<'_>,
) -> Option<(u64, Vec<&'static str>)> {
    let size = question.body_bytes?;
    let listener = gateway.gateway.spec.listeners.iter().find(|it| it.port == question.port)?;
    let client = gateway
        .client_policy(&listener.name)
        .and_then(|it| it.spec.connection.as_ref()?.buffer_limit.as_ref());
    let on_gateway =
        gateway.backend_policies.iter().find_map(|it| it.spec.request_buffer.as_ref()?.limit.as_ref());
    let of_route =
        world.buffer_of_route(gateway).and_then(|(it, _)| it.spec.request_buffer.as_ref()?.limit.as_ref());
    let limit = of_route.or(on_gateway).or(client).map_or(Some(BUFFER), crate::model::Quantity::bytes)?;
    (size > limit).then(|| (limit, faults.too_large(&world.backends_on(&gateway.key))))
}
