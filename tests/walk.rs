//! What holds for any set of routes: one rule wins, and neither order nor bystanders matter.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

use std::collections::BTreeMap;

use aigw_backend::{
    cluster::files::{Request, load_text},
    model::{Key, Kind},
    rules,
    trace::{AssumedVersions, World},
    walk::{Map, Question},
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A header that a rule asks for.
#[derive(Debug, Clone)]
struct Header {
    name: &'static str,
    value: &'static str,
    regex: bool,
}

/// A rule: any of its matches, each of which is all of its headers.
type Rule = Vec<Vec<Header>>;

#[derive(Debug, Clone)]
struct Route {
    day: u32,
    hostname: Option<&'static str>,
    rules: Vec<Rule>,
}

fn header() -> impl Strategy<Value = Header> {
    let model = (prop::sample::select(vec!["a", "b", "c"]), Just(false));
    let regex = (prop::sample::select(vec!["a", "[ab]", ".*"]), Just(true));
    let value = prop_oneof![3 => model, 1 => regex];
    (prop::sample::select(vec!["x-ai-eg-model", "x-ai-eg-model", "x-team"]), value)
        .prop_map(|(name, (value, regex))| Header { name, value, regex })
}

fn route() -> impl Strategy<Value = Route> {
    let rule = prop::collection::vec(prop::collection::vec(header(), 1..3), 0..3);
    let hostname = prop::option::of(prop::sample::select(vec!["one.example.com", "*.example.com"]));
    (1..5_u32, hostname, prop::collection::vec(rule, 1..4)).prop_map(|(day, hostname, rules)| Route {
        day,
        hostname,
        rules,
    })
}

fn objects(routes: &[Route]) -> Vec<Value> {
    let mut all = vec![
        json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass", "metadata": {"name": "eg"},
               "spec": {"controllerName": "gateway.envoyproxy.io/gatewayclass-controller"}}),
        json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": {"name": "gw", "namespace": "ns"},
               "spec": {"gatewayClassName": "eg", "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}]}}),
    ];
    for (at, route) in routes.iter().enumerate() {
        let mut rules = vec![];
        for (index, rule) in route.rules.iter().enumerate() {
            let name = format!("r{at}-{index}");
            all.push(json!({"apiVersion": "aigateway.envoyproxy.io/v1beta1", "kind": "AIServiceBackend",
                "metadata": {"name": name, "namespace": "ns"}, "spec": {"schema": {"name": "OpenAI"},
                "backendRef": {"group": "gateway.envoyproxy.io", "kind": "Backend", "name": name}}}));
            all.push(json!({"apiVersion": "gateway.envoyproxy.io/v1alpha1", "kind": "Backend",
                "metadata": {"name": name, "namespace": "ns"},
                "spec": {"endpoints": [{"fqdn": {"hostname": format!("{name}.example.com"), "port": 8000}}]}}));
            let matches: Vec<Value> = (rule.iter())
                .map(|it| {
                    let kind = |regex| if regex { "RegularExpression" } else { "Exact" };
                    let headers: Vec<Value> = (it.iter())
                        .map(|it| json!({"type": kind(it.regex), "name": it.name, "value": it.value}))
                        .collect();
                    json!({"headers": headers})
                })
                .collect();
            rules.push(json!({"matches": matches, "backendRefs": [{"name": name}]}));
        }
        all.push(json!({"apiVersion": "aigateway.envoyproxy.io/v1beta1", "kind": "AIGatewayRoute",
            "metadata": {"name": format!("r{at}"), "namespace": "ns", "creationTimestamp": format!("2026-09-0{}T00:00:00Z", route.day)},
            "spec": {"parentRefs": [{"name": "gw", "kind": "Gateway", "group": "gateway.networking.k8s.io"}],
                     "hostnames": route.hostname.into_iter().collect::<Vec<_>>(), "rules": rules}}));
    }
    all
}

fn question(model: &str, team: Option<&str>) -> Question {
    let headers = team.map(|it| ("x-team".to_owned(), it.to_owned()));
    Question {
        gateway: Key::new(Kind::Gateway, "ns", "gw"),
        route: None,
        port: 80,
        host: "one.example.com".to_owned(),
        method: "POST".to_owned(),
        path: "/v1/chat/completions".to_owned(),
        model: Some(model.to_owned()),
        headers: headers.into_iter().collect::<BTreeMap<_, _>>(),
        stream: false,
        body_bytes: None,
    }
}

/// Status, upstream, and the rule that took the request.
fn walk(objects: &[Value], question: &Question) -> (Option<u16>, Option<String>, Option<(String, usize)>) {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
    let loaded = load_text(&Request { complete: true, ..Request::default() }, "generated", &list);
    assert_eq!(loaded.problems, []);
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let world = World::new(&loaded.cluster, now, &AssumedVersions::default());
    let traces: Vec<_> = world.traces().collect();
    let findings = rules::run(&world);
    let answer = Map { world: &world, traces: &traces, findings: &findings }.walk(question);
    let expected = answer.expected;
    (
        expected.status,
        expected.upstream.map(|it| it.endpoint),
        answer.rule.map(|(key, index)| (key.name, index)),
    )
}

fn fits(header: &Header, model: &str, team: Option<&str>) -> bool {
    let value = if header.name == "x-team" { team } else { Some(model) };
    value.is_some_and(|value| match (header.regex, header.value) {
        (true, "[ab]") => value == "a" || value == "b",
        (true, ".*") => true,
        (_, wanted) => value == wanted,
    })
}

fn takes(rule: &Rule, model: &str, team: Option<&str>) -> bool {
    rule.is_empty() || rule.iter().any(|it| it.iter().all(|it| fits(it, model, team)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_rule_that_wins_takes_the_request(
        routes in prop::collection::vec(route(), 1..4),
        model in prop::sample::select(vec!["a", "b", "d"]),
        team in prop::option::of(Just("a")),
    ) {
        let (status, upstream, rule) = walk(&objects(&routes), &question(model, team));
        if let Some((name, index)) = rule {
            let at: usize = name.trim_start_matches('r').parse().unwrap();
            prop_assert!(takes(&routes[at].rules[index], model, team));
            prop_assert_eq!(upstream, Some(format!("r{at}-{index}.example.com:8000")));
        } else {
            prop_assert_eq!((status, upstream), (Some(404), None));
        }
    }

    #[test]
    fn the_order_of_objects_never_matters(
        routes in prop::collection::vec(route(), 1..4),
        model in prop::sample::select(vec!["a", "b", "d"]),
        turn in 0..9_usize,
    ) {
        let mut all = objects(&routes);
        let first = walk(&all, &question(model, None));
        let by = turn % all.len();
        all.rotate_left(by);
        prop_assert_eq!(walk(&all, &question(model, None)), first.clone());
        all.reverse();
        prop_assert_eq!(walk(&all, &question(model, None)), first);
    }

    #[test]
    fn a_rule_that_does_not_match_is_a_bystander(
        mut routes in prop::collection::vec(route(), 1..4),
        model in prop::sample::select(vec!["a", "b", "d"]),
    ) {
        let (status, upstream, _) = walk(&objects(&routes), &question(model, None));
        for route in &mut routes {
            let last = route.rules.last().is_some_and(|it| !takes(it, model, None));
            // the last one, so that the names of the others stay
            if last && route.rules.len() > 1 {
                route.rules.pop();
            }
        }
        let (status_after, upstream_after, _) = walk(&objects(&routes), &question(model, None));
        prop_assert_eq!((status, upstream), (status_after, upstream_after));
    }
}
