//! Which policy sets the request buffer of a Gateway: it is one for all routes (live).

use jiff::Timestamp;

use super::{GatewayTrace, World, gateway::on};
use crate::model::{BackendTrafficPolicy, HTTPRoute, Key, Resource as _};

impl<'a> World<'a> {
    /// The first HTTPRoute on a Gateway, by age and then by name.
    pub fn first_http_route(&self, gateway: &Key) -> Option<&HTTPRoute> {
        let made = self.routes.iter().filter(|it| it.listeners().any(|(key, _)| key == gateway));
        let plain = self.plain_routes().into_iter();
        let plain = plain.filter(|it| it.listeners.iter().any(|(key, _)| key == gateway)).map(|it| it.route);
        let all = made.filter_map(|it| it.in_force()).chain(plain);
        all.min_by_key(|it| (it.meta.creation_timestamp.unwrap_or(Timestamp::MAX), it.key()))
    }

    /// The BackendTrafficPolicy that sets the request buffer of a Gateway by way of its first HTTPRoute, with that route.
    pub fn buffer_of_route(&self, gateway: &GatewayTrace<'a>) -> Option<(&'a BackendTrafficPolicy, Key)> {
        let first = self.first_http_route(&gateway.key)?;
        let policies = &self.cluster.backend_traffic_policies;
        let own = on(&first.key(), &first.meta.labels, policies, |it| &it.spec.targets);
        let policy = own.into_iter().find(|it| it.spec.request_buffer.is_some())?;
        Some((policy, first.key()))
    }
}
