//! The way of a request, one [`Trace`] per AIServiceBackend, resolved as the controllers and Envoy resolve it.
//!
//! References are followed once, here; rules see what was found, what is certainly absent and what could not be read.

mod affected;
mod api;
mod attach;
mod buffer;
mod ca;
mod client_paths;
mod credential;
mod endpoint;
mod gap;
mod gateway;
mod gateway_secret;
mod grant;
mod hop;
mod host;
mod index;
mod listener;
mod missed;
mod platform;
mod policy;
mod reference;
pub mod release;
mod route;
mod route_hop;
mod schema;
mod served;
mod tls;
mod version;

pub use affected::laid;
pub use api::{Call, ClientApi, joined_path, upstream_path};
pub use attach::{Attachment, PlainRoute, effective_hosts};
pub use ca::{Ca, CaState};
pub use client_paths::ClientPaths;
pub use credential::{Credential, SecretTrace, Targeting, TokenTrace};
pub use endpoint::{Address, Endpoint, ServiceTrace};
pub use gap::{Gap, Gaps};
pub use gateway::GatewayTrace;
pub use grant::{Grant, Miss, NearGrant, Permission};
pub use hop::Hop;
pub use host::{Domains, Host, InCluster, is_load_balancer};
pub use listener::Clash;
pub use missed::{MissReason, Missed};
pub use platform::{Controller, ExtensionTrace, Platform};
pub use policy::Policy;
pub use reference::{Reference, Target};
pub use release::Fact;
pub use route::{ParentTrace, RefTrace, RouteTrace, RuleTrace};
pub use route_hop::{RouteHop, Use};
pub use schema::SchemaTrace;
pub use tls::{Conflict, Sni, Tls};
pub use version::Version;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::{
    cluster::Cluster,
    model::{AIServiceBackend, Key},
};

/// Everything that backends share: the snapshot, the controllers, the gateways and the routes.
pub struct World<'a> {
    /// The snapshot.
    pub cluster: &'a Cluster,
    /// The time to judge expiry by.
    pub now: Timestamp,
    /// The controllers and their configuration.
    pub platform: Platform<'a>,
    /// The Gateways that were found, by (namespace, name).
    pub gateways: BTreeMap<(String, String), GatewayTrace<'a>>,
    /// All AIGatewayRoutes, by namespace and name.
    pub routes: Vec<RouteTrace<'a>>,
    /// What follows `.svc` in names of Services.
    pub domains: Domains,
    uses: BTreeMap<Key, Vec<[usize; 3]>>,
    /// Routes by the Gateways that they name as parents.
    on: BTreeMap<Key, Vec<usize>>,
    index: index::Index<'a>,
}

/// Versions to assume where they cannot be read.
#[derive(Debug, Clone, Default)]
pub struct AssumedVersions {
    /// Envoy AI Gateway.
    pub ai_gateway: Option<Version>,
    /// Envoy Gateway.
    pub envoy_gateway: Option<Version>,
}

impl<'a> World<'a> {
    /// Traces what backends share.
    pub fn new(cluster: &'a Cluster, now: Timestamp, assumed: &AssumedVersions) -> Self {
        let platform = Platform::trace(cluster, assumed);
        let gateways = cluster
            .gateways
            .iter()
            .map(|gateway| {
                let id = (gateway.meta.namespace.clone(), gateway.meta.name.clone());
                (id, GatewayTrace::trace(cluster, &platform, gateway))
            })
            .collect();
        let routes = cluster
            .ai_gateway_routes
            .iter()
            .map(|route| RouteTrace::trace(cluster, &platform, route))
            .collect::<Vec<_>>();
        let domains = Domains::of(cluster, &platform);
        let uses = route_hop::uses(&routes);
        let on = index::on_gateways(&routes);
        World {
            cluster,
            now,
            platform,
            gateways,
            routes,
            domains,
            uses,
            on,
            index: index::Index::of(cluster),
        }
    }

    /// Traces one backend.
    pub fn trace(&'a self, backend: &'a AIServiceBackend) -> Trace<'a> {
        let cluster = self.cluster;
        let reference = Reference::trace(cluster, backend);
        let endpoint = Endpoint::trace(cluster, &reference);
        let tls = Tls::trace(self, backend, &reference, &endpoint);
        let credential = Credential::trace(self, backend);
        let schema = SchemaTrace::trace(backend, &endpoint);
        let route = RouteHop::trace(self, backend);
        Trace { world: self, backend, reference, endpoint, tls, credential, schema, route }
    }

    /// Traces all backends, one at a time: those of a large cluster need not be held at once.
    pub fn traces(&'a self) -> impl Iterator<Item = Trace<'a>> {
        self.cluster.ai_service_backends.iter().map(|it| self.trace(it))
    }

    /// HTTPRoutes that AI Gateway did not make.
    pub fn plain_routes(&self) -> Vec<PlainRoute<'a>> {
        PlainRoute::all(self.cluster)
    }

    /// AIGatewayRoutes that name a Gateway as a parent.
    pub fn routes_on(&self, gateway: &Key) -> impl Iterator<Item = &RouteTrace<'a>> {
        let on = self.on.get(gateway).into_iter().flatten();
        on.filter_map(|it| self.routes.get(*it))
    }

    /// AIServiceBackends that routes on a Gateway lead to, as (namespace, name).
    pub fn backends_on(&self, gateway: &Key) -> Vec<(String, String)> {
        self.routes_on(gateway).flat_map(RouteTrace::backends).collect()
    }

    /// All AIServiceBackends, as (namespace, name).
    pub fn all_backends(&self) -> Vec<(String, String)> {
        let all = self.cluster.ai_service_backends.iter();
        all.map(|it| (it.meta.namespace.clone(), it.meta.name.clone())).collect()
    }

    /// Gateways that some AIGatewayRoute names as a parent.
    pub fn ai_gateways(&self) -> impl Iterator<Item = &GatewayTrace<'a>> {
        self.gateways.values().filter(|it| self.on.contains_key(&it.key))
    }

    /// The traced Gateway of that name.
    pub fn gateway(&self, namespace: &str, name: &str) -> Option<&GatewayTrace<'a>> {
        self.gateways.get(&(namespace.to_owned(), name.to_owned()))
    }
}

/// The way of a request to one backend, hop by hop.
pub struct Trace<'a> {
    /// What all backends share.
    pub world: &'a World<'a>,
    /// The backend.
    pub backend: &'a AIServiceBackend,
    /// What it points to.
    pub reference: Reference<'a>,
    /// Where Envoy connects to.
    pub endpoint: Endpoint<'a>,
    /// How the connection is protected.
    pub tls: Tls<'a>,
    /// How the gateway authenticates itself.
    pub credential: Credential<'a>,
    /// Which API is spoken.
    pub schema: SchemaTrace<'a>,
    /// Who sends traffic here.
    pub route: RouteHop<'a>,
}

impl<'a> Trace<'a> {
    /// What could not be looked at on a hop.
    pub fn gaps(&self, hop: Hop) -> &[Gap] {
        match hop {
            Hop::Reference => &self.reference.gaps.0,
            Hop::Endpoint => &self.endpoint.gaps.0,
            Hop::Tls => &self.tls.gaps.0,
            Hop::Credential => &self.credential.gaps.0,
            Hop::Schema => &[],
            Hop::Route => &self.route.gaps.0,
            Hop::Platform => &self.world.platform.gaps.0,
        }
    }

    /// The Gateways that its routes name as parents, each once.
    pub fn gateways(&self) -> Vec<&'a GatewayTrace<'a>> {
        let parents = self.route.routes().flat_map(|it| &it.parents).filter(|it| it.reference.is_gateway());
        let keys: BTreeSet<&Key> = parents.map(|it| &it.key).collect();
        keys.into_iter().filter_map(|it| self.world.gateway(&it.namespace, &it.name)).collect()
    }

    /// (namespace, name) of the backend.
    pub fn id(&self) -> (String, String) {
        (self.backend.meta.namespace.clone(), self.backend.meta.name.clone())
    }
}
