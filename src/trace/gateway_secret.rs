//! Secrets of a Gateway: certificates of its listeners, and the filter config that AI Gateway writes for its Envoy.

use super::{GatewayTrace, World, release};
use crate::{
    cluster::Lookup,
    model::{Key, Kind, Listener, Secret, SecretReference, names},
};

impl<'a> GatewayTrace<'a> {
    /// Secrets that a listener takes certificates from, in the order of its references.
    pub fn certificates(&self, world: &World<'a>, listener: &Listener) -> Vec<(Key, Lookup<'a, Secret>)> {
        let look_up = |it: &SecretReference| {
            let namespace = it.namespace.as_ref().unwrap_or(&self.key.namespace);
            let key = Key::new(Kind::Secret, namespace, &it.name);
            (key, world.cluster.secrets.get(namespace, &it.name))
        };
        listener.certificates().map(look_up).collect()
    }

    /// Where AI Gateway may write the filter config, in the namespace of the Envoy pods: the name in force comes first.
    /// A version whose name is not known may use either.
    pub fn filter_configs(&self, world: &World<'a>) -> Vec<(Key, Lookup<'a, Secret>)> {
        let Some(pod) = self.pods.first() else { return vec![] };
        let [new, old] = names::filter_configs(&self.key.namespace, &self.key.name);
        // releases that are later than those that were tried may have names of their own
        let may = |fact| world.platform.holds(fact) != Some(false);
        let names = [(new, &release::HASHED_FILTER_CONFIG), (old, &release::PLAIN_FILTER_CONFIG)];
        let names = names.into_iter().filter(|(_, fact)| may(fact)).map(|(name, _)| name);
        let look_up = |name: String| {
            let secret = world.cluster.secrets.get(&pod.meta.namespace, &name);
            (Key::new(Kind::Secret, &pod.meta.namespace, name), secret)
        };
        names.map(look_up).collect()
    }
}
