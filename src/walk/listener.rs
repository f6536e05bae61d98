//! Listeners for which Envoy gets a configuration, and those for which it gets none.

use super::fault::Faults;
use crate::{
    model::{Listener, has_condition},
    trace::GatewayTrace,
};

/// The listeners of a port.
pub(super) struct Listeners<'g> {
    /// Names of those that answer.
    pub(super) open: Vec<&'g str>,
    /// Those that do not.
    pub(super) closed: Vec<Closed>,
}

/// A listener that does not answer.
#[derive(Clone)]
pub(super) struct Closed {
    /// Why, in words.
    pub(super) why: String,
    /// Codes that say so; where there is none, the status alone does.
    pub(super) codes: Vec<&'static str>,
}

impl<'g> Listeners<'g> {
    pub(super) fn of(gateway: &GatewayTrace<'g>, port: u16, faults: &Faults<'_>) -> Self {
        let mut all = Listeners { open: vec![], closed: vec![] };
        for (at, it) in gateway.gateway.spec.listeners.iter().enumerate().filter(|(_, it)| it.port == port) {
            match closed(gateway, at, it, faults) {
                Some(closed) => all.closed.push(closed),
                None => all.open.push(&it.name),
            }
        }
        all
    }
}

fn closed(
    gateway: &GatewayTrace<'_>,
    index: usize,
    listener: &Listener,
    faults: &Faults<'_>,
) -> Option<Closed> {
    let name = &listener.name;
    if let Some(codes) = faults.listener(&gateway.key, index) {
        return Some(Closed { why: format!("listener `{name}` has no certificate"), codes });
    }
    // a route may be Accepted on it all the same (gateway@v1.7.0 internal/gatewayapi/route.go)
    let reason = unprogrammed(gateway, listener)?;
    Some(Closed { why: format!("listener `{name}` is not programmed: {reason}"), codes: vec![] })
}

/// Why Envoy Gateway says that it configures nothing for a listener, as far as that is about today's spec.
fn unprogrammed<'g>(gateway: &GatewayTrace<'g>, listener: &Listener) -> Option<&'g str> {
    let status = gateway.gateway.status.listeners.iter().find(|it| it.name == listener.name)?;
    let conditions = &status.conditions;
    let programmed = has_condition(conditions, "Programmed", "False")?;
    let generation = gateway.gateway.meta.generation;
    let current = programmed.observed_generation == 0 || programmed.observed_generation == generation;
    let cause = has_condition(conditions, "Conflicted", "True")
        .or_else(|| has_condition(conditions, "ResolvedRefs", "False"))
        .or_else(|| has_condition(conditions, "Accepted", "False"))
        .unwrap_or(programmed);
    (current && programmed.reason != "Pending").then(|| cause.message.trim_end_matches('.'))
}
