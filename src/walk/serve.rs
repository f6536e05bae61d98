//! What becomes of a request that a rule takes: the share of each backend, and its end.

use super::{
    Map,
    doubt::Way,
    fault::Faults,
    leg::{Leg, State, is_split, legs, shares},
    mutation::mutations,
    request::{Answer, Candidate, Certainty, Outcome, Question, Upstream},
    upstream::{self, Made, Sharing},
};
use crate::{
    model::{AIBackendRef, Resource as _},
    trace::{Address, ClientApi, Host, RuleTrace, Trace},
};

/// What ext_proc answers when a credential was to come from the caller.
const UNAUTHORIZED: &str = r#"{"type":"error","error":{"type":"Unauthorized","code":"401","message":"missing upstream credential"}}"#;

/// A rule of an AIGatewayRoute takes the request.
pub(super) fn rule<'m>(
    map: &'m Map<'m>,
    answer: &mut Answer,
    question: &Question,
    api: ClientApi,
    way: Way<'m>,
    rule: &'m RuleTrace<'m>,
    faults: &Faults<'_>,
) {
    let legs = legs(map, &way, rule, faults);
    if legs.is_empty() {
        let why = "no backend of the rule has any weight".to_owned();
        answer.step("backend", Some(&way.route.key), why.clone());
        let codes = vec!["AIB610"];
        let (share, status, certainty) = (1.0, 500, Certainty::Certain);
        return answer.shared(vec![Outcome {
            share,
            status,
            text: None,
            backend: None,
            upstream: None,
            why,
            certainty,
            codes,
        }]);
    }
    let served = Served { question, api, faults, legs: &legs, way };
    let mut outcomes = vec![];
    for (leg, share) in legs.iter().zip(shares(&legs)) {
        if let Some(label) = leg.label {
            answer.candidates.push(Candidate {
                backend: label.key.clone(),
                priority: leg.priority(),
                weight: leg.weight,
                share,
            });
        }
        if share > 0.0 {
            served.ends(leg, share, &mut outcomes);
        }
    }
    if way.route.outgrown(&map.world.platform).is_some() {
        // the controller crashes, so that Envoy keeps what it had
        for it in &mut outcomes {
            it.certainty = Certainty::Likely;
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

struct Served<'w> {
    question: &'w Question,
    api: ClientApi,
    faults: &'w Faults<'w>,
    legs: &'w [Leg<'w>],
    way: Way<'w>,
}

impl Served<'_> {
    fn ends(&self, leg: &Leg<'_>, share: f64, outcomes: &mut Vec<Outcome>) {
        let end = |status, why: &str, codes: &[&'static str]| Outcome {
            share,
            status,
            text: None,
            backend: leg.label.map(|it| it.key.clone()),
            upstream: None,
            why: why.to_owned(),
            certainty: Certainty::Certain,
            codes: codes.to_vec(),
        };
        let likely = |outcome| Outcome { certainty: Certainty::Likely, ..outcome };
        let alone = !self.legs.iter().any(|it| it.state.is_called());
        let any_empty = self.legs.iter().any(|it| matches!(it.state, State::Empty(_)));
        // a cluster that does not exist: 500, or 503 beside a backend without endpoints
        let missing = if any_empty && !alone { 503 } else { 500 };
        match &leg.state {
            State::Invalid(codes) => {
                outcomes.push(end(missing, "Envoy Gateway refuses the reference", codes));
            }
            State::Empty(codes) => outcomes.push(end(missing, "the Backend has no endpoints", codes)),
            State::Unresolved(codes) => outcomes.push(end(503, "Envoy rejects the cluster", codes)),
            State::Missing(codes) => {
                outcomes.push(end(500, "ext_proc does not know the backend, which does not exist", codes));
            }
            State::Unseen(why) => outcomes.push(likely(end(200, why, &[]))),
            State::Pool => outcomes.push(likely(end(200, "the endpoint picker of the pool chooses", &[]))),
            State::Fine(trace) => {
                let (who, label) = self.identity(leg, trace);
                if let Some(label) = label {
                    self.fine((who, label), trace, share, &end, outcomes);
                }
            }
        }
    }

    fn fine(
        &self,
        identity: (&Trace<'_>, &AIBackendRef),
        trace: &Trace<'_>,
        share: f64,
        end: &dyn Fn(u16, &str, &[&'static str]) -> Outcome,
        outcomes: &mut Vec<Outcome>,
    ) {
        let key = trace.backend.key();
        let stripped = self.faults.stripped(&self.way, &key);
        if stripped.is_none()
            && let Some(codes) = self.faults.skipped(&identity.0.backend.key())
        {
            return outcomes.push(end(500, "ext_proc does not know the backend", &codes));
        }
        let addresses = &trace.endpoint.addresses;
        #[allow(clippy::cast_precision_loss, reason = "a Backend has at most 256 endpoints")]
        let each = share / addresses.len().max(1) as f64;
        for address in addresses {
            let sharing = Sharing { mixed_tls: self.is_mixed_tls() };
            let made = upstream::make(self.question, self.api, identity, trace, address, sharing);
            let outcome = match (made, &stripped) {
                (made, Some(codes)) => {
                    let sent = upstream::untouched(self.question, trace, address, sharing);
                    let status = status_of(&sent, &made);
                    let outcome = self.answered(identity.0, (trace, address), sent, end);
                    if outcome.status == 200 { left_alone(outcome, status, codes) } else { outcome }
                }
                (Made::Unserved(why) | Made::Untranslated(why), None) => end(500, &why, &[]),
                (Made::Unauthorized, None) => {
                    let codes = self.faults.unauthorized(&identity.0.backend.key());
                    let why = "the caller brings no credential, and none is configured";
                    Outcome { text: Some(UNAUTHORIZED), ..end(401, why, &codes) }
                }
                (Made::Upstream(upstream), None) => {
                    self.answered(identity.0, (trace, address), upstream, end)
                }
            };
            outcomes.push(Outcome { share: each, ..outcome });
        }
    }

    fn answered(
        &self,
        who: &Trace<'_>,
        (trace, address): (&Trace<'_>, &Address<'_>),
        upstream: Upstream,
        end: &dyn Fn(u16, &str, &[&'static str]) -> Outcome,
    ) -> Outcome {
        let encrypted = trace.tls.encrypted == Some(true);
        if let Some(codes) = self.faults.handshake(&trace.backend.key()).filter(|_| encrypted) {
            return end(503, "the TLS handshake fails", &codes);
        }
        if let Some(codes) = self.faults.misnamed(trace, address).filter(|_| encrypted) {
            // what the server shows stands in no object
            let certainty = Certainty::Likely;
            let why = format!("the certificate of {address} is for another name than the one verified");
            return Outcome { certainty, ..end(503, &why, &codes) };
        }
        let plain_to_tls = upstream.tls == Some(false) && matches!(address.port, 443 | 8443);
        let status = if plain_to_tls { 400 } else { 200 };
        let of_pod = who.credential.policy.is_some_and(|it| super::credential::is_of_pod(&it.spec));
        let unknown = upstream.tls.is_none() || upstream.credential.is_none();
        let outcome = Outcome {
            certainty: if of_pod || unknown { Certainty::Likely } else { Certainty::Provider },
            upstream: Some(upstream),
            ..end(status, "sent upstream; the provider answers", &[])
        };
        self.faults.doubt(&self.way, who, (trace, address), outcome)
    }

    /// Addresses in one cluster all carry the name of the first backend: ext_proc takes the others for it.
    fn identity<'t>(
        &'t self,
        own: &'t Leg<'_>,
        trace: &'t Trace<'_>,
    ) -> (&'t Trace<'t>, Option<&'t AIBackendRef>) {
        let by_address = trace.endpoint.addresses.iter().any(|it| !matches!(it.host, Host::Name(_)));
        let first = self.legs.first().filter(|_| by_address && !is_split(self.legs));
        let leg = first.filter(|it| matches!(it.state, State::Fine(_))).unwrap_or(own);
        (leg.who.unwrap_or(trace), leg.label.map(|it| it.reference))
    }

    fn is_mixed_tls(&self) -> bool {
        let mut names = self.legs.iter().filter_map(|it| {
            let State::Fine(trace) = &it.state else { return None };
            Some(matches!(trace.tls.sni, crate::trace::Sni::Client))
        });
        let first = names.next();
        names.any(|it| Some(it) != first)
    }
}

/// What a provider makes of a request that came as the client sent it, where another one was to come.
fn status_of(sent: &Upstream, wanted: &Made) -> u16 {
    match wanted {
        Made::Upstream(wanted) if wanted.credential != sent.credential => 401,
        Made::Upstream(wanted) if wanted.path == sent.path => 200,
        Made::Upstream(_) => 404,
        Made::Unserved(_) | Made::Untranslated(_) | Made::Unauthorized => 401,
    }
}

fn left_alone(outcome: Outcome, status: u16, codes: &[&'static str]) -> Outcome {
    let mut outcome = outcome;
    outcome.codes.extend(codes);
    outcome.codes.sort_unstable();
    outcome.codes.dedup();
    let why = "sent as it came: AI Gateway leaves it alone, so that it has no key and is not translated";
    Outcome { status, why: why.to_owned(), certainty: Certainty::Likely, ..outcome }
}
