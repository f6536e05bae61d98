//! The routes hop of a backend: which references lead to it.

use std::collections::BTreeMap;

use super::{Gaps, Grant, Permission, RefTrace, RouteTrace, World};
use crate::model::{AIServiceBackend, Key, Kind, Resource as _};

/// Where routes name each AIServiceBackend: indexes of route, rule and reference.
pub(super) fn uses(routes: &[RouteTrace<'_>]) -> BTreeMap<Key, Vec<[usize; 3]>> {
    let mut uses: BTreeMap<Key, Vec<[usize; 3]>> = BTreeMap::new();
    for (at, route) in routes.iter().enumerate() {
        for rule in &route.rules {
            for it in &rule.refs {
                uses.entry(it.key.clone()).or_default().push([at, rule.index, it.index]);
            }
        }
    }
    uses
}

/// Who sends traffic to a backend.
#[derive(Debug, Default)]
pub struct RouteHop<'a> {
    /// The references that name it.
    pub uses: Vec<Use<'a>>,
    /// What could not be looked at.
    pub gaps: Gaps,
}

/// One reference that leads to a backend.
#[derive(Debug, Clone)]
pub struct Use<'a> {
    /// The route.
    pub route: &'a RouteTrace<'a>,
    /// Index in its `spec.rules`.
    pub rule: usize,
    /// The reference.
    pub reference: &'a RefTrace<'a>,
    /// Whether the generated HTTPRoute may refer to the Backend.
    pub backend_permission: Permission,
}

impl<'a> RouteHop<'a> {
    pub(super) fn trace(world: &'a World<'a>, backend: &'a AIServiceBackend) -> Self {
        let mut hop = RouteHop::default();
        hop.gaps.listed(Kind::AIGatewayRoute, "", world.cluster.ai_gateway_routes.gap().as_ref());
        let target = &backend.spec.backend_ref;
        let target_namespace = target.namespace.as_deref().unwrap_or(&backend.meta.namespace);
        for [route, rule, reference] in world.uses.get(&backend.key()).into_iter().flatten() {
            let Some(route) = world.routes.get(*route) else { continue };
            let Some(rule) = route.rules.get(*rule) else { continue };
            let Some(reference) = rule.refs.get(*reference) else { continue };
            let backend_permission = Grant::HttpRouteToBackend.check(
                world.cluster,
                &route.key.namespace,
                target_namespace,
                &target.name,
            );
            if let Permission::Unknown(why) = &backend_permission {
                hop.gaps.listed(Kind::ReferenceGrant, target_namespace, Some(why));
            }
            hop.uses.push(Use { route, rule: rule.index, reference, backend_permission });
        }
        let gaps: Vec<_> = hop.routes().flat_map(|it| it.gaps.0.clone()).collect();
        hop.gaps.0.extend(gaps);
        hop
    }

    /// The routes, each once.
    pub fn routes(&self) -> impl Iterator<Item = &'a RouteTrace<'a>> {
        let mut seen: Option<&Key> = None;
        self.uses.iter().filter_map(move |it| {
            let new = seen != Some(&it.route.key);
            seen = Some(&it.route.key);
            new.then_some(it.route)
        })
    }
}
