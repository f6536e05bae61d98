//! Recorded requests: what the real gateway, Envoy and upstream did, held against what a walk expects.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test that fails may panic"
)]

use std::{collections::BTreeMap, path::Path};

use aigw_backend::{
    cluster::files::{Request, load_text},
    model::{Key, Kind},
    rules,
    trace::{AssumedVersions, World},
    walk::{Answer, Certainty, Map, Question, Upstream},
};
use serde_json::Value;

/// Requests that objects cannot tell the end of, and why.
const UNKNOWABLE: [(&str, &str); 1] =
    [("220-gcp-adc-blocks-gateway", "whether the pod has an identity stands in no object")];

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn question(request: &Value) -> Option<Question> {
    if request["body"] == "raw" {
        return None;
    }
    let (namespace, name) = text(request, "gateway").split_once('/')?;
    let headers = request["headers"].as_object().into_iter().flatten();
    Some(Question {
        gateway: Key::new(Kind::Gateway, namespace, name),
        route: None,
        port: request["port"].as_u64().unwrap_or(80).try_into().ok()?,
        host: text(request, "host").to_owned(),
        method: text(request, "method").to_owned(),
        path: text(request, "path").to_owned(),
        model: request["model"].as_str().map(str::to_owned),
        headers: headers
            .map(|(name, value)| (name.to_lowercase(), value.as_str().unwrap_or_default().into()))
            .collect(),
        stream: request["stream"] == true,
        body_bytes: request["bodyBytes"].as_u64(),
    })
}

fn credential(of: &Value) -> Vec<[String; 4]> {
    let mut all: Vec<_> = (of["credential"].as_array().into_iter().flatten())
        .map(|it| ["header", "scheme", "from", "scope"].map(|part| text(it, part).to_owned()))
        .collect();
    all.sort();
    all
}

/// What is different between an upstream that was seen and the one expected.
fn differences(seen: &Value, expected: Option<&Upstream>) -> Vec<String> {
    let Some(expected) = expected else { return vec!["no upstream".to_owned()] };
    let mut found = vec![];
    let mut same = |what: &str, seen: String, expected: String| {
        if seen != expected {
            found.push(format!("{what}: saw {seen}, expected {expected}"));
        }
    };
    same("endpoint", text(seen, "endpoint").into(), expected.endpoint.clone());
    same("authority", text(seen, "authority").into(), expected.authority.clone());
    same("path", text(seen, "path").into(), expected.path.clone());
    same("method", text(seen, "method").into(), expected.method.clone());
    same("tls", (seen["tls"] == true).to_string(), (expected.tls == Some(true)).to_string());
    same("sni", text(seen, "sni").into(), expected.sni.clone().unwrap_or_default());
    let mut mine: Vec<_> = expected
        .credential
        .iter()
        .flatten()
        .map(|it| {
            let scope = it.scope.clone().unwrap_or_default();
            [it.header.clone(), it.scheme.to_owned(), it.from.clone(), scope]
        })
        .collect();
    mine.sort();
    same("credential", format!("{:?}", credential(seen)), format!("{mine:?}"));
    found
}

#[allow(clippy::cast_precision_loss, reason = "a few hundred requests")]
fn shares(outcomes: &Value) -> BTreeMap<u64, f64> {
    let of = outcomes["of"].as_f64().unwrap();
    let mut shares = BTreeMap::new();
    for it in outcomes["outcomes"].as_array().unwrap() {
        *shares.entry(it["status"].as_u64().unwrap()).or_default() += it["count"].as_f64().unwrap() / of;
    }
    shares
}

fn judge(observed: &Value, world: bool, answer: &Answer) -> Vec<String> {
    let expected = &answer.expected;
    if let Some(distribution) = observed.get("distribution") {
        if world {
            return vec![];
        }
        let mut mine: BTreeMap<u64, f64> = BTreeMap::new();
        for it in &expected.outcomes {
            *mine.entry(it.status.into()).or_default() += it.share;
        }
        let seen = shares(distribution);
        let near = |status: &u64| {
            (seen.get(status).unwrap_or(&0.0) - mine.get(status).unwrap_or(&0.0)).abs() <= 0.15
        };
        let all = seen.keys().chain(mine.keys()).all(near);
        return if all { vec![] } else { vec![format!("shares: saw {seen:?}, expected {mine:?}")] };
    }
    let status = observed["status"].as_u64();
    let mine = expected.status.map(u64::from);
    let by_provider = expected.certainty == Certainty::Provider && observed["body"] == "upstream";
    let mut found = vec![];
    if !world && status != mine && !by_provider {
        found.push(format!("status: saw {status:?}, expected {mine:?}"));
    }
    match &observed["upstream"] {
        Value::Null if !world && expected.upstream.is_some() => {
            found.push("nothing arrived upstream".to_owned());
        }
        Value::Null => {}
        seen => found.extend(differences(seen, expected.upstream.as_ref())),
    }
    found
}

#[test]
fn every_recorded_answer_is_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.retain(|it| it.extension().is_some_and(|it| it == "yaml"));
    files.sort();
    let (mut asked, mut wrong) = (0, vec![]);
    for path in files {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let file: Value = serde_saphyr::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let list =
            serde_json::json!({"apiVersion": "v1", "kind": "List", "items": file["objects"]}).to_string();
        let request = Request { complete: true, ..Request::default() };
        let loaded = load_text(&request, &name, &list);
        assert_eq!(loaded.problems, [], "{name}");
        let now = "2026-10-01T00:00:00Z".parse().unwrap();
        let world = World::new(&loaded.cluster, now, &AssumedVersions::default());
        let traces: Vec<_> = world.traces().collect();
        let findings = rules::run(&world);
        let map = Map { world: &world, traces: &traces, findings: &findings };
        for (at, recorded) in file["requests"].as_array().unwrap().iter().enumerate() {
            let Some(question) = question(&recorded["request"]) else { continue };
            if recorded.get("unstable").is_some() || UNKNOWABLE.iter().any(|(it, _)| *it == name) {
                continue;
            }
            asked += 1;
            let outside = recorded.get("world").is_some();
            for it in judge(&recorded["observed"], outside, &map.walk(&question)) {
                wrong.push(format!("{name}[{at}] {it}"));
            }
        }
    }
    assert!(asked > 580, "{asked} requests were asked");
    assert_eq!(wrong, Vec::<String>::new());
}
