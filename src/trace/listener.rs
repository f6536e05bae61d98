//! What keeps a listener from being programmed, computed from the specs as Envoy Gateway does it.

use super::{GatewayTrace, Grant, Permission, World};
use crate::model::{Condition, Listener, ListenerStatus, has_condition};

/// What two listeners of one port cannot share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    /// One speaks plain HTTP, the other TLS.
    Protocol,
    /// Both have the same host name, or none.
    Hostname,
}

impl<'a> GatewayTrace<'a> {
    /// Listeners before one with which it clashes: Envoy Gateway then programs none of them
    /// (gateway@v1.8.1 internal/gatewayapi/validate.go).
    pub fn clashes(&self, listener: &Listener) -> Vec<(&'a Listener, Clash)> {
        let before = self.gateway.spec.listeners.iter().take_while(|it| it.name != listener.name);
        before.filter_map(|it| Some((it, clash(it, listener)?))).collect()
    }

    /// The same, whichever of them comes first.
    pub fn is_in_clash(&self, listener: &Listener) -> bool {
        let others = self.gateway.spec.listeners.iter().filter(|it| it.name != listener.name);
        others.into_iter().any(|it| clash(it, listener).is_some())
    }

    /// What Envoy Gateway says of a listener.
    pub fn listener_status(&self, listener: &Listener) -> Option<&'a ListenerStatus> {
        self.gateway.status.listeners.iter().find(|it| it.name == listener.name)
    }

    /// A condition of a listener, if it is about today's spec.
    pub fn listener_condition(&self, listener: &Listener, type_: &str, is: &str) -> Option<&'a Condition> {
        let condition = has_condition(&self.listener_status(listener)?.conditions, type_, is)?;
        let generation = self.gateway.meta.generation;
        let current = condition.observed_generation == 0 || condition.observed_generation == generation;
        current.then_some(condition)
    }

    /// Whether a certificate of a listener may be taken from its namespace.
    pub fn may_take(&self, world: &World<'a>, secret: &crate::model::Key) -> Permission {
        let grant = Grant::GatewayToSecret;
        grant.check(world.cluster, &self.key.namespace, &secret.namespace, &secret.name)
    }
}

fn clash(one: &Listener, other: &Listener) -> Option<Clash> {
    let (first, second) = (layer(one)?, layer(other)?);
    let host = |it: &Listener| it.hostname.clone().unwrap_or_default();
    if one.port != other.port {
        None
    } else if first != second {
        Some(Clash::Protocol)
    } else {
        (host(one) == host(other)).then_some(Clash::Hostname)
    }
}

/// TLS is told apart by its first bytes, and HTTPS is TLS; of other protocols nothing is said.
fn layer(listener: &Listener) -> Option<&'static str> {
    match listener.protocol.as_str() {
        "HTTP" => Some("HTTP"),
        "HTTPS" | "TLS" => Some("TLS"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener(protocol: &str, port: u16, host: &str) -> Listener {
        let hostname = Some(host.to_owned()).filter(|it| !it.is_empty());
        Listener { protocol: protocol.to_owned(), port, hostname, ..Listener::default() }
    }

    #[test]
    fn listeners_of_one_port_need_names_of_their_own() {
        let is = |a: (&str, u16, &str), b: (&str, u16, &str)| {
            clash(&listener(a.0, a.1, a.2), &listener(b.0, b.1, b.2))
        };
        assert_eq!(is(("HTTP", 80, ""), ("HTTP", 80, "")), Some(Clash::Hostname));
        assert_eq!(is(("HTTP", 80, ""), ("HTTP", 80, "a.example.com")), None);
        assert_eq!(is(("HTTP", 80, ""), ("HTTP", 81, "")), None);
        assert_eq!(is(("HTTP", 443, "a"), ("HTTPS", 443, "b")), Some(Clash::Protocol));
        assert_eq!(is(("TLS", 443, "a"), ("HTTPS", 443, "a")), Some(Clash::Hostname));
        assert_eq!(is(("UDP", 443, ""), ("HTTPS", 443, "")), None);
    }
}
