//! A cluster of many backends that work, with every kind that leads to them, as its users and controllers would write it.

use serde_json::{Value, json};

const AIGW: &str = "aigateway.envoyproxy.io/v1beta1";
const EG: &str = "gateway.envoyproxy.io/v1alpha1";
const GWAPI: &str = "gateway.networking.k8s.io/v1";

/// Backends of a namespace, which share a key and a model server: 20,000 make 134 Secrets.
const NAMESPACE: usize = 150;
/// Backends of a route and of a credential.
const ROUTE: usize = 10;
/// Backends of a gateway.
const GATEWAY: usize = 2_000;

fn object(api_version: &str, kind: &str, namespace: &str, name: &str, spec: &Value) -> Value {
    let mut object =
        json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, "spec": spec});
    if !namespace.is_empty() {
        object["metadata"]["namespace"] = namespace.into();
    }
    object
}

/// As `kubectl apply` writes it: with a copy of itself.
fn applied(mut object: Value) -> Value {
    let copy = object.to_string();
    object["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] = copy.into();
    object
}

fn with(mut object: Value, field: &str, value: Value) -> Value {
    object[field] = value;
    object
}

fn condition(type_: &str, reason: &str) -> Value {
    json!({"type": type_, "status": "True", "reason": reason, "message": "", "observedGeneration": 1,
           "lastTransitionTime": "2026-09-01T00:00:00Z"})
}

fn accepted(object: Value) -> Value {
    with(object, "status", json!({"conditions": [condition("Accepted", "Accepted")]}))
}

/// The objects of a cluster, in an order in which they can be created.
pub(crate) fn objects(backends: usize) -> Vec<Value> {
    let mut all = platform();
    for gateway in 0..backends.div_ceil(GATEWAY) {
        all.extend(self::gateway(&format!("ai-{gateway}")));
    }
    for first in (0..backends).step_by(NAMESPACE) {
        let namespace = format!("team-{}", first / NAMESPACE);
        all.extend(shared(&namespace));
        let numbers: Vec<usize> = (first..backends.min(first + NAMESPACE)).collect();
        all.extend(numbers.iter().flat_map(|it| backend(&namespace, *it)));
        for (at, some) in numbers.chunks(ROUTE).enumerate() {
            all.extend(route(&namespace, at, &format!("ai-{}", first / GATEWAY), some));
        }
    }
    all
}

/// The controllers and what they need, as in a cluster of the tests.
fn platform() -> Vec<Value> {
    let text = include_str!("../live/clusters/a-healthy.yaml");
    let all: Vec<Value> = serde_saphyr::from_multiple(text).unwrap();
    let is_platform = |it: &Value| {
        let meta = |key: &str| it["metadata"][key].as_str().unwrap_or_default();
        match it["kind"].as_str().unwrap_or_default() {
            "GatewayClass" | "MutatingWebhookConfiguration" => true,
            "Namespace" => meta("name").starts_with("envoy-"),
            kind => meta("namespace").starts_with("envoy-") && !matches!(kind, "Pod" | "Secret"),
        }
    };
    let own = object("v1", "Namespace", "", "gateways", &json!({}));
    all.into_iter().filter(is_platform).chain([own]).collect()
}

/// A gateway, its Envoy, and what AI Gateway wrote for the sidecar.
fn gateway(name: &str) -> Vec<Value> {
    let target = json!([{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": name}]);
    let listener = json!({"name": "http", "port": 80, "protocol": "HTTP", "allowedRoutes": {"namespaces": {"from": "All"}}});
    let programmed = [condition("Accepted", "Accepted"), condition("Programmed", "Programmed")];
    let status = json!({"conditions": programmed, "listeners": [{"name": "http", "attachedRoutes": 200, "supportedKinds": [],
        "conditions": [condition("Accepted", "Accepted"), condition("Programmed", "Programmed"), condition("ResolvedRefs", "ResolvedRefs")]}]});
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": format!("envoy-gateways-{name}"), "namespace": "envoy-gateway-system", "labels": {
            "app.kubernetes.io/managed-by": "envoy-gateway", "app.kubernetes.io/component": "proxy",
            "gateway.envoyproxy.io/owning-gateway-name": name, "gateway.envoyproxy.io/owning-gateway-namespace": "gateways"}},
        "spec": {
            "initContainers": [{"name": "ai-gateway-extproc", "image": "docker.io/envoyproxy/ai-gateway-extproc:v1.1.0", "restartPolicy": "Always"}],
            "containers": [{"name": "envoy", "image": "docker.io/envoyproxy/envoy:distroless-v1.38.3"}]},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
    });
    let config = |name: String| {
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "envoy-gateway-system"},
               "stringData": {"index.yaml": "version: v1.1.0"}})
    };
    let mut all = vec![
        with(
            object(
                GWAPI,
                "Gateway",
                "gateways",
                name,
                &json!({"gatewayClassName": "envoy", "listeners": [listener]}),
            ),
            "status",
            status,
        ),
        object(
            EG,
            "ClientTrafficPolicy",
            "gateways",
            name,
            &json!({"targetRefs": target, "connection": {"bufferLimit": "50Mi"}}),
        ),
        pod,
    ];
    all.extend(aigw_backend::model::names::filter_configs("gateways", name).into_iter().map(config));
    all
}

/// What the backends of a namespace share.
fn shared(namespace: &str) -> Vec<Value> {
    let service = json!({"selector": {"app": "vllm"}, "ports": [{"name": "http", "port": 8000}]});
    let endpoints = json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {"name": "vllm-1", "namespace": namespace, "labels": {"kubernetes.io/service-name": "vllm"}},
        "ports": [{"name": "http", "port": 8000}], "endpoints": [{"addresses": ["10.0.1.1"], "conditions": {"ready": true}}]});
    vec![
        object("v1", "Namespace", "", namespace, &json!({})),
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "key", "namespace": namespace},
               "stringData": {"apiKey": "sk-example-of-a-key"}}),
        object("v1", "Service", namespace, "vllm", &service),
        endpoints,
        object(
            "gateway.networking.k8s.io/v1beta1",
            "ReferenceGrant",
            namespace,
            "models",
            &json!({
            "from": [{"group": "aigateway.envoyproxy.io", "kind": "AIGatewayRoute", "namespace": "platform"}],
            "to": [{"group": "aigateway.envoyproxy.io", "kind": "AIServiceBackend"}]}),
        ),
    ]
}

/// A backend, and its address with TLS; one in twenty is a model server in the cluster.
fn backend(namespace: &str, number: usize) -> Vec<Value> {
    let name = format!("backend-{number}");
    let local = number % 20 == 19;
    let (host, port) = if local {
        (format!("vllm.{namespace}.svc.cluster.local"), 8000)
    } else {
        (format!("models-{number}.api.example.com"), 443)
    };
    let reference = json!({"group": "gateway.envoyproxy.io", "kind": "Backend", "name": name});
    let mut all = vec![
        accepted(applied(object(
            AIGW,
            "AIServiceBackend",
            namespace,
            &name,
            &json!({"schema": {"name": "OpenAI"}, "backendRef": reference}),
        ))),
        accepted(applied(object(
            EG,
            "Backend",
            namespace,
            &name,
            &json!({"endpoints": [{"fqdn": {"hostname": host, "port": port}}]}),
        ))),
    ];
    if !local {
        all.push(applied(object(GWAPI, "BackendTLSPolicy", namespace, &format!("{name}-tls"), &json!({
            "targetRefs": [reference], "validation": {"wellKnownCACertificates": "System", "hostname": host}}))));
    }
    all
}

/// A route, what AI Gateway makes of it, and the credential of its backends.
fn route(namespace: &str, number: usize, gateway: &str, backends: &[usize]) -> Vec<Value> {
    let name = format!("models-{number}");
    let parents = json!([{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": gateway, "namespace": "gateways"}]);
    let model =
        |it: &usize| json!({"type": "Exact", "name": "x-ai-eg-model", "value": format!("model-{it}")});
    let rules: Vec<Value> = (backends.iter())
        .map(|it| json!({"matches": [{"headers": [model(it)]}], "backendRefs": [{"name": format!("backend-{it}")}], "timeouts": {"request": "300s"}}))
        .collect();
    let filter = |what: &str| json!([{"type": "ExtensionRef", "extensionRef": {"group": "gateway.envoyproxy.io", "kind": "HTTPRouteFilter", "name": format!("ai-eg-{what}-{name}")}}]);
    let path = json!({"type": "PathPrefix", "value": "/"});
    let mut generated: Vec<Value> = (backends.iter())
        .map(|it| {
            let to = json!({"group": "gateway.envoyproxy.io", "kind": "Backend", "name": format!("backend-{it}"), "weight": 1});
            json!({"matches": [{"path": path, "headers": [model(it)]}], "filters": filter("host-rewrite"), "backendRefs": [to],
                   "timeouts": {"request": "300s"}})
        })
        .collect();
    generated.push(json!({"name": "route-not-found", "matches": [{"path": path}], "filters": filter("route-not-found-response")}));
    let mut http =
        object(GWAPI, "HTTPRoute", namespace, &name, &json!({"parentRefs": parents, "rules": generated}));
    http["metadata"]["annotations"] = json!({"gateway.envoyproxy.io/ai-gateway-generated": "true"});
    http["metadata"]["ownerReferences"] =
        json!([{"apiVersion": AIGW, "kind": "AIGatewayRoute", "name": name, "uid": "1", "controller": true}]);
    http["status"] = json!({"parents": [{"parentRef": parents[0], "controllerName": "gateway.envoyproxy.io/gatewayclass-controller",
        "conditions": [condition("Accepted", "Accepted"), condition("ResolvedRefs", "ResolvedRefs")]}]});
    let targets: Vec<Value> = (backends.iter())
        .map(|it| json!({"group": "aigateway.envoyproxy.io", "kind": "AIServiceBackend", "name": format!("backend-{it}")}))
        .collect();
    let credential =
        json!({"type": "APIKey", "apiKey": {"secretRef": {"name": "key"}}, "targetRefs": targets});
    let missing = json!({"directResponse": {"statusCode": 404, "body": {"type": "Inline", "inline": "No matching route found"}}});
    let retries = json!({"targetRefs": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": name}],
        "retry": {"numRetries": 2, "retryOn": {"triggers": ["connect-failure"]}}});
    vec![
        accepted(applied(object(AIGW, "BackendSecurityPolicy", namespace, &name, &credential))),
        accepted(applied(object(
            AIGW,
            "AIGatewayRoute",
            namespace,
            &name,
            &json!({"parentRefs": parents, "rules": rules}),
        ))),
        http,
        object(
            EG,
            "HTTPRouteFilter",
            namespace,
            &format!("ai-eg-host-rewrite-{name}"),
            &json!({"urlRewrite": {"hostname": {"type": "Backend"}}}),
        ),
        object(EG, "HTTPRouteFilter", namespace, &format!("ai-eg-route-not-found-response-{name}"), &missing),
        applied(object(EG, "BackendTrafficPolicy", namespace, &name, &retries)),
    ]
}
