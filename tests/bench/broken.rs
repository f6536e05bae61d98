//! Clusters of thousands of backends, each of which breaks in ten ways: `cargo bench --bench broken [BACKENDS…]`.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "it prints what it measures, and may panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use aigw_backend::{
    cluster::files::{self, load_text},
    report::{self, Source, SourceKind},
    rules,
    trace::{AssumedVersions, World},
};
use serde_json::{Value, json};

/// Clusters that are measured where none are named.
const SIZES: [usize; 3] = [1_000, 2_000, 5_000];
/// Faults that each backend has at least.
const FAULTS: usize = 10;
/// Backends of a namespace, which has a Gateway to itself.
const NAMESPACE: usize = 50;
/// Backends of a route.
const ROUTE: usize = 10;

const AIGW: &str = "aigateway.envoyproxy.io/v1beta1";
const EG: &str = "gateway.envoyproxy.io/v1alpha1";
const GWAPI: &str = "gateway.networking.k8s.io/v1";

fn object(api_version: &str, kind: &str, namespace: &str, name: &str, spec: &Value) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"namespace": namespace, "name": name}, "spec": spec})
}

/// A backend and all that is its own.
fn backend(namespace: &str, name: &str) -> Vec<Value> {
    vec![
        // fields that no release reads, headers and body fields that are nobody's to change
        object(
            AIGW,
            "AIServiceBackend",
            namespace,
            name,
            &json!({
                "schema": {"name": "OpenAI", "prefix": "/v1/chat/completions", "verison": "v1"},
                "backendRef": {"group": "gateway.envoyproxy.io", "kind": "Backend", "name": name},
                "headerMutation": {"set": [{"name": ":path", "value": "/x"}, {"name": "connection", "value": "close"}]},
                "bodyMutation": {"set": [{"path": "model", "value": "other"}, {"path": "x", "value": "{bad}"}]},
            }),
        ),
        // almost a provider, at a port for TLS, in clear text
        object(
            EG,
            "Backend",
            namespace,
            name,
            &json!({
                "endpoints": [{"fqdn": {"hostname": "api.openai.con", "port": 443}}], "fallbakc": true,
            }),
        ),
        // names the backend twice, and a Secret that is not there
        object(
            AIGW,
            "BackendSecurityPolicy",
            namespace,
            name,
            &json!({
                "type": "AzureAPIKey", "azureAPIKey": {"secretRef": {"name": format!("{name}-key")}},
                "targetRefs": [
                    {"group": "aigateway.envoyproxy.io", "kind": "AIServiceBackend", "name": name},
                    {"group": "aigateway.envoyproxy.io", "kind": "AIServiceBackend", "name": name},
                ],
            }),
        ),
        // is for the AIServiceBackend instead of the Backend
        object(
            GWAPI,
            "BackendTLSPolicy",
            namespace,
            name,
            &json!({
                "targetRefs": [{"group": "aigateway.envoyproxy.io", "kind": "AIServiceBackend", "name": name}],
                "validation": {"hostname": "api.openai.com", "wellKnownCACertificates": "System"},
            }),
        ),
    ]
}

/// A route of some backends, and its policy, which loses its time limit and retries on no other priority.
fn route(namespace: &str, name: &str, backends: &[String]) -> Vec<Value> {
    let rules: Vec<Value> = (backends.iter().zip(backends.iter().cycle().skip(1)))
        .map(|(one, spare)| {
            json!({"matches": [{"headers": [{"type": "Exact", "name": "x-ai-eg-model", "value": format!("model-{one}")}]}],
                   "backendRefs": [{"name": one}, {"name": spare, "priority": 1}]})
        })
        .collect();
    let parents = json!([{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "gw"}]);
    vec![
        object(AIGW, "AIGatewayRoute", namespace, name, &json!({"parentRefs": parents, "rules": rules})),
        object(
            EG,
            "BackendTrafficPolicy",
            namespace,
            name,
            &json!({
                "targetRefs": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": name}],
                "timeout": {"http": {"requestTimeout": "300s"}}, "retry": {"numRetries": 2},
            }),
        ),
    ]
}

fn cluster(backends: usize) -> String {
    let mut objects = vec![json!({"apiVersion": GWAPI, "kind": "GatewayClass", "metadata": {"name": "eg"},
        "spec": {"controllerName": "gateway.envoyproxy.io/gatewayclass-controller"}})];
    for first in (0..backends).step_by(NAMESPACE) {
        let namespace = format!("team-{}", first / NAMESPACE);
        objects.push(object(
            GWAPI,
            "Gateway",
            &namespace,
            "gw",
            &json!({
                "gatewayClassName": "eg", "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}],
            }),
        ));
        let names: Vec<String> =
            (first..backends.min(first + NAMESPACE)).map(|it| format!("b{it}")).collect();
        objects.extend(names.iter().flat_map(|it| backend(&namespace, it)));
        for (index, some) in names.chunks(ROUTE).enumerate() {
            objects.extend(route(&namespace, &format!("route-{index}"), some));
        }
    }
    json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string()
}

/// Seconds that this process was at work, where Linux tells: on a busy machine a clock says little.
fn now(wall: Instant) -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let spent = text.split(' ').next().and_then(|it| it.parse().ok()).map(Duration::from_nanos);
    spent.unwrap_or_else(|| wall.elapsed()).as_secs_f64()
}

/// Reads, traces, judges and reports a cluster, with the seconds that each took.
fn measure(text: &str) -> [f64; 4] {
    let wall = Instant::now();
    let mut begun = now(wall);
    let mut lap = || {
        let last = std::mem::replace(&mut begun, now(wall));
        begun - last
    };
    let loaded = load_text(&files::Request { complete: true, ..files::Request::default() }, "broken", text);
    assert_eq!(loaded.problems, [], "the cluster does not load");
    let read = lap();
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let world = World::new(&loaded.cluster, now, &AssumedVersions::default());
    let traced = lap();
    let findings = rules::run(&world);
    let judged = lap();
    let source = Source { kind: SourceKind::Files, context: None };
    let request = report::Request { source, places: &loaded.places, before: None, suppressed: &[] };
    let report = report::build(&world, report::Outline::all(&world), &findings, &request);
    let reported = lap();
    let mut faults: BTreeMap<&(String, String), BTreeSet<&str>> = BTreeMap::new();
    for it in &findings {
        it.backends.iter().for_each(|backend| {
            faults.entry(backend).or_default().insert(it.rule.code);
        });
    }
    let least = faults.values().map(BTreeSet::len).min().unwrap_or_default();
    assert!(
        faults.len() == report.backends.len() && least >= FAULTS,
        "{least} faults: {:?}",
        faults.values().next()
    );
    [read, traced, judged, reported]
}

fn main() {
    // cargo adds flags of its own
    let named: Vec<usize> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    let sizes = if named.is_empty() { SIZES.to_vec() } else { named };
    println!("backends     read    trace    rules   report    total   per 1,000");
    for size in sizes {
        let seconds = measure(&cluster(size));
        let total: f64 = seconds.iter().sum();
        #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
        let each = total * 1_000.0 / size as f64;
        let [read, trace, rules, report] = seconds;
        println!("{size:8} {read:7.2}s {trace:7.2}s {rules:7.2}s {report:7.2}s {total:7.2}s {each:9.3}s");
    }
}
