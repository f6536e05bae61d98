//! Listeners that Envoy Gateway does not program, and why.

use crate::{
    model::{Condition, Key, Listener},
    trace::{GatewayTrace, Permission, World},
};

/// What is wrong with the certificates of a listener.
pub(super) struct NoCertificate<'a> {
    /// None of the Secrets exists.
    pub absent: bool,
    /// What Envoy Gateway says of them.
    pub refused: Option<&'a Condition>,
}

/// Whether a listener has no certificate that can be used.
pub(super) fn without_certificate<'a>(
    world: &World<'a>,
    gateway: &GatewayTrace<'a>,
    listener: &Listener,
) -> Option<NoCertificate<'a>> {
    let secrets = gateway.certificates(world, listener);
    if secrets.is_empty() || !terminates(listener) {
        return None;
    }
    let absent = secrets.iter().all(|(_, it)| it.is_absent());
    let there = secrets.iter().all(|(_, it)| it.found().is_some());
    let condition = gateway.listener_condition(listener, "ResolvedRefs", "False");
    let refused = condition.filter(|it| it.reason == "InvalidCertificateRef");
    // of several, the status does not say which one is meant
    let refused = refused.filter(|_| there || secrets.len() == 1);
    (absent || refused.is_some()).then_some(NoCertificate { absent, refused })
}

/// Certificates of a listener that its Gateway may not take, where it has no other.
pub(super) fn unpermitted<'a>(
    world: &World<'a>,
    gateway: &GatewayTrace<'a>,
    listener: &Listener,
) -> Vec<Key> {
    let secrets = gateway.certificates(world, listener);
    let missing = |key: &Key| gateway.may_take(world, key) == Permission::Missing;
    if !terminates(listener) || !secrets.iter().all(|(key, it)| it.is_absent() || missing(key)) {
        return vec![];
    }
    secrets.into_iter().map(|(key, _)| key).filter(missing).collect()
}

/// Whether it cannot be told what keeps a listener from being programmed.
pub(super) fn is_unknown<'a>(world: &World<'a>, gateway: &GatewayTrace<'a>, listener: &Listener) -> bool {
    gateway.certificates(world, listener).iter().any(|(key, it)| {
        let known = it.is_absent() || it.found().is_some();
        !known || matches!(gateway.may_take(world, key), Permission::Unknown(_))
    })
}

/// Whether another rule says why a listener is not programmed.
pub(super) fn is_explained<'a>(world: &World<'a>, gateway: &GatewayTrace<'a>, listener: &Listener) -> bool {
    gateway.is_in_clash(listener)
        || without_certificate(world, gateway, listener).is_some()
        || !unpermitted(world, gateway, listener).is_empty()
}

/// Envoy Gateway's own word that a listener is not programmed, unless it has not come to it yet or the grant that it misses
/// is there by now.
pub(super) fn refusal<'a>(
    world: &World<'a>,
    gateway: &GatewayTrace<'a>,
    listener: &Listener,
) -> Option<&'a Condition> {
    let missing = |(key, _): &(Key, _)| gateway.may_take(world, key) == Permission::Missing;
    let unpermitted = gateway.listener_condition(listener, "ResolvedRefs", "False");
    if unpermitted.is_some_and(|it| it.reason == "RefNotPermitted")
        && !gateway.certificates(world, listener).iter().any(missing)
    {
        return None;
    }
    gateway.listener_condition(listener, "Programmed", "False").filter(|it| it.reason != "Pending")
}

fn terminates(listener: &Listener) -> bool {
    listener.tls.as_ref().is_some_and(|it| it.mode.as_deref() != Some("Passthrough"))
}
