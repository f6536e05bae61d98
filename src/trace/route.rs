//! Routes: which rules lead to a backend, and whether requests reach them at all.

use super::{
    Attachment, Gaps, Grant, Permission, Platform,
    attach::{Attaching, attach},
    gateway, release,
};
use crate::{
    cluster::{Cluster, Lookup},
    generated,
    model::{
        AIBackendRef, AIGatewayRoute, AIRouteRule, AIServiceBackend, BackendTrafficPolicy, Condition,
        Gateway, HTTPRoute, HTTPRouteFilter, InferencePool, Key, Kind, Listener, ParentReference,
        Resource as _, RouteParentStatus, SecurityPolicy, has_condition, names,
    },
};

/// An AIGatewayRoute with all that it points to and all that AI Gateway makes of it.
#[derive(Debug)]
pub struct RouteTrace<'a> {
    /// The route.
    pub route: &'a AIGatewayRoute,
    /// Its identity.
    pub key: Key,
    /// The HTTPRoute of the same name, which AI Gateway generates.
    pub http_key: Key,
    /// That HTTPRoute.
    pub http: Lookup<'a, HTTPRoute>,
    /// Where it is not known: as AI Gateway would make it now.
    awaited: Option<HTTPRoute>,
    /// The generated filter that rewrites the Host header.
    pub host_filter_key: Key,
    /// That filter.
    pub host_filter: Lookup<'a, HTTPRouteFilter>,
    /// Its parents.
    pub parents: Vec<ParentTrace<'a>>,
    /// Its rules.
    pub rules: Vec<RuleTrace<'a>>,
    /// What could not be looked at.
    pub gaps: Gaps,
}

/// One parentRef.
#[derive(Debug)]
pub struct ParentTrace<'a> {
    /// Index in `spec.parentRefs`.
    pub index: usize,
    /// The reference.
    pub reference: &'a ParentReference,
    /// The Gateway that it names.
    pub key: Key,
    /// That Gateway.
    pub gateway: Lookup<'a, Gateway>,
    /// How Envoy Gateway attaches the route, computed from the specs.
    pub attachment: Attachment<'a>,
    /// What the status of the HTTPRoute says of this parent.
    pub status: Option<&'a RouteParentStatus>,
}

impl<'a> ParentTrace<'a> {
    /// The listeners that the route attaches to by this parent.
    pub fn listeners(&self) -> &[&'a Listener] {
        if let Attachment::Listeners(it) = &self.attachment { it } else { &[] }
    }
}

/// One rule.
#[derive(Debug)]
pub struct RuleTrace<'a> {
    /// Index in `spec.rules`.
    pub index: usize,
    /// The rule.
    pub rule: &'a AIRouteRule,
    /// Its references.
    pub refs: Vec<RefTrace<'a>>,
}

impl<'a> RuleTrace<'a> {
    /// Models that it matches exactly.
    pub fn models(&self) -> impl Iterator<Item = &'a str> {
        let headers = self.rule.matches.iter().flat_map(|it| &it.headers);
        headers.filter(|it| it.name == names::MODEL_HEADER && !it.is_regex()).map(|it| it.value.as_str())
    }
}

/// One reference of a rule.
#[derive(Debug)]
pub struct RefTrace<'a> {
    /// Index in `backendRefs`.
    pub index: usize,
    /// The reference.
    pub reference: &'a AIBackendRef,
    /// What it names.
    pub key: Key,
    /// The AIServiceBackend, if it names one.
    pub backend: Lookup<'a, AIServiceBackend>,
    /// The InferencePool, if it names one.
    pub pool: Option<Lookup<'a, InferencePool>>,
    /// Whether the route may refer to the AIServiceBackend.
    pub permission: Permission,
}

impl<'a> RouteTrace<'a> {
    pub(super) fn trace(cluster: &'a Cluster, platform: &Platform<'_>, route: &'a AIGatewayRoute) -> Self {
        let mut gaps = Gaps::default();
        let (namespace, name) = (&route.meta.namespace, &route.meta.name);
        let http_key = Key::new(Kind::HTTPRoute, namespace, name);
        let http = gaps.seen(&http_key, cluster.http_routes.get(namespace, name));
        let host_filter_key = generated::host_filter_key(&route.key());
        let host_filter =
            gaps.seen(&host_filter_key, cluster.http_route_filters.get(namespace, &host_filter_key.name));
        let parents = (route.spec.parent_refs.iter().enumerate())
            .map(|(index, reference)| parent(cluster, &mut gaps, route, http.found(), index, reference))
            .collect();
        let rules: Vec<RuleTrace<'_>> = (route.spec.rules.iter().enumerate())
            .map(|(index, rule)| {
                let refs = rule.backend_refs.iter().enumerate();
                let refs =
                    refs.map(|(index, it)| reference(cluster, &mut gaps, namespace, index, it)).collect();
                RuleTrace { index, rule, refs }
            })
            .collect();
        let key = route.key();
        let mut traced = RouteTrace {
            route,
            key,
            http_key,
            http,
            awaited: None,
            host_filter_key,
            host_filter,
            parents,
            rules,
            gaps,
        };
        if traced.http.found().is_none() {
            traced.awaited = traced.generate(platform);
        }
        traced
    }

    /// The HTTPRoute as AI Gateway would make it now; `None` while a reference does not resolve or is not permitted.
    pub fn generate(&self, platform: &Platform<'_>) -> Option<HTTPRoute> {
        let resolved = |rule: usize, index: usize| {
            let it: &RefTrace<'_> = self.rules.get(rule)?.refs.get(index)?;
            it.backend.found().filter(|_| it.permission == Permission::Given)
        };
        let mut made = generated::http_route(self.route, &platform.paths.root, resolved)?;
        if platform.holds(&release::ROUTE_HOSTNAMES) == Some(false) {
            made.spec.hostnames.clear();
        }
        Some(made)
    }

    /// AIServiceBackends that its rules name and that exist, as (namespace, name).
    pub fn backends(&self) -> impl Iterator<Item = (String, String)> {
        self.rules.iter().flat_map(|rule| &rule.refs).filter_map(|it| {
            let meta = &it.backend.found()?.meta;
            Some((meta.namespace.clone(), meta.name.clone()))
        })
    }

    /// The HTTPRoute that Envoy Gateway reads: the live one, or where that is not known the one that AI Gateway would make.
    pub fn in_force(&self) -> Option<&HTTPRoute> {
        self.http.found().or(self.awaited.as_ref())
    }

    /// A rule in which AI Gateway has more backends than the HTTPRoute that is in force, while it cannot write that anew:
    /// index, how many, and how many there. It counts endpoints by the one and looks them up by the other, without looking
    /// whether there are so many.
    pub fn outgrown(&self, platform: &Platform<'_>) -> Option<(usize, usize, usize)> {
        if platform.holds(&release::LABELLED_BY_PLACE) == Some(false) {
            return None;
        }
        let http = self.http.found().filter(|_| self.refusal().is_some())?;
        self.rules.iter().zip(&http.spec.rules).find_map(|(rule, there)| {
            // a reference without weight has no endpoint
            let active = rule.refs.iter().filter(|it| it.reference.weight() != 0).count();
            let endpoints = there.backend_refs.iter().filter(|it| it.weight != Some(0)).count();
            (active > endpoints && endpoints > 0).then_some((rule.index, active, endpoints))
        })
    }

    /// Whether AI Gateway's controller has looked at it: it then sets a finalizer and a condition.
    pub fn is_reconciled(&self) -> bool {
        !self.route.status.conditions.is_empty()
    }

    /// Whether AI Gateway has yet to look at it, and will make its HTTPRoute then.
    pub fn is_to_be_made(&self) -> bool {
        self.http.is_absent() && self.awaited.is_some() && !self.is_reconciled()
    }

    /// Whether AI Gateway says that it accepted the route.
    pub fn is_accepted(&self) -> bool {
        has_condition(&self.route.status.conditions, "Accepted", "True").is_some()
    }

    /// What AI Gateway says when it could not bring the route to an end.
    pub fn refusal(&self) -> Option<&'a Condition> {
        has_condition(&self.route.status.conditions, "NotAccepted", "False")
    }

    /// The listeners that it attaches to, with their Gateway's key.
    pub fn listeners(&self) -> impl Iterator<Item = (&Key, &'a Listener)> {
        self.parents
            .iter()
            .flat_map(|parent| parent.listeners().iter().map(move |listener| (&parent.key, *listener)))
    }

    /// Whether it names a Gateway as a parent.
    pub fn names(&self, gateway: &Key) -> bool {
        self.parents.iter().any(|it| it.reference.is_gateway() && it.key == *gateway)
    }

    /// BackendTrafficPolicies on the generated HTTPRoute.
    pub fn backend_policies(&self, cluster: &'a Cluster) -> Vec<&'a BackendTrafficPolicy> {
        let labels = &self.route.meta.labels;
        gateway::on(&self.http_key, labels, &cluster.backend_traffic_policies, |it| &it.spec.targets)
    }

    /// SecurityPolicies on the generated HTTPRoute.
    pub fn security_policies(&self, cluster: &'a Cluster) -> Vec<&'a SecurityPolicy> {
        let labels = &self.route.meta.labels;
        gateway::on(&self.http_key, labels, &cluster.security_policies, |it| &it.spec.targets)
    }
}

fn parent<'a>(
    cluster: &'a Cluster,
    gaps: &mut Gaps,
    route: &'a AIGatewayRoute,
    http: Option<&'a HTTPRoute>,
    index: usize,
    reference: &'a ParentReference,
) -> ParentTrace<'a> {
    let namespace = reference.namespace.as_ref().unwrap_or(&route.meta.namespace);
    let key = Key::new(Kind::Gateway, namespace, &reference.name);
    let gateway = gaps.seen(&key, cluster.gateways.get(namespace, &reference.name));
    let attachment = match &gateway {
        _ if !reference.is_gateway() => Attachment::NotAGateway,
        Lookup::Absent => Attachment::NoGateway,
        Lookup::Unreadable(_) => Attachment::Unknown,
        Lookup::Found(gateway) => {
            let route = Attaching { namespace: &route.meta.namespace, hostnames: &route.spec.hostnames };
            attach(cluster, gaps, route, reference, gateway)
        }
    };
    let same = |it: &&RouteParentStatus| {
        let there = &it.parent_ref;
        there.name == reference.name
            && there.namespace.as_ref().unwrap_or(&route.meta.namespace) == namespace
            && there.section_name == reference.section_name
            && there.port == reference.port
    };
    let status = http.and_then(|http| http.status.parents.iter().find(same));
    ParentTrace { index, reference, key, gateway, attachment, status }
}

fn reference<'a>(
    cluster: &'a Cluster,
    gaps: &mut Gaps,
    route_namespace: &str,
    index: usize,
    reference: &'a AIBackendRef,
) -> RefTrace<'a> {
    let namespace = reference.namespace.as_deref().unwrap_or(route_namespace);
    if reference.is_pool() {
        let key = Key::new(Kind::InferencePool, namespace, &reference.name);
        let pool = gaps.seen(&key, cluster.inference_pools.get(namespace, &reference.name));
        return RefTrace {
            index,
            reference,
            key,
            backend: Lookup::Absent,
            pool: Some(pool),
            permission: Permission::Given,
        };
    }
    let key = Key::new(Kind::AIServiceBackend, namespace, &reference.name);
    let backend = gaps.seen(&key, cluster.ai_service_backends.get(namespace, &reference.name));
    let permission = Grant::RouteToBackend.check(cluster, route_namespace, namespace, &reference.name);
    if let Permission::Unknown(why) = &permission {
        gaps.listed(Kind::ReferenceGrant, namespace, Some(why));
    }
    RefTrace { index, reference, key, backend, pool: None, permission }
}
