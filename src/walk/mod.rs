//! One request walked through a snapshot as the data plane would do it: listener, virtual host, endpoint, model, rule,
//! backends, and what arrives upstream or what the client gets instead.
//!
//! Matching, paths, TLS names and credentials come from the trace, and what is broken from the rules' findings: nothing
//! is decided twice.

mod credential;
mod doubt;
mod fact;
mod fault;
mod leg;
mod limit;
mod listener;
mod matching;
mod matrix;
mod mutation;
mod pattern;
mod plain;
mod request;
mod said;
mod serve;
#[cfg(test)]
mod tests;
mod unrouted;
mod upstream;
mod wire;

pub use fact::{Fact, Seen, facts};
pub use matrix::Served;
pub use mutation::{Mutation, mutations};
pub use request::{
    Answer, Body, Candidate, Certainty, CredentialHeader, Expected, Outcome, Question, Step, Upstream,
};
pub use wire::{Reach, Retries, Wire, reached_by, wire};

use crate::{
    generated::NOT_FOUND,
    model::{Key, names},
    rules::Finding,
    trace::{GatewayTrace, Trace, World},
};
use doubt::Way;
use fault::Faults;
use listener::{Closed, Listeners};
use matching::{Entry, Target};

/// Everything that a walk looks at.
pub struct Map<'a> {
    /// What backends share.
    pub world: &'a World<'a>,
    /// The traced backends, all of them.
    pub traces: &'a [Trace<'a>],
    /// What the rules found.
    pub findings: &'a [Finding],
}

impl Map<'_> {
    /// Walks one request through.
    pub fn walk(&self, question: &Question) -> Answer {
        let gateway = self.world.gateway(&question.gateway.namespace, &question.gateway.name);
        gateway.map_or_else(Answer::new, |it| self.send(question, it, &self.open(question, it)))
    }

    /// What requests to a host and port of a Gateway meet, whatever their path and model.
    fn open<'m>(&'m self, question: &Question, gateway: &'m GatewayTrace<'m>) -> Door<'m> {
        let faults = Faults { findings: self.findings };
        if let Some(codes) = faults.nothing_listens(gateway) {
            return Door::Shut(None, codes);
        }
        let Listeners { open, closed } = Listeners::of(gateway, question.port, &faults);
        if open.is_empty() {
            return Door::Closed(closed);
        }
        if let Some(codes) = faults.frozen(gateway, self.world) {
            return Door::Shut(Some(404), codes);
        }
        let entries = matching::entries(self, gateway, &open, question, &faults);
        Door::Open(matching::virtual_host(entries, &question.host), closed)
    }

    fn send(&self, question: &Question, gateway: &GatewayTrace<'_>, door: &Door<'_>) -> Answer {
        let mut answer = Answer::new();
        let text = format!("port {}, host {}", question.port, question.host);
        answer.step("listener", Some(&gateway.key), text);
        let (entries, closed) = match door {
            Door::Shut(status, codes) => {
                let body = if status.is_some() { Body::Empty } else { Body::Nothing };
                return answer.ends(*status, body, codes);
            }
            Door::Closed(closed) => return shut(answer, closed, None, Body::Nothing, vec![]),
            Door::Open(entries, closed) => (entries, closed),
        };
        // the first time, the model is not known yet: whatever the client says of it
        match matching::first(entries, question, None) {
            None => self.unrouted(answer, question, gateway, closed, Body::Empty),
            Some(Entry { target: Target::Plain(route, rule), .. }) => {
                plain::serve(self, &mut answer, question, route, *rule);
                answer
            }
            Some(_) => {
                let faults = Faults { findings: self.findings };
                self.processed(answer, question, gateway, (entries, closed), &faults)
            }
        }
    }

    /// An AI route was hit: ext_proc looks at path and body, and the routes are asked again.
    fn processed(
        &self,
        mut answer: Answer,
        question: &Question,
        gateway: &GatewayTrace<'_>,
        (entries, closed): (&[Entry<'_>], &[Closed]),
        faults: &Faults<'_>,
    ) -> Answer {
        if let Some(codes) = faults.not_processed() {
            return answer.ends(Some(404), Body::Text(NOT_FOUND.to_owned()), &codes);
        }
        if let Some(codes) = faults.gateway_blocked(self.world, gateway) {
            return answer.ends(Some(500), Body::Empty, &codes);
        }
        let path = question.path.split('?').next().unwrap_or_default();
        let paths = &self.world.platform.paths;
        if paths.listings().iter().any(|it| it == path) {
            answer.step("endpoint", None, "a listing, answered by the gateway itself".to_owned());
            answer.expected.models = Some(matching::listed(self, gateway, &question.host));
            return answer.ends(Some(200), Body::Text("list of models".to_owned()), &[]);
        }
        let Some(api) = paths.endpoint(path) else {
            let near = paths.near(path).map_or(String::new(), |it| format!("; `{it}` may be meant"));
            answer.step("endpoint", None, format!("AI Gateway serves no path `{path}`{near}"));
            return answer.ends(Some(404), Body::Text(format!("unsupported path: {path}")), &[]);
        };
        answer.step("endpoint", None, format!("{api:?}"));
        if let Some((limit, codes)) = limit::too_large(self.world, gateway, question, faults) {
            answer.step("endpoint", Some(&gateway.key), format!("requests are buffered up to {limit} bytes"));
            return answer.ends(Some(413), Body::Text("Payload Too Large".to_owned()), &codes);
        }
        let model = question.model.as_deref().filter(|it| !it.is_empty() && question.method == "POST");
        answer.step("model", None, format!("{}: {}", names::MODEL_HEADER, model.unwrap_or("none")));
        match model.and_then(|model| matching::first(entries, question, Some(model))) {
            Some(Entry { target: Target::Rule(route, rule), .. }) => {
                answer.rule = Some((route.key.clone(), rule.index));
                answer.step("rule", Some(&route.key), format!("rule {} takes it", rule.index));
                if let Some(codes) = faults.turned_off(route) {
                    answer.step(
                        "rule",
                        None,
                        "an invalid policy covers it, so that Envoy answers".to_owned(),
                    );
                    return answer.ends(Some(500), Body::Empty, &codes);
                }
                for text in matching::runners_up(entries, question, model) {
                    answer.step("rule", None, text);
                }
                let way = Way { gateway: &gateway.key, route, rule: rule.index };
                serve::rule(self, &mut answer, question, api, way, rule, faults);
                answer
            }
            Some(Entry { target: Target::Plain(route, rule), .. }) => {
                plain::serve(self, &mut answer, question, route, *rule);
                answer
            }
            Some(_) | None => {
                answer.step("rule", None, matching::why_none(entries, question));
                self.unrouted(answer, question, gateway, closed, Body::Text(NOT_FOUND.to_owned()))
            }
        }
    }

    /// No rule takes the request.
    fn unrouted(
        &self,
        mut answer: Answer,
        question: &Question,
        gateway: &GatewayTrace<'_>,
        closed: &[Closed],
        body: Body,
    ) -> Answer {
        let faults = Faults { findings: self.findings };
        let mut codes = vec![];
        if let Some((route, why)) = unrouted::unrouted(self, gateway, question, &faults) {
            answer.step("rule", Some(route), "has a rule for it, which is not asked".to_owned());
            codes = why;
        }
        shut(answer, closed, Some(404), body, codes)
    }

    /// The traces stand in the order of the snapshot: by namespace and name.
    fn trace(&self, key: &Key) -> Option<&Trace<'_>> {
        let order = |it: &Trace<'_>| {
            let meta = &it.backend.meta;
            (&meta.namespace, &meta.name).cmp(&(&key.namespace, &key.name))
        };
        self.traces.binary_search_by(order).ok().and_then(|at| self.traces.get(at))
    }
}

/// An end to which listeners that do not answer may lead.
fn shut(
    mut answer: Answer,
    closed: &[Closed],
    status: Option<u16>,
    body: Body,
    mut codes: Vec<&'static str>,
) -> Answer {
    for it in closed {
        answer.step("listener", None, it.why.clone());
        codes.extend(&it.codes);
    }
    codes.sort_unstable();
    codes.dedup();
    let answer = answer.ends(status, body, &codes);
    // without a code, a status is all that says so
    if closed.iter().any(|it| it.codes.is_empty()) { answer.likely() } else { answer }
}

/// What requests to a host and port of a Gateway meet.
enum Door<'m> {
    /// The same end for all.
    Shut(Option<u16>, Vec<&'static str>),
    /// Listeners that do not answer, and no other.
    Closed(Vec<Closed>),
    /// The matches of their virtual host, and the listeners of the port that do not answer.
    Open(Vec<Entry<'m>>, Vec<Closed>),
}
