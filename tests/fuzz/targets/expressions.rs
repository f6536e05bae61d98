//! The small languages: costs, mutations, patterns, selectors, durations, quantities, versions, annotations.
#![no_main]

use invariants::{lines, list, run, safe_fixes_heal, words};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|data: &[u8]| {
    let (parts, more) = lines::<14>(data);
    let [cost, quota, header, value, gone, path, field, lost, pattern, selector, time, size, version, ignore] =
        parts;
    let of_gateways = "gateway.networking.k8s.io";
    let gateway = json!({"group": of_gateways, "kind": "Gateway", "name": "gw"});
    let backend = json!({"group": "aigateway.envoyproxy.io", "kind": "AIServiceBackend", "name": "vllm"});
    let meta = |name: &str| json!({"name": name, "namespace": "ai"});
    let headers = json!({"set": [{"name": header, "value": value}], "remove": [gone]});
    let bodies = json!({"set": [{"path": path, "value": field}], "remove": [lost]});
    let objects = [
        json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass", "metadata": {"name": "eg"},
            "spec": {"controllerName": "gateway.envoyproxy.io/gatewayclass-controller"}}),
        json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": meta("gw"),
            "spec": {"gatewayClassName": "eg", "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}]}}),
        json!({"apiVersion": "gateway.envoyproxy.io/v1alpha1", "kind": "ClientTrafficPolicy", "metadata": meta("gw"),
            "spec": {"targetRefs": [gateway], "connection": {"bufferLimit": size}}}),
        json!({"apiVersion": "gateway.envoyproxy.io/v1alpha1", "kind": "BackendTrafficPolicy", "metadata": meta("gw"),
            "spec": {"targetRefs": [gateway], "timeout": {"http": {"requestTimeout": time}},
                     "requestBuffer": {"limit": size}}}),
        json!({"apiVersion": "aigateway.envoyproxy.io/v1beta1", "kind": "AIGatewayRoute", "metadata": meta("chat"),
            "spec": {"parentRefs": [gateway],
                "rules": [{"matches": [{"headers": [{"type": "RegularExpression", "name": "x-ai-eg-model", "value": pattern}]}],
                    "timeouts": {"request": time, "backendRequest": time},
                    "backendRefs": [{"name": "vllm", "headerMutation": headers, "bodyMutation": bodies}]}],
                "llmRequestCosts": [{"metadataKey": "cost", "type": "CEL", "cel": cost}]}}),
        json!({"apiVersion": "aigateway.envoyproxy.io/v1alpha1", "kind": "QuotaPolicy", "metadata": meta("tokens"),
            "spec": {"targetRefs": [backend], "perModelQuotas": [{"modelName": "llama",
                "quota": {"costExpression": quota, "defaultBucket": {"limit": 1000, "duration": time}}}]}}),
        json!({"apiVersion": "aigateway.envoyproxy.io/v1beta1", "kind": "AIServiceBackend",
            "metadata": {"name": "vllm", "namespace": "ai", "labels": {"team": "a", "tier": "b"},
                         "annotations": {"aigw-backend/ignore": ignore}},
            "spec": {"schema": {"name": "OpenAI"}, "headerMutation": headers, "bodyMutation": bodies,
                "backendRef": {"group": "gateway.envoyproxy.io", "kind": "Backend", "name": "vllm"}}}),
        json!({"apiVersion": "gateway.envoyproxy.io/v1alpha1", "kind": "Backend", "metadata": meta("vllm"),
            "spec": {"endpoints": [{"fqdn": {"hostname": "vllm.ai.svc.cluster.local", "port": 8000}}]}}),
        json!({"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "ai-gateway-controller", "namespace": "envoy-ai-gateway-system"},
            "spec": {"replicas": 1, "template": {"spec": {"containers": [{"name": "controller",
                "image": format!("docker.io/envoyproxy/ai-gateway-controller:{version}"), "args": [more]}]}}},
            "status": {"observedGeneration": 1, "readyReplicas": 1}}),
    ];
    let text = list(&objects);
    safe_fixes_heal(&objects);
    let mut args = words("check -f - --assume-complete -o json");
    if data.len() % 2 == 0 {
        args.push(format!("--selector={selector}"));
        args.push(format!("--timeout={time}"));
        args.push(format!("--assume-version={version}"));
        args.push(format!("--ignore={ignore}"));
    }
    run(&args, data, text.as_bytes());
    if data.len() % 2 == 1 {
        let mut args = words("explain -f - --assume-complete");
        args.push(format!("--model={selector}"));
        run(&args, data, text.as_bytes());
    }
});
