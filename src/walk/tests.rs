//! What becomes of requests in the clusters of the rules' own tests, where rules and walk must agree.

use std::{collections::BTreeMap, path::Path};

use super::{Answer, Certainty, Map, Question};
use crate::{
    cluster::files::{Request, load_text},
    rules,
    trace::{AssumedVersions, World},
};

/// Walks a chat request through a cluster of the tests, after some words in it were replaced.
fn ask(fixture: &str, model: &str, changes: &[(&str, &str)], ask: impl Fn(&mut Question)) -> Answer {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/rules/{fixture}.yaml"));
    let mut text = std::fs::read_to_string(path).unwrap();
    for (old, new) in changes {
        assert!(text.contains(old), "{fixture} has no `{old}`");
        text = text.replace(old, new);
    }
    let loaded = load_text(&Request { complete: true, ..Request::default() }, fixture, &text);
    assert_eq!(loaded.problems, [], "{fixture}");
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let world = World::new(&loaded.cluster, now, &AssumedVersions::default());
    let traces: Vec<_> = loaded.cluster.ai_service_backends.iter().map(|it| world.trace(it)).collect();
    let findings = rules::run(&world, &traces).findings;
    let gateway = world.ai_gateways().next().unwrap();
    let mut question = Question {
        gateway: gateway.key.clone(),
        route: None,
        port: gateway.gateway.spec.listeners[0].port,
        host: "llm.example.com".to_owned(),
        method: "POST".to_owned(),
        path: "/v1/chat/completions".to_owned(),
        model: Some(model.to_owned()),
        headers: BTreeMap::from([("authorization".to_owned(), "Bearer of-client".to_owned())]),
        stream: false,
        body_bytes: None,
    };
    ask(&mut question);
    Map { world: &world, traces: &traces, findings: &findings }.walk(&question)
}

fn nothing(_: &mut Question) {}

/// Share in percent, status, backend, endpoint and codes of each end.
fn ends(answer: &Answer) -> Vec<String> {
    let all = answer.expected.outcomes.iter().map(|it| {
        let backend = it.backend.as_ref().map_or("", |it| &it.name);
        let endpoint = it.upstream.as_ref().map_or("-", |it| &it.endpoint);
        let codes = it.codes.join(" ");
        format!("{:.0} {} {backend} {endpoint} {codes}", it.share * 100.0, it.status).trim_end().to_owned()
    });
    all.collect()
}

#[test]
fn a_backend_that_was_deleted_fails_its_share() {
    let changes = [("[{name: tgi}, {name: gone}]", "[{name: vllm}, {name: gone}]")];
    let answer = ask("route/http-route-lags-route/fires", "llama", &changes, nothing);
    let ends = ends(&answer);
    assert!(ends[0].starts_with("50 200 vllm vllm.ai.svc.cluster.local:8000"), "{ends:?}");
    assert_eq!(ends[1], "50 500 gone - AIB106");
}

#[test]
fn endpoints_of_an_old_route_are_taken_for_what_stands_in_their_place() {
    let answer = ask("route/http-route-lags-route/fires", "llama", &[], nothing);
    let ends = ends(&answer);
    assert!(ends[0].starts_with("50 200 tgi vllm.ai.svc.cluster.local:8000"), "{ends:?}");
    assert_eq!(ends[1], "50 500 gone - AIB106");
}

#[test]
fn what_a_crashed_controller_left_behind_is_not_certain() {
    let answer = ask("reference/ai-service-backend-missing/fires-crash", "llama", &[], nothing);
    assert!(answer.expected.outcomes.iter().all(|it| it.certainty == Certainty::Likely));
}
