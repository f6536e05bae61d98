//! Where costs stand, and whom a wrong one hits.

use std::rc::Rc;

use super::super::{
    Draft, Fix,
    cost::{Remarks, Verdict, judge},
};
use crate::{
    model::{GatewayConfig, Key, QuotaPolicy, RequestCost, Resource as _},
    trace::{RouteTrace, World},
};

/// What a refused cost of a route or Gateway does.
pub(super) const FROZEN: &str =
    "changes and new keys of the whole Gateway do not reach Envoy; 500 if it never worked";

/// Backends as (namespace, name).
type Backends = Vec<(String, String)>;

/// Whom a wrong expression hits: few are wrong, and there may be many to hit.
type Hits<'a> = Rc<dyn Fn() -> Backends + 'a>;

/// A place for an expression.
pub(super) struct Place<'a> {
    /// The object.
    pub key: Key,
    /// JSON pointer to the expression.
    pub path: String,
    /// What it is, such as "cost `cost`".
    pub what: String,
    /// The expression, if it has one.
    pub cel: Option<&'a str>,
    /// The route whose cost it is.
    pub route: Option<&'a RouteTrace<'a>>,
    /// The Gateway that uses it, where it is no route's.
    pub gateway: Option<Key>,
    hits: Hits<'a>,
}

impl Place<'_> {
    /// Who suffers when it is wrong.
    pub fn hits(&self) -> Backends {
        (self.hits)()
    }

    /// A finding here.
    pub fn draft(&self, path: &str, says: &str) -> Draft {
        let draft = Draft::at(self.key.clone(), path, format!("{}: {says}", self.key)).hits(self.hits());
        match &self.gateway {
            Some(gateway) => {
                draft.because(gateway.clone(), super::GATEWAY_CONFIG_PATH, "takes its costs from there")
            }
            None => draft,
        }
    }

    /// What is odd about it, if it works.
    pub fn remarks(&self, world: &World<'_>) -> Remarks {
        match self.cel.map(|it| judge(it, world.platform.ai_gateway_version)) {
            Some(Verdict::Works(remarks)) => remarks,
            Some(Verdict::Broken(_) | Verdict::Unknown) | None => Remarks::default(),
        }
    }

    /// That AI Gateway refuses it, and why.
    pub fn refused(&self, world: &World<'_>) -> Option<Draft> {
        let cel = self.cel?;
        let Verdict::Broken(broken) = judge(cel, world.platform.ai_gateway_version) else { return None };
        let draft = self.draft(&self.path, &format!("the expression of {} {}", self.what, broken.words));
        let draft = draft.evidence(one_line(cel));
        Some(draft.fix(match broken.correction {
            Some(it) => {
                let title = format!("write `{}`", one_line(&it.cel));
                let fix = if it.safe { Fix::safe(title) } else { Fix::review(title) };
                fix.set(&self.key, &self.path, it.cel)
            }
            None => Fix::manual(broken.advice),
        }))
    }
}

fn one_line(cel: &str) -> String {
    cel.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Costs that AI Gateway compiles for whole Gateways: those of routes, and those of GatewayConfigs.
pub(super) fn costs<'a>(world: &'a World<'a>) -> Vec<Place<'a>> {
    let routes = world.routes.iter().filter(|it| is_counted(it)).flat_map(|route| {
        let key = route.key.clone();
        let hits: Hits<'_> = Rc::new(move || {
            let gateways = route.parents.iter().flat_map(|it| world.backends_on(&it.key));
            gateways.chain(route.backends()).collect()
        });
        let costs = expressions(&route.route.spec.llm_request_costs, "/spec/llmRequestCosts");
        costs.map(move |(path, what, cel)| Place {
            key: key.clone(),
            path,
            what,
            cel,
            route: Some(route),
            gateway: None,
            hits: Rc::clone(&hits),
        })
    });
    let configs = configs(world).into_iter().flat_map(|(gateway, config)| {
        let costs = expressions(&config.spec.global_llm_request_costs, "/spec/globalLLMRequestCosts");
        let key = gateway.clone();
        let hits: Hits<'_> = Rc::new(move || world.backends_on(&key));
        costs.map(move |(path, what, cel)| Place {
            key: config.key(),
            path,
            what,
            cel,
            route: None,
            hits: Rc::clone(&hits),
            gateway: Some(gateway.clone()),
        })
    });
    routes.chain(configs).collect()
}

/// Costs of QuotaPolicies: AI Gateway leaves out those that are wrong.
pub(super) fn quotas<'a>(world: &'a World<'a>) -> Vec<Place<'a>> {
    let policies = world.cluster.quota_policies.iter().flat_map(|policy| {
        let hits: Hits<'_> = Rc::new(move || targets(world, policy));
        policy.spec.per_model_quotas.iter().enumerate().filter_map(move |(index, it)| {
            let model = it.model_name.as_ref()?;
            Some(Place {
                key: policy.key(),
                path: format!("/spec/perModelQuotas/{index}/quota/costExpression"),
                what: format!("the quota of `{model}`"),
                cel: Some(it.quota.cost_expression.as_deref()?),
                route: None,
                gateway: None,
                hits: Rc::clone(&hits),
            })
        })
    });
    policies.collect()
}

/// AIServiceBackends that a QuotaPolicy targets and that exist.
pub(super) fn targets(world: &World<'_>, policy: &QuotaPolicy) -> Backends {
    let namespace = &policy.meta.namespace;
    let names = policy.spec.target_refs.iter().map(|it| &it.name);
    let there = names.filter(|it| world.cluster.ai_service_backends.get(namespace, it).found().is_some());
    there.map(|it| (namespace.clone(), it.clone())).collect()
}

/// GatewayConfigs that were found, each with the Gateway that names it.
fn configs<'a>(world: &'a World<'a>) -> Vec<(Key, &'a GatewayConfig)> {
    let gateways = world.ai_gateways();
    gateways.filter_map(|it| Some((it.key.clone(), it.config.as_ref()?.1.found()?))).collect()
}

/// The expressions among costs.
fn expressions<'a>(
    costs: &'a [RequestCost],
    at: &str,
) -> impl Iterator<Item = (String, String, Option<&'a str>)> {
    costs.iter().enumerate().filter(|(_, it)| it.type_ == "CEL").map(move |(index, it)| {
        let cel = it.cel.as_deref().filter(|cel| !cel.trim().is_empty());
        (format!("{at}/{index}/cel"), format!("cost `{}`", it.metadata_key), cel)
    })
}

/// Whether AI Gateway looks at the costs of a route: it does where the route leads anywhere.
fn is_counted(route: &RouteTrace<'_>) -> bool {
    let mut refs = route.rules.iter().flat_map(|it| &it.refs);
    route.route.meta.deletion_timestamp.is_none()
        && refs.any(|it| it.pool.is_some() || it.backend.found().is_some())
}
