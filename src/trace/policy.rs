//! Policies of Envoy Gateway on Gateways and HTTPRoutes: of whatever kind, they find their targets in the same way.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{RouteTrace, World};
use crate::{
    cluster::Cluster,
    model::{
        AIRouteRule, BackendTrafficPolicy, Condition, Extension, Key, Meta, ObjectReference, PolicyStatus,
        PolicyTargets, Resource, TargetSelector,
    },
};

/// A policy, as far as its kind does not matter.
#[derive(Debug, Clone)]
pub struct Policy<'a> {
    /// Its identity.
    pub key: Key,
    /// Its metadata.
    pub meta: &'a Meta,
    /// What it is for.
    pub targets: &'a PolicyTargets,
    /// What Envoy Gateway says of it.
    pub status: &'a PolicyStatus,
    /// Whether a part of it is left out where it is broken, rather than that requests are refused.
    pub fails_open: bool,
}

impl<'a> Policy<'a> {
    /// All of them, by kind, namespace and name.
    pub fn all(cluster: &'a Cluster) -> Vec<Self> {
        let open = |it: &[Extension]| it.iter().any(|it| it.fail_open);
        let client = cluster.client_traffic_policies.iter();
        let backend = cluster.backend_traffic_policies.iter();
        let security = cluster.security_policies.iter();
        let extension = cluster.envoy_extension_policies.iter();
        client
            .map(|it| Policy::of(it, &it.spec.targets, &it.status, false))
            .chain(backend.map(|it| Policy::of(it, &it.spec.targets, &it.status, false)))
            .chain(
                security.map(|it| {
                    Policy::of(it, &it.spec.targets, &it.status, open(it.spec.ext_auth.as_slice()))
                }),
            )
            .chain(extension.map(|it| {
                let fails_open = open(&it.spec.ext_proc) || open(&it.spec.wasm);
                Policy::of(it, &it.spec.targets, &it.status, fails_open)
            }))
            .collect()
    }

    fn of<T: Resource>(
        policy: &'a T,
        targets: &'a PolicyTargets,
        status: &'a PolicyStatus,
        fails_open: bool,
    ) -> Self {
        Policy { key: policy.key(), meta: policy.meta(), targets, status, fails_open }
    }

    /// Whether it targets an object, or a part of it.
    pub fn is_on(&self, target: &Key, labels: &BTreeMap<String, String>) -> bool {
        hits(self.targets, &self.key.namespace, target, labels)
    }

    /// Whether one of its targets is an object, or a part of it, by name.
    pub fn names(&self, target: &Key) -> bool {
        self.key.namespace == target.namespace && self.targets.iter().any(|it| names(it, target))
    }

    /// The parts of an object that it targets: a listener, or a rule; `None` for all of it.
    pub fn sections(&self, target: &Key) -> Option<Vec<&'a str>> {
        sections(self.targets, target)
    }

    /// Its targets, with a JSON pointer to each.
    pub fn pointers(&self) -> impl Iterator<Item = (String, &'a ObjectReference)> {
        let one = self.targets.target_ref.iter().map(|it| ("/spec/targetRef".to_owned(), it));
        let many = self.targets.target_refs.iter().enumerate();
        one.chain(many.map(|(at, it)| (format!("/spec/targetRefs/{at}"), it)))
    }

    /// Why Envoy Gateway says, of its spec as it is now, that it was not accepted.
    pub fn refusal(&self, reason: &str) -> Option<&'a Condition> {
        let current =
            |it: &Condition| it.observed_generation == 0 || it.observed_generation == self.meta.generation;
        let refused = |it: &Condition| it.type_ == "Accepted" && it.status == "False" && it.reason == reason;
        let mut conditions = self.status.ancestors.iter().flat_map(|it| &it.conditions);
        conditions.find(|it| refused(it) && current(it))
    }
}

impl<'a> RouteTrace<'a> {
    /// The BackendTrafficPolicy in force on a rule: one for the rule beats one for the route, which beats all of the
    /// Gateway; there, one for a listener beats one for all; then the oldest counts
    /// (gateway@v1.8.1 internal/gatewayapi/backendtrafficpolicy.go).
    pub fn traffic_policy(&self, world: &World<'a>, rule: &AIRouteRule) -> Option<&'a BackendTrafficPolicy> {
        let first = |policies: Vec<&'a BackendTrafficPolicy>, on: &Key, here: &[&str]| {
            let place = |it: &BackendTrafficPolicy| match sections(&it.spec.targets, on) {
                None => Some(1),
                Some(parts) => parts.iter().any(|it| here.contains(it)).then_some(0),
            };
            let rank = |it: &'a BackendTrafficPolicy| {
                let age = it.meta.creation_timestamp.unwrap_or(Timestamp::MAX);
                Some((place(it)?, age, &it.meta.name, it))
            };
            let ranked = policies.into_iter().filter_map(rank);
            ranked.min_by_key(|(place, age, name, _)| (*place, *age, *name)).map(|it| it.3)
        };
        let named: Vec<&str> = rule.name.as_deref().into_iter().collect();
        first(self.backend_policies(world.cluster), &self.http_key, &named).or_else(|| {
            self.parents.iter().find_map(|parent| {
                let gateway = world.gateway(&parent.key.namespace, &parent.key.name)?;
                let met = self.listeners().filter(|(key, _)| **key == gateway.key);
                let met: Vec<&str> = met.map(|(_, it)| it.name.as_str()).collect();
                first(gateway.backend_policies.clone(), &gateway.key, &met)
            })
        })
    }
}

/// The parts of an object that some targets name; `None` for all of it.
fn sections<'t>(targets: &'t PolicyTargets, target: &Key) -> Option<Vec<&'t str>> {
    let mine = targets.iter().filter(|it| names(it, target));
    let sections: Option<Vec<&str>> = mine.map(|it| it.section_name.as_deref()).collect();
    sections.filter(|it| !it.is_empty())
}

/// Whether a policy of that namespace targets an object, or a part of it.
pub(super) fn hits(
    targets: &PolicyTargets,
    namespace: &str,
    target: &Key,
    labels: &BTreeMap<String, String>,
) -> bool {
    let kind = target.kind.info().name;
    let selects = |it: &TargetSelector| it.kind == kind && it.labels.matches(labels) == Some(true);
    namespace == target.namespace
        && (targets.iter().any(|it| names(it, target)) || targets.target_selectors.iter().any(selects))
}

fn names(reference: &ObjectReference, target: &Key) -> bool {
    reference.kind() == target.kind.info().name && reference.name == target.name
}
