//! One request walked through a snapshot as the data plane would do it: listener, virtual host, endpoint, model, rule,
//! backends, and what arrives upstream or what the client gets instead.
//!
//! Matching, paths, TLS names and credentials come from the trace, and what is broken from the rules' findings: nothing
//! is decided twice.

mod fault;
mod limit;
mod matching;
mod request;
mod serve;
mod upstream;
mod wire;

pub use request::{
    Answer, Body, Candidate, Certainty, CredentialHeader, Expected, Outcome, Question, Step, Upstream,
};
pub use wire::{Reach, Wire, reached_by, wire};

use crate::{
    model::Key,
    rules::Finding,
    trace::{ClientApi, GatewayTrace, Trace, World},
};
use fault::Faults;
use matching::{Entry, Target};

/// The text of the route that answers for models that nobody serves
/// (ai-gateway@v1.1.0 internal/controller/ai_gateway_route.go).
const NOT_FOUND: &str = "No matching route found. It is likely because the model specified in your request is not configured in the Gateway.";

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
        let mut answer = Answer::new();
        let faults = Faults { findings: self.findings };
        let Some(gateway) = self.world.gateway(&question.gateway.namespace, &question.gateway.name) else {
            return answer.ends(None, Body::Nothing, &[]);
        };
        answer.step(
            "listener",
            Some(&gateway.key),
            format!("port {}, host {}", question.port, question.host),
        );
        if let Some(codes) = faults.nothing_listens(gateway) {
            return answer.ends(None, Body::Nothing, &codes);
        }
        let entries = matching::entries(self, gateway, question, &faults);
        let Some(entries) = entries else { return answer.ends(None, Body::Nothing, &[]) };
        if let Some(codes) = faults.frozen(gateway, self.world) {
            return answer.ends(Some(404), Body::Empty, &codes);
        }
        let entries = matching::virtual_host(entries, &question.host);
        // the first time, the model is not known yet: whatever the client says of it
        match matching::first(&entries, question, None) {
            None => answer.ends(Some(404), Body::Empty, &[]),
            Some(Entry { target: Target::Plain(route, rule), .. }) => {
                serve::plain(self, &mut answer, question, route, *rule);
                answer
            }
            Some(_) => self.processed(answer, question, gateway, &entries, &faults),
        }
    }

    /// An AI route was hit: ext_proc looks at path and body, and the routes are asked again.
    fn processed(
        &self,
        mut answer: Answer,
        question: &Question,
        gateway: &GatewayTrace<'_>,
        entries: &[Entry<'_>],
        faults: &Faults<'_>,
    ) -> Answer {
        if let Some(codes) = faults.not_processed() {
            return answer.ends(Some(404), Body::Text(NOT_FOUND.to_owned()), &codes);
        }
        if let Some(codes) = faults.gateway_blocked(self.world, gateway) {
            return answer.ends(Some(500), Body::Empty, &codes);
        }
        let path = question.path.split('?').next().unwrap_or_default();
        if path == "/v1/models" || path == "/anthropic/v1/models" {
            answer.step("endpoint", None, "a listing, answered by the gateway itself".to_owned());
            answer.expected.models = Some(matching::listed(self, gateway, &question.host));
            return answer.ends(Some(200), Body::Text("list of models".to_owned()), &[]);
        }
        let Some(api) = ClientApi::ALL.into_iter().find(|it| it.path() == path) else {
            return answer.ends(Some(404), Body::Text(format!("unsupported path: {path}")), &[]);
        };
        answer.step("endpoint", None, format!("{api:?}"));
        if let Some((limit, codes)) = limit::too_large(self.world, gateway, question, faults) {
            answer.step("endpoint", Some(&gateway.key), format!("requests are buffered up to {limit} bytes"));
            return answer.ends(Some(413), Body::Text("Payload Too Large".to_owned()), &codes);
        }
        let model = question.model.as_deref().filter(|it| !it.is_empty() && question.method == "POST");
        answer.step("model", None, format!("x-ai-eg-model: {}", model.unwrap_or("none")));
        match model.and_then(|model| matching::first(entries, question, Some(model))) {
            Some(Entry { target: Target::Rule(route, rule), .. }) => {
                answer.rule = Some((route.key.clone(), rule.index));
                answer.step("rule", Some(&route.key), format!("rule {} matches", rule.index));
                serve::rule(self, &mut answer, question, api, route, rule, faults);
                answer
            }
            Some(Entry { target: Target::Plain(route, rule), .. }) => {
                serve::plain(self, &mut answer, question, route, *rule);
                answer
            }
            Some(_) | None => {
                answer.step("rule", None, matching::why_none(entries, question));
                answer.ends(Some(404), Body::Text(NOT_FOUND.to_owned()), &[])
            }
        }
    }

    fn trace(&self, key: &Key) -> Option<&Trace<'_>> {
        self.traces
            .iter()
            .find(|it| it.backend.meta.namespace == key.namespace && it.backend.meta.name == key.name)
    }
}
