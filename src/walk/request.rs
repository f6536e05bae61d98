//! The question and the answer of a walk, in the words of the report `RequestTrace`.

use std::collections::BTreeMap;

use crate::model::Key;

/// One request.
#[derive(Debug, Clone)]
pub struct Question {
    /// The Gateway that it is sent to.
    pub gateway: Key,
    /// The AIGatewayRoute that alone is looked at.
    pub route: Option<Key>,
    /// Port of the listener.
    pub port: u16,
    /// Host header.
    pub host: String,
    /// Method.
    pub method: String,
    /// Path, with a query if there is one.
    pub path: String,
    /// `model` in the body.
    pub model: Option<String>,
    /// Other headers, by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// Whether the body asks for a stream.
    pub stream: bool,
    /// Size of the body in bytes, where it matters.
    pub body_bytes: Option<u64>,
}

/// The way of a request and its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Step by step.
    pub steps: Vec<Step>,
    /// The rule that takes it: route and index.
    pub rule: Option<(Key, usize)>,
    /// The backends of that rule.
    pub candidates: Vec<Candidate>,
    /// What to expect.
    pub expected: Expected,
}

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// Where: listener, endpoint, model, rule, backend, schema, credential, tls or upstream.
    pub at: &'static str,
    /// The object that decides.
    pub object: Option<Key>,
    /// What happens.
    pub text: String,
    /// Codes that explain it.
    pub codes: Vec<&'static str>,
}

/// A backend that may get the request.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The AIServiceBackend or InferencePool.
    pub backend: Key,
    /// 0 is tried first.
    pub priority: i64,
    /// As configured.
    pub weight: i64,
    /// Share of the requests, from 0 to 1.
    pub share: f64,
}

/// How sure an expectation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// It follows from the objects.
    Certain,
    /// Something could not be read, or is decided outside of the objects.
    Likely,
    /// The gateway does its part; the answer is the provider's.
    Provider,
}

/// The body that the client gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// The provider's.
    Upstream,
    /// None.
    Empty,
    /// No answer at all: nothing listens.
    Nothing,
    /// This text, from the gateway.
    Text(String),
}

/// What to expect.
#[derive(Debug, Clone)]
pub struct Expected {
    /// Status; `None` when nothing listens.
    pub status: Option<u16>,
    /// Body.
    pub body: Body,
    /// How sure that is.
    pub certainty: Certainty,
    /// Each end that is possible, with its share.
    pub outcomes: Vec<Outcome>,
    /// For a listing: the models.
    pub models: Option<Vec<String>>,
    /// What arrives upstream, if something does.
    pub upstream: Option<Upstream>,
    /// Codes that explain it.
    pub codes: Vec<&'static str>,
}

/// One end.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Share of the requests, from 0 to 1.
    pub share: f64,
    /// Status.
    pub status: u16,
    /// What the gateway writes into the answer, where it is the one who answers.
    pub text: Option<&'static str>,
    /// The AIServiceBackend.
    pub backend: Option<Key>,
    /// What arrives there.
    pub upstream: Option<Upstream>,
    /// Why.
    pub why: String,
    /// How sure that is.
    pub certainty: Certainty,
    /// Codes that explain it.
    pub codes: Vec<&'static str>,
}

/// A request as it arrives upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Upstream {
    /// `host:port` that Envoy connects to.
    pub endpoint: String,
    /// Unknown where what decides it could not be read.
    pub tls: Option<bool>,
    pub sni: Option<String>,
    /// Host header.
    pub authority: String,
    pub method: String,
    pub path: String,
    pub model: Option<String>,
    /// Unknown where what decides it could not be read.
    pub credential: Option<Vec<CredentialHeader>>,
}

/// A header that carries a credential; never its value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub struct CredentialHeader {
    pub header: String,
    /// Bearer, raw or SigV4.
    pub scheme: &'static str,
    /// `Secret namespace/name#key`, `client` or `headerMutation`.
    pub from: String,
    /// Region and service of a SigV4 signature.
    pub scope: Option<String>,
}

impl Answer {
    pub(super) fn new() -> Self {
        let expected = Expected {
            status: None,
            body: Body::Nothing,
            certainty: Certainty::Certain,
            outcomes: vec![],
            models: None,
            upstream: None,
            codes: vec![],
        };
        Answer { steps: vec![], rule: None, candidates: vec![], expected }
    }

    pub(super) fn step(&mut self, at: &'static str, object: Option<&Key>, text: String) {
        self.steps.push(Step { at, object: object.cloned(), text, codes: vec![] });
    }

    /// An end that is the same for every request.
    pub(super) fn ends(mut self, status: Option<u16>, body: Body, codes: &[&'static str]) -> Self {
        self.expected.status = status;
        self.expected.body = body;
        self.expected.codes = codes.to_vec();
        if let Some(last) = self.steps.last_mut() {
            last.codes = codes.to_vec();
        }
        self
    }

    /// An end that a status tells of, or something outside of the objects.
    pub(super) fn likely(mut self) -> Self {
        self.expected.certainty = Certainty::Likely;
        self
    }

    /// Ends of which each takes a share; the largest one stands for all.
    pub(super) fn shared(&mut self, outcomes: Vec<Outcome>) {
        let main = outcomes.iter().max_by(|a, b| a.share.total_cmp(&b.share));
        if let Some(main) = main {
            self.expected.status = Some(main.status);
            self.expected.certainty = main.certainty;
            self.expected.upstream.clone_from(&main.upstream);
            self.expected.body = match main.text {
                Some(text) => Body::Text(text.to_owned()),
                None if main.upstream.is_some() => Body::Upstream,
                None => Body::Empty,
            };
        }
        let mut codes: Vec<&str> = outcomes.iter().flat_map(|it| it.codes.iter().copied()).collect();
        codes.sort_unstable();
        codes.dedup();
        self.expected.codes = codes;
        self.expected.outcomes = outcomes;
    }
}
