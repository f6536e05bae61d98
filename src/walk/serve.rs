//! What becomes of a request that a rule takes: the share of each backend, and its end.

use super::{
    Map,
    fault::Faults,
    mutation::mutations,
    request::{Answer, Candidate, Certainty, Outcome, Question, Upstream},
    upstream::{self, Made, Sharing},
};
use crate::{
    model::Key,
    trace::{Address, ClientApi, Host, RefTrace, RouteTrace, RuleTrace, Trace},
};

/// What Envoy Gateway makes of one reference.
enum State<'t> {
    Fine(&'t Trace<'t>),
    Invalid(Vec<&'static str>),
    Empty(Vec<&'static str>),
    Unresolved(Vec<&'static str>),
    Pool,
}

/// A rule of an AIGatewayRoute takes the request.
pub(super) fn rule(
    map: &Map<'_>,
    answer: &mut Answer,
    question: &Question,
    api: ClientApi,
    route: &RouteTrace<'_>,
    rule: &RuleTrace<'_>,
    faults: &Faults<'_>,
) {
    let total: i64 = rule.refs.iter().map(|it| it.reference.weight()).sum();
    if total == 0 {
        let why = "no backend of the rule has any weight".to_owned();
        answer.step("backend", Some(&route.key), why.clone());
        let codes = vec!["AIB610"];
        let (share, status, certainty) = (1.0, 500, Certainty::Certain);
        return answer.shared(vec![Outcome {
            share,
            status,
            backend: None,
            upstream: None,
            why,
            certainty,
            codes,
        }]);
    }
    let active: Vec<(&RefTrace<'_>, State<'_>)> = (rule.refs.iter())
        .filter(|it| it.reference.weight() > 0)
        .map(|it| (it, state(map, it, faults)))
        .collect();
    let shares = shares(&active);
    let stripped = faults.stripped(route, rule.index);
    let served = Served { question, api, faults, active: &active, stripped };
    let mut outcomes = vec![];
    for ((reference, state), share) in active.iter().zip(&shares) {
        answer.candidates.push(Candidate {
            backend: reference.key.clone(),
            priority: reference.reference.priority.unwrap_or_default(),
            weight: reference.reference.weight(),
            share: *share,
        });
        if *share > 0.0 {
            served.ends(reference, state, *share, &mut outcomes);
        }
    }
    for it in &outcomes {
        answer.step("backend", it.backend.as_ref(), format!("{:.0} %: {}", it.share * 100.0, it.why));
        if let Some(step) = answer.steps.last_mut() {
            step.codes.clone_from(&it.codes);
        }
    }
    let timeout = rule.rule.timeouts.as_ref().and_then(|it| it.request.as_deref()).unwrap_or("60s");
    answer.shared(outcomes);
    if let Some(upstream) = answer.expected.upstream.clone() {
        on_the_wire(answer, map, &upstream, rule, timeout);
    }
}

/// What becomes of the request on its way out, in the order of the data plane.
fn on_the_wire(answer: &mut Answer, map: &Map<'_>, sent: &Upstream, rule: &RuleTrace<'_>, timeout: &str) {
    let main = answer.expected.outcomes.iter().find(|it| it.upstream.as_ref() == Some(sent));
    let backend = main.and_then(|it| it.backend.clone());
    let reference = rule.refs.iter().find(|it| Some(&it.key) == backend.as_ref());
    let trace = backend.as_ref().and_then(|it| map.trace(it));
    if let (Some(trace), Some(reference)) = (trace, reference) {
        let model = sent.model.as_deref().unwrap_or_default();
        let text = format!("{}: {}, model {model}", trace.schema.name, sent.path);
        answer.step("schema", backend.as_ref(), text);
        for it in mutations(trace.backend, reference.reference) {
            let by = if it.by_route { "the route" } else { "the backend" };
            answer.step("schema", None, format!("{} {}, as {by} says", it.action, it.name));
        }
    }
    for (at, text) in sent.said() {
        answer.step(at, None, text);
    }
    answer.step("upstream", None, format!("cut after {timeout}, streams included"));
}

fn state<'t>(map: &'t Map<'t>, reference: &RefTrace<'_>, faults: &Faults<'_>) -> State<'t> {
    if reference.pool.is_some() {
        return State::Pool;
    }
    let key = &reference.key;
    if let Some(codes) = faults.invalid(key) {
        State::Invalid(codes)
    } else if let Some(codes) = faults.empty(key) {
        State::Empty(codes)
    } else if let Some(codes) = faults.unresolved(key) {
        State::Unresolved(codes)
    } else {
        match map.trace(key) {
            Some(trace) if trace.tls.is_unverifiable() => State::Invalid(faults.of_provider(key)),
            Some(trace) => State::Fine(trace),
            None => State::Pool,
        }
    }
}

/// Whether each backend gets a cluster of its own: then priorities are not honoured.
fn is_split(active: &[(&RefTrace<'_>, State<'_>)]) -> bool {
    let is_ip = |it: &State<'_>| match it {
        State::Fine(trace) => trace.endpoint.addresses.iter().any(|it| !matches!(it.host, Host::Name(_))),
        State::Invalid(_) | State::Empty(_) | State::Unresolved(_) | State::Pool => false,
    };
    let broken = active.iter().any(|(_, it)| matches!(it, State::Invalid(_) | State::Empty(_)));
    let ips = active.iter().filter(|(_, it)| is_ip(it)).count();
    broken || ips > 0 && ips < active.len()
}

#[allow(clippy::cast_precision_loss, reason = "weights are at most a million")]
fn shares(active: &[(&RefTrace<'_>, State<'_>)]) -> Vec<f64> {
    let priority = |it: &RefTrace<'_>| it.reference.priority.unwrap_or_default();
    let first = active.iter().map(|(it, _)| priority(it)).min().unwrap_or_default();
    let split = is_split(active);
    let weight = |it: &RefTrace<'_>| if split || priority(it) == first { it.reference.weight() } else { 0 };
    let total: i64 = active.iter().map(|(it, _)| weight(it)).sum();
    active.iter().map(|(it, _)| weight(it) as f64 / total.max(1) as f64).collect()
}

struct Served<'w> {
    question: &'w Question,
    api: ClientApi,
    faults: &'w Faults<'w>,
    active: &'w [(&'w RefTrace<'w>, State<'w>)],
    stripped: Option<Vec<&'static str>>,
}

impl Served<'_> {
    fn ends(&self, reference: &RefTrace<'_>, state: &State<'_>, share: f64, outcomes: &mut Vec<Outcome>) {
        let end = |status, why: &str, codes: &[&'static str]| Outcome {
            share,
            status,
            backend: Some(reference.key.clone()),
            upstream: None,
            why: why.to_owned(),
            certainty: Certainty::Certain,
            codes: codes.to_vec(),
        };
        let alone = self.active.iter().all(|(_, it)| !matches!(it, State::Fine(_) | State::Pool));
        let any_empty = self.active.iter().any(|(_, it)| matches!(it, State::Empty(_)));
        // a cluster that does not exist: 500, or 503 beside a backend without endpoints
        let missing = if any_empty && !alone { 503 } else { 500 };
        match state {
            State::Invalid(codes) => {
                outcomes.push(end(missing, "Envoy Gateway refuses the reference", codes));
            }
            State::Empty(codes) => outcomes.push(end(missing, "the Backend has no endpoints", codes)),
            State::Unresolved(codes) => outcomes.push(end(503, "Envoy rejects the cluster", codes)),
            State::Pool => outcomes.push(Outcome {
                certainty: Certainty::Likely,
                ..end(200, "the endpoint picker of the pool chooses", &[])
            }),
            State::Fine(trace) => self.fine(reference, trace, share, &end, outcomes),
        }
    }

    fn fine(
        &self,
        reference: &RefTrace<'_>,
        trace: &Trace<'_>,
        share: f64,
        end: &dyn Fn(u16, &str, &[&'static str]) -> Outcome,
        outcomes: &mut Vec<Outcome>,
    ) {
        if let Some(codes) = &self.stripped {
            let certainty = Certainty::Likely;
            let why =
                "sent as it came: AI Gateway leaves it alone, so that it has no key and is not translated";
            return outcomes.push(Outcome { certainty, ..end(401, why, codes) });
        }
        if let Some(codes) = self.faults.skipped(&reference.key) {
            return outcomes.push(end(500, "ext_proc does not know the backend", &codes));
        }
        let identity = self.identity(reference, trace);
        let addresses = &trace.endpoint.addresses;
        #[allow(clippy::cast_precision_loss, reason = "a Backend has at most 256 endpoints")]
        let each = share / addresses.len().max(1) as f64;
        for address in addresses {
            let sharing = Sharing { mixed_tls: self.is_mixed_tls() };
            let made = upstream::make(self.question, self.api, identity, trace, address, sharing);
            outcomes.push(match made {
                Made::Unserved(why) | Made::Untranslated(why) => {
                    Outcome { share: each, ..end(500, &why, &[]) }
                }
                Made::Unauthorized => Outcome {
                    share: each,
                    ..end(401, "the caller brings no credential, and none is configured", &[])
                },
                Made::Upstream(upstream) => {
                    Outcome { share: each, ..self.answered(&reference.key, trace, address, upstream, end) }
                }
            });
        }
    }

    fn answered(
        &self,
        key: &Key,
        trace: &Trace<'_>,
        address: &Address<'_>,
        upstream: Upstream,
        end: &dyn Fn(u16, &str, &[&'static str]) -> Outcome,
    ) -> Outcome {
        if let Some(codes) = self.faults.handshake(key).filter(|_| trace.tls.encrypted == Some(true)) {
            return end(503, "the TLS handshake fails", &codes);
        }
        let plain_to_tls = upstream.tls == Some(false) && matches!(address.port, 443 | 8443);
        let status = if plain_to_tls { 400 } else { 200 };
        let codes = self.faults.of_provider(key);
        let of_pod = trace.credential.policy.is_some_and(|it| super::credential::is_of_pod(&it.spec));
        let unknown = upstream.tls.is_none() || upstream.credential.is_none();
        Outcome {
            certainty: if of_pod || unknown { Certainty::Likely } else { Certainty::Provider },
            upstream: Some(upstream),
            ..end(status, "sent upstream; the provider answers", &codes)
        }
    }

    /// Addresses in one cluster all carry the name of the first backend: ext_proc takes the others for it.
    fn identity<'t>(
        &'t self,
        own: &'t RefTrace<'_>,
        trace: &'t Trace<'_>,
    ) -> (&'t Trace<'t>, &'t crate::model::AIBackendRef) {
        let by_address =
            |it: &Trace<'_>| it.endpoint.addresses.iter().any(|it| !matches!(it.host, Host::Name(_)));
        let first = self.active.first().and_then(|(reference, state)| match state {
            State::Fine(first) => Some((*first, reference.reference)),
            State::Invalid(_) | State::Empty(_) | State::Unresolved(_) | State::Pool => None,
        });
        match first {
            Some(first) if by_address(trace) && !is_split(self.active) => first,
            _ => (trace, own.reference),
        }
    }

    fn is_mixed_tls(&self) -> bool {
        let mut names = self.active.iter().filter_map(|(_, it)| match it {
            State::Fine(trace) => Some(matches!(trace.tls.sni, crate::trace::Sni::Client)),
            State::Invalid(_) | State::Empty(_) | State::Unresolved(_) | State::Pool => None,
        });
        let first = names.next();
        names.any(|it| Some(it) != first)
    }
}
