//! A snapshot of what could be read, and of what could not: every lookup has three answers.
//!
//! A 403 is not "not found". [`Lookup::Unreadable`] never becomes a finding and never becomes a tick.

mod by_name;
pub mod capture;
pub mod files;
mod json;
pub mod live;
mod lookup;
mod merge;
mod misfit;
mod originals;
mod overlay;
mod scalar;
mod shelf;
mod source;
mod stranger;
mod yaml;

pub use lookup::{Lookup, Why};
pub use overlay::{Overlaid, Overlay};
pub use shelf::{Coverage, Listing, Shelf};
pub use source::{Place, Places};
pub use stranger::Stranger;

use std::collections::BTreeMap;

use shelf::{Rejected, Taken};

use crate::model::{
    AIGatewayRoute, AIServiceBackend, Backend, BackendSecurityPolicy, BackendTLSPolicy, BackendTrafficPolicy,
    ClientTrafficPolicy, ConfigMap, Deployment, EndpointSlice, EnvoyExtensionPolicy, EnvoyProxy, Gateway,
    GatewayClass, GatewayConfig, HTTPRoute, HTTPRouteFilter, InferencePool, Key, Kind,
    MutatingWebhookConfiguration, Namespace, Pod, QuotaPolicy, ReferenceGrant, Resource, Secret,
    SecurityPolicy, Service,
};

/// Declares [`Cluster`]: one shelf per kind, and the dispatch from [`Kind`] to it.
macro_rules! cluster {
    ($($field:ident: $type:ident),* $(,)?) => {
        /// All objects that were read, by kind.
        #[derive(Debug, Clone, Default)]
        #[allow(missing_docs)]
        pub struct Cluster {
            $(pub $field: Shelf<$type>,)*
            /// `apiVersion` under which each kind was read.
            pub versions: BTreeMap<Kind, String>,
            originals: originals::Originals,
            /// Fields that the API server drops or has dropped.
            pub strangers: BTreeMap<Key, Vec<Stranger>>,
        }

        impl Cluster {
            /// Decodes the object that a text begins with and puts it on its shelf; one that does not decode is kept as
            /// unreadable. Says where in the text it ends.
            fn insert(&mut self, kind: Kind, json: &[u8]) -> Result<(Key, usize), Rejected> {
                let Taken { key, length, strangers } = match kind {
                    $(Kind::$type => self.$field.insert_json(json),)*
                }?;
                self.originals.note(&key, json.get(..length).unwrap_or_default());
                self.strangers.remove(&key);
                if !strangers.is_empty() {
                    self.strangers.insert(key.clone(), strangers);
                }
                Ok((key, length))
            }

            /// An empty one, whose objects are to be absorbed.
            fn part(&self) -> Box<Self> {
                Box::new(Cluster { originals: self.originals.part(), ..Cluster::default() })
            }

            /// Takes over the objects of another one.
            fn absorb(&mut self, other: Box<Self>) {
                let other = *other;
                $(self.$field.absorb(other.$field);)*
                self.originals.absorb(other.originals);
                self.strangers.extend(other.strangers);
            }

            /// Says what part of a kind has been looked at.
            pub fn cover(&mut self, kind: Kind, coverage: Coverage) {
                match kind {
                    $(Kind::$type => self.$field.cover(coverage),)*
                }
            }

            /// Notes what became of a get by name that did not find an object.
            pub fn note(&mut self, key: &Key, missing: Result<(), Why>) {
                match key.kind {
                    $(Kind::$type => self.$field.note(&key.namespace, &key.name, missing),)*
                }
            }

            /// How many objects of a kind there are.
            pub fn count(&self, kind: Kind) -> usize {
                match kind {
                    $(Kind::$type => self.$field.len(),)*
                }
            }

            /// What of a kind could not be looked at: namespace (empty: everywhere else), name (`None`: all of it), reason.
            pub fn unread(&self, kind: Kind) -> Vec<(String, Option<String>, Why)> {
                match kind {
                    $(Kind::$type => self.$field.unread(),)*
                }
            }

            /// What was asked for of a kind and left no object behind: namespaces that were read, and objects that are
            /// certainly not there.
            fn answered(&self, kind: Kind) -> (Vec<String>, Vec<Key>) {
                match kind {
                    $(Kind::$type => {
                        let key = |(namespace, name)| Key::new(kind, namespace, name);
                        (self.$field.read().collect(), self.$field.absent().map(key).collect())
                    })*
                }
            }

            /// Forgets a kind, as if it could not be read.
            pub fn hide(&mut self, kind: Kind, why: Why) {
                self.strangers.retain(|key, _| key.kind != kind);
                match kind {
                    $(Kind::$type => self.$field = Shelf::hidden(why),)*
                }
            }

            /// Whether an object is there.
            pub fn has(&self, key: &Key) -> bool {
                match key.kind {
                    $(Kind::$type => self.$field.get(&key.namespace, &key.name).found().is_some(),)*
                }
            }

            /// Annotations of an object that is there; of gateways and of this tool only.
            pub fn annotations(&self, key: &Key) -> Option<&BTreeMap<String, String>> {
                match key.kind {
                    $(Kind::$type => {
                        let object = self.$field.get(&key.namespace, &key.name).found();
                        object.map(|it| &it.meta().annotations)
                    })*
                }
            }

            /// Keys of all objects of a kind.
            pub fn keys(&self, kind: Kind) -> Vec<Key> {
                match kind {
                    $(Kind::$type => self.$field.iter().map(Resource::key).collect(),)*
                }
            }
        }
    };
}

cluster! {
    ai_service_backends: AIServiceBackend,
    backend_security_policies: BackendSecurityPolicy,
    ai_gateway_routes: AIGatewayRoute,
    gateway_configs: GatewayConfig,
    quota_policies: QuotaPolicy,
    backends: Backend,
    envoy_proxies: EnvoyProxy,
    client_traffic_policies: ClientTrafficPolicy,
    backend_traffic_policies: BackendTrafficPolicy,
    security_policies: SecurityPolicy,
    envoy_extension_policies: EnvoyExtensionPolicy,
    http_route_filters: HTTPRouteFilter,
    backend_tls_policies: BackendTLSPolicy,
    gateways: Gateway,
    gateway_classes: GatewayClass,
    http_routes: HTTPRoute,
    reference_grants: ReferenceGrant,
    inference_pools: InferencePool,
    namespaces: Namespace,
    services: Service,
    endpoint_slices: EndpointSlice,
    secrets: Secret,
    config_maps: ConfigMap,
    pods: Pod,
    deployments: Deployment,
    webhooks: MutatingWebhookConfiguration,
}

impl Cluster {
    /// The JSON of an object of which that was asked for.
    pub fn original(&self, key: &Key) -> Option<serde_json::Value> {
        serde_json::from_str(self.originals.get(key)?.get()).ok()
    }

    /// `apiVersion` to write for a kind: the one it was read under, else the preferred one.
    pub fn api_version(&self, kind: Kind) -> String {
        self.versions.get(&kind).cloned().unwrap_or_else(|| kind.api_version())
    }
}
