//! What becomes of requests in the clusters of the rules' own tests, where rules and walk must agree.

use std::{collections::BTreeMap, path::Path};

use super::{Answer, Certainty, Map, Question};
use crate::{
    cluster::files::{Request, load_text},
    rules,
    trace::{AssumedVersions, World},
};

/// A Gateway and a route, for fixtures of a backend `llm` alone.
const WAY: &str = r"
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: eg}
spec: {controllerName: gateway.envoyproxy.io/gatewayclass-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gw, namespace: models}
spec: {gatewayClassName: eg, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
apiVersion: aigateway.envoyproxy.io/v1beta1
kind: AIGatewayRoute
metadata: {name: chat, namespace: models}
spec:
  parentRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: gw}]
  rules:
  - matches: [{headers: [{type: Exact, name: x-ai-eg-model, value: llama}]}]
    backendRefs: [{name: llm}]
";

/// Walks a chat request through a cluster of the tests, after some words in it were replaced.
fn ask(fixture: &str, model: &str, changes: &[(&str, &str)], ask: impl Fn(&mut Question)) -> Answer {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/rules/{fixture}.yaml"));
    let mut text = std::fs::read_to_string(path).unwrap();
    for (old, new) in changes {
        assert!(text.contains(old), "{fixture} has no `{old}`");
        text = text.replace(old, new);
    }
    if !text.contains("kind: Gateway\n") {
        text += WAY;
    }
    let loaded = load_text(&Request { complete: true, ..Request::default() }, fixture, &text);
    assert_eq!(loaded.problems, [], "{fixture}");
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let world = World::new(&loaded.cluster, now, &AssumedVersions::default());
    let traces: Vec<_> = world.traces().collect();
    let findings = rules::run(&world);
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
fn weights_that_no_server_takes_have_shares_too() {
    let heavy = |it: &str| format!("kind: Backend, name: {it}, weight: 9223372036854775807}}\n");
    let (next, rule) = ("    - {group: gateway.envoyproxy.io, ", "  - name: route-not-found");
    let light = |it: &str, then: &str| format!("kind: Backend, name: {it}}}\n{then}");
    let changes = [(light("vllm", next), heavy("vllm") + next), (light("tgi", rule), heavy("tgi") + rule)];
    let changes = changes.each_ref().map(|(old, new)| (old.as_str(), new.as_str()));
    let answer = ask("route/http-route-lags-route/fires", "llama", &changes, nothing);
    let shares: Vec<f64> = answer.expected.outcomes.iter().map(|it| it.share).collect();
    assert_eq!(format!("{shares:?}"), "[0.5, 0.5]");
}

#[test]
fn what_a_crashed_controller_left_behind_is_not_certain() {
    let answer = ask("reference/ai-service-backend-missing/fires-crash", "llama", &[], nothing);
    assert!(answer.expected.outcomes.iter().all(|it| it.certainty == Certainty::Likely));
}

#[test]
fn an_address_that_is_not_processed_gets_what_the_client_sent() {
    let answer = ask("endpoint/address-not-processed/fires", "llama", &[], nothing);
    let upstream = answer.expected.upstream.as_ref().unwrap();
    let credential = upstream.credential.as_ref().unwrap();
    assert!(credential.iter().all(|it| it.from == "client"), "{credential:?}");
    assert_eq!(upstream.path, "/v1/chat/completions");
    assert_eq!(answer.expected.certainty, Certainty::Likely);
    assert_eq!(answer.expected.codes, ["AIB218"]);
}

#[test]
fn pods_that_the_controller_does_not_find_have_nothing_to_process_with() {
    let sidecar = ("  initContainers: [{name: ai-gateway-extproc", "  volumes: [{name: none");
    let answer = ask("platform/envoy-pods-out-of-sight/fires", "llama", &[sidecar], nothing);
    assert_eq!((answer.expected.status, &answer.expected.codes[..]), (Some(500), &["AIB732"][..]));
}

#[test]
fn pods_that_had_a_configuration_once_may_still_work() {
    let answer = ask("platform/envoy-pods-out-of-sight/fires", "llama", &[], nothing);
    assert_eq!((answer.expected.status, answer.expected.certainty), (Some(200), Certainty::Likely));
    assert_eq!(answer.expected.codes, ["AIB732"]);
}

#[test]
fn a_certificate_for_another_name_ends_the_handshake_of_its_address_alone() {
    let other = ("  endpoints:\n", "  endpoints:\n  - fqdn: {hostname: api.anthropic.com, port: 443}\n");
    let answer = ask("tls/tls-name-mismatch/fires", "llama", &[other], nothing);
    let ends = ends(&answer);
    assert!(ends[0].starts_with("50 200 llm api.anthropic.com:443"), "{ends:?}");
    assert_eq!(ends[1], "50 503 llm - AIB303");
}

#[test]
fn an_error_of_a_rule_makes_a_good_answer_doubtful() {
    let answer = ask(
        "endpoint/no-ready-endpoint/fires",
        "llama",
        &[(
            "{name: vllm, namespace: models}\nspec:\n  schema",
            "{name: llm, namespace: models}\nspec:\n  schema",
        )],
        nothing,
    );
    let outcome = &answer.expected.outcomes[0];
    assert_eq!((outcome.status, outcome.certainty), (200, Certainty::Likely));
    assert_eq!(outcome.codes, ["AIB209"]);
    assert!(outcome.why.contains("yet AIB209: "), "{}", outcome.why);
}

#[test]
fn a_404_has_the_codes_of_the_route_that_has_a_rule_for_it() {
    let codes = |fixture: &str, model: &str, host: &str| {
        let answer = ask(fixture, model, &[], |it| host.clone_into(&mut it.host));
        assert_eq!(answer.expected.status, Some(404), "{fixture}");
        answer.expected.codes
    };
    let missing = "reference/ai-service-backend-missing/fires";
    assert_eq!(codes(missing, "model-chat-0", "a.example.com"), ["AIB106"]);
    assert_eq!(codes("route/models-hidden-by-hostname/fires", "llama", "ai.shop.example"), ["AIB635"]);
    assert_eq!(codes("route/listener-refuses-route/fires", "llama", "a.example.com"), ["AIB604"]);
    assert_eq!(codes("route/model-header-misspelled/fires", "llama", "a.example.com"), ["AIB637"]);
    assert_eq!(codes("route/listener-refuses-route/fires", "other", "a.example.com"), [""; 0]);
}

#[test]
fn who_must_bring_a_credential_and_does_not_is_told_so() {
    let alone = ("{namespace: auth}", "{namespace: auth, fallbackToConfigured: false}");
    let answer = ask("credential/override-from-metadata-never-arrives/fires", "llama", &[alone], nothing);
    assert_eq!((answer.expected.status, &answer.expected.codes[..]), (Some(401), &["AIB452"][..]));
    assert!(
        matches!(&answer.expected.body, super::Body::Text(it) if it.contains("missing upstream credential"))
    );
}

/// What Envoy Gateway says of listeners that are in each other's way.
const CONFLICT: &str = r#"
    status:
      listeners:
      - name: http
        conditions:
        - {type: Programmed, status: "False", reason: Invalid, message: Listener is invalid, observedGeneration: 1}
        - {type: Conflicted, status: "True", reason: HostnameConflict, message: All listeners must be unique., observedGeneration: 1}
---"#;

#[test]
fn a_listener_that_is_not_programmed_does_not_answer() {
    let fixture = "route/models-hidden-by-hostname/silent-same-models";
    let status = CONFLICT.replace("\n    ", "\n");
    let old = "  - {name: http, port: 80, protocol: HTTP}\n---";
    let new = format!("  - {{name: http, port: 80, protocol: HTTP}}{status}");
    let now = ("{name: gw, namespace: ai}", "{name: gw, namespace: ai, generation: 1}");
    let answer = ask(fixture, "llama", &[now, (old, &new)], nothing);
    assert_eq!((answer.expected.status, answer.expected.certainty), (None, Certainty::Likely));
    let said = |it: &super::Step| it.text.ends_with("All listeners must be unique");
    assert!(answer.steps.iter().any(said), "{:?}", answer.steps);

    let other = new.replace("protocol: HTTP}", "protocol: HTTP}\n  - {name: two, port: 80, protocol: HTTP}");
    let answer = ask(fixture, "llama", &[now, (old, &other)], nothing);
    assert_eq!(answer.expected.status, Some(200));

    let stale = new.replace("observedGeneration: 1", "observedGeneration: 7");
    assert_eq!(ask(fixture, "llama", &[now, (old, &stale)], nothing).expected.status, Some(200));
}

#[test]
fn a_pool_that_does_not_exist_is_answered_for() {
    let answer = ask("reference/inference-pool-missing/fires", "model-chat-0", &[], nothing);
    assert_eq!((answer.expected.status, &answer.expected.codes[..]), (Some(500), &["AIB107"][..]));
}

#[test]
fn the_buffer_of_the_oldest_route_is_the_buffer_of_all() {
    let large = |it: &mut Question| it.body_bytes = Some(20_000);
    let answer = ask("route/small-request-buffer/fires-oldest-route", "llama", &[], large);
    assert_eq!((answer.expected.status, &answer.expected.codes[..]), (Some(413), &["AIB614"][..]));
    let answer = ask("route/small-request-buffer/silent-newer-route", "llama", &[], large);
    assert_eq!(answer.expected.status, Some(200));
}
