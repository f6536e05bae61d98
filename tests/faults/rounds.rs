//! A server far away: what counts is how often the client waits for it.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::FutureExt as _;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{
    cluster,
    run::{self, kubeconfig},
    server::{Gate, Server, runtime},
    tls::Identity,
};

/// How long a server is quiet before it answers all that it was asked: the way there and back.
const LATENCY: Duration = Duration::from_millis(200);

/// Holds all requests until no other has come for a while, then lets all of them go: that is a round.
struct Rounds {
    gate: Gate,
    asked: Arc<Mutex<Vec<usize>>>,
}

impl Rounds {
    fn new() -> Self {
        let asked = Arc::new(Mutex::new(vec![]));
        let arrived = watch::Sender::new(0_usize);
        let (round, _) = watch::channel(0_usize);
        let (arrived, round) = (Arc::new(arrived), Arc::new(round));
        let (heard, opens, counts) = (Arc::clone(&arrived), Arc::clone(&round), Arc::clone(&asked));
        runtime().spawn(async move {
            let (mut news, mut done) = (heard.subscribe(), 0);
            loop {
                if news.changed().await.is_err() {
                    return;
                }
                while tokio::time::timeout(LATENCY, news.changed()).await.is_ok() {}
                let all = *news.borrow();
                counts.lock().unwrap().push(all - done);
                done = all;
                opens.send_modify(|it| *it += 1);
            }
        });
        let gate = move || {
            let (arrived, mut round) = (Arc::clone(&arrived), round.subscribe());
            async move {
                arrived.send_modify(|it| *it += 1);
                round.changed().await.ok();
            }
            .boxed()
        };
        Rounds { gate: Arc::new(gate), asked }
    }

    /// How many requests each round had.
    fn all(&self) -> Vec<usize> {
        self.asked.lock().unwrap().clone()
    }
}

/// The example, and copies of its backend that is ok up to ten.
fn ten() -> Vec<Value> {
    let mut all = cluster::demo();
    for number in 7..=10 {
        let name = format!("copy-{number}");
        let own = ["openai", "openai-tls", "openai-auth", "openai-key"];
        let copies: Vec<Value> = (all.iter())
            .filter(|it| own.iter().any(|own| it["metadata"]["name"] == *own))
            .map(|it| serde_json::from_str(&it.to_string().replace("openai", &name)).unwrap())
            .collect();
        all.extend(copies);
        let route = all.iter_mut().find(|it| it["kind"] == "AIGatewayRoute").unwrap();
        let model = json!({"matches": [{"headers": [{"name": "x-ai-eg-model", "value": name}]}], "backendRefs": [{"name": name}]});
        route["spec"]["rules"].as_array_mut().unwrap().push(model);
    }
    all
}

#[test]
fn ten_backends_take_three_rounds() {
    let (identity, rounds, documents) = (Identity::new(&["127.0.0.1"], false), Rounds::new(), ten());
    let server =
        Server::start_with(Some(identity.acceptor.clone()), Some(Arc::clone(&rounds.gate)), move |asked| {
            cluster::answer(&documents, asked)
        });
    let ran = run::run(&kubeconfig(&format!("https://{}", server.address()), &identity.trust), &[], &[]);
    assert_eq!((ran.said().health.len(), ran.skipped()), (10, vec![]), "{}{}", ran.out, ran.err);
    let all = rounds.all();
    assert!(all.len() <= 3, "requests of each round: {all:?}");
    assert_eq!(all.iter().sum::<usize>(), server.asked().len());
}

#[test]
fn a_second_look_costs_no_more() {
    let (rounds, documents) = (Rounds::new(), cluster::demo());
    let server = Server::start_with(None, Some(Arc::clone(&rounds.gate)), move |asked| {
        cluster::answer(&documents, asked)
    });
    let ran = run::check(&server, &[]);
    assert_eq!(&ran.said(), run::healthy());
    let all = rounds.all();
    // a Secret that is missing is asked for once
    assert!(all.len() <= 3, "requests of each round: {all:?}");
}
