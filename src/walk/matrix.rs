//! Models against what serves them: what `/v1/models` lists, what really works, and where the two differ.

use std::collections::{BTreeMap, BTreeSet};

use super::{Map, matching, request::Question};
use crate::{
    model::Key,
    trace::{ClientApi, GatewayTrace, RuleTrace},
};

/// One model at one Gateway.
#[derive(Debug, Clone)]
pub struct Served {
    /// The model.
    pub model: String,
    /// Whether `/v1/models` lists it.
    pub listed: bool,
    /// The endpoint that was asked: chat completions, or the first that the backends serve.
    pub api: ClientApi,
    /// The status to expect there.
    pub status: Option<u16>,
    /// The backends that get a share.
    pub backends: Vec<(Key, f64)>,
    /// Codes that explain it.
    pub codes: Vec<&'static str>,
}

impl Served {
    /// Whether the gateway sends it upstream.
    pub fn works(&self) -> bool {
        self.status.is_some_and(|it| it < 400)
    }

    /// Whether the list and the truth differ.
    pub fn differs(&self) -> bool {
        self.listed != self.works()
    }
}

impl Map<'_> {
    /// Asks for every model that a rule of the Gateway matches exactly.
    pub fn matrix(&self, gateway: &GatewayTrace<'_>, question: &Question) -> Vec<Served> {
        let listed: BTreeSet<String> = matching::listed(self, gateway, &question.host).into_iter().collect();
        let rules = self.world.routes_on(&gateway.key).flat_map(|it| &it.rules);
        let models: BTreeSet<String> =
            rules.flat_map(RuleTrace::models).map(str::to_owned).chain(listed.iter().cloned()).collect();
        let door = self.open(question, gateway);
        let send = |question: &Question| self.send(question, gateway, &door);
        models.into_iter().map(|model| self.served(model, &listed, question, send)).collect()
    }

    fn served(
        &self,
        model: String,
        listed: &BTreeSet<String>,
        question: &Question,
        send: impl Fn(&Question) -> super::Answer,
    ) -> Served {
        let ask = |api: ClientApi| {
            let (path, model) = (self.world.platform.paths.path(api), Some(model.clone()));
            (api, send(&Question { path, model, method: "POST".to_owned(), ..question.clone() }))
        };
        // an endpoint that works stands for the model, else one that at least leads to a provider
        let works = |it: &(ClientApi, super::Answer)| it.1.expected.status.is_some_and(|it| it < 400);
        let leads = |it: &(ClientApi, super::Answer)| it.1.expected.upstream.is_none();
        let mut asked = vec![];
        for it in ClientApi::ALL.into_iter().map(ask) {
            let done = works(&it);
            asked.push(it);
            if done {
                break;
            }
        }
        let best = asked.into_iter().min_by_key(|it| (!works(it), leads(it)));
        let (api, answer) = best.expect("there are client endpoints");
        let mut backends: BTreeMap<Key, f64> = BTreeMap::new();
        for it in &answer.candidates {
            *backends.entry(it.backend.clone()).or_default() += it.share;
        }
        Served {
            listed: listed.contains(&model),
            api,
            status: answer.expected.status,
            backends: backends.into_iter().filter(|(_, share)| *share > 0.0).collect(),
            codes: answer.expected.codes,
            model,
        }
    }
}
