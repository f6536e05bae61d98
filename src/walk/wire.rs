//! What a backend puts on the wire, per client endpoint, and how requests get to it.

use std::collections::BTreeMap;

use super::{
    mutation::{Mutation, mutations},
    request::{Question, Upstream},
    upstream::{self, Made, Sharing},
};
use crate::{
    model::{AIBackendRef, AIRouteRule, Key, Kind, Resource as _},
    trace::{Attachment, ClientApi, RouteTrace, Trace, Use, World},
};

/// What becomes of one client endpoint at a backend.
#[derive(Debug, Clone)]
pub struct Wire {
    /// The client endpoint.
    pub api: ClientApi,
    /// Its path on the gateway.
    pub path: String,
    /// What arrives upstream, or why the backend does not serve it.
    pub upstream: Result<Upstream, String>,
}

/// One reference that leads to a backend.
#[derive(Debug, Clone)]
pub struct Reach {
    /// The Gateways and listeners that the route attaches to.
    pub listeners: Vec<(Key, String)>,
    /// The route.
    pub route: Key,
    /// Index of the rule.
    pub rule: usize,
    /// Models that the rule matches exactly.
    pub models: Vec<String>,
    /// 0 is tried first.
    pub priority: i64,
    /// Relative to the other references of the rule.
    pub weight: i64,
    /// Time limit of a request with its whole answer, as configured; 60 seconds where nothing is.
    pub timeout: String,
    /// Time limit between two parts of an answer, where one is configured.
    pub stream_idle_timeout: Option<String>,
    /// The model sent upstream instead of the client's.
    pub model_override: Option<String>,
    /// What is changed on the way, in order.
    pub mutations: Vec<Mutation>,
    /// What is done when a request fails.
    pub retries: Option<Retries>,
}

/// Retries by a BackendTrafficPolicy.
#[derive(Debug, Clone)]
pub struct Retries {
    /// The policy.
    pub policy: Key,
    /// How many there are; Envoy Gateway's default is 2.
    pub times: i64,
    /// After how many attempts the next priority is tried; `None` is never.
    pub per_priority: Option<i64>,
}

/// Every client endpoint at the first address of a backend. `{model}` stands for the client's model where no override is.
pub fn wire(trace: &Trace<'_>) -> Vec<Wire> {
    let paths = &trace.world.platform.paths;
    let none = AIBackendRef::default();
    let reference = trace.route.uses.first().map_or(&none, |it| it.reference.reference);
    let Some(address) = trace.endpoint.addresses.first() else { return vec![] };
    let one = |api: ClientApi| {
        let headers = [("authorization".to_owned(), "Bearer".to_owned())];
        let question = Question {
            gateway: Key::new(Kind::Gateway, "", ""),
            route: None,
            port: 0,
            host: "the client's Host".to_owned(),
            method: "POST".to_owned(),
            path: paths.path(api),
            model: Some("{model}".to_owned()),
            headers: BTreeMap::from(headers),
            stream: false,
            body_bytes: None,
        };
        let sharing = Sharing { mixed_tls: false };
        let upstream = match upstream::make(&question, api, (trace, reference), trace, address, sharing) {
            Made::Upstream(upstream) => Ok(upstream),
            Made::Unserved(_) => Err(format!("schema {} does not serve it", trace.schema.name)),
            Made::Untranslated(why) => Err(why),
            Made::Unauthorized => Err("the caller must bring a credential".to_owned()),
        };
        Wire { api, path: question.path, upstream }
    };
    ClientApi::ALL.into_iter().map(one).collect()
}

/// How requests get to a backend.
pub fn reached_by(trace: &Trace<'_>) -> Vec<Reach> {
    trace.route.uses.iter().map(|it| reach(trace, it)).collect()
}

fn reach(trace: &Trace<'_>, it: &Use<'_>) -> Reach {
    let listeners = it.route.parents.iter().flat_map(|parent| {
        let listeners = if let Attachment::Listeners(all) = &parent.attachment { &all[..] } else { &[] };
        listeners.iter().map(|it| (parent.key.clone(), format!("{}:{}", it.name, it.port)))
    });
    let rule = it.route.rules.get(it.rule);
    let timeouts = rule.and_then(|it| it.rule.timeouts.as_ref());
    let reference = it.reference.reference;
    Reach {
        listeners: listeners.collect(),
        route: it.route.key.clone(),
        rule: it.rule,
        models: rule.map(|it| it.models().map(str::to_owned).collect()).unwrap_or_default(),
        priority: reference.priority.unwrap_or_default(),
        weight: reference.weight(),
        timeout: timeouts.and_then(|it| it.request.clone()).unwrap_or_else(|| "60s".to_owned()),
        stream_idle_timeout: rule.and_then(|it| it.rule.stream_idle_timeout.clone()),
        model_override: reference.model_name_override.clone().filter(|it| !it.is_empty()),
        mutations: mutations(trace.backend, reference),
        retries: rule.and_then(|rule| retries(trace.world, it.route, rule.rule)),
    }
}

fn retries(world: &World<'_>, route: &RouteTrace<'_>, rule: &AIRouteRule) -> Option<Retries> {
    let policy = route.traffic_policy(world, rule)?;
    let retry = policy.spec.retry.as_ref()?;
    Some(Retries {
        policy: policy.key(),
        times: retry.num_retries.unwrap_or(2),
        per_priority: retry.num_attempts_per_priority,
    })
}
