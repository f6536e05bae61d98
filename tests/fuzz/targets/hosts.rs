//! Hosts, ports, addresses, paths, URLs and certificates.
#![no_main]

use aigw_backend::{
    cluster::live::{self, Connection},
    model::{InCluster, Pem, Quantity, milliseconds},
    provider,
};
use invariants::{lines, list, run, safe_fixes_heal, words};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|data: &[u8]| {
    let (parts, pem) = lines::<13>(data);
    let [host, port, address, verified, prefix, schema, version, own, listener, asked, path, header, route] =
        parts;
    for it in [&host, &verified, &own, &listener, &asked] {
        assert_eq!(InCluster::of(it), InCluster::of(it));
        provider::of_host(it);
        if let Some((_, meant)) = provider::meant(it) {
            assert!(provider::of_host(&meant).is_some(), "{it}: {meant} is no provider's");
        }
        provider::aws_region(it);
        provider::gcp_region(it);
        Quantity::Text(it.clone()).bytes();
        milliseconds(it);
    }
    assert_eq!(Pem::read(pem.as_bytes()), Pem::read(pem.as_bytes()));
    if data.len() % 4 == 0 {
        kubeconfig(&host, &asked, &verified, &pem);
    }
    let port = port.parse::<i64>().unwrap_or(443);
    let gateway = json!({"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "gw"});
    let backend = json!({"group": "gateway.envoyproxy.io", "kind": "Backend", "name": "llm"});
    let meta = |name: &str| json!({"name": name, "namespace": "ai"});
    let endpoint = match address.as_str() {
        "" => json!({"fqdn": {"hostname": host, "port": port}}),
        _ => json!({"ip": {"address": address, "port": port}, "hostname": host}),
    };
    let objects = [
        json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass", "metadata": {"name": "eg"},
            "spec": {"controllerName": "gateway.envoyproxy.io/gatewayclass-controller"}}),
        json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": meta("gw"),
            "spec": {"gatewayClassName": "eg",
                "listeners": [{"name": "http", "port": 80, "protocol": "HTTP", "hostname": listener}]}}),
        json!({"apiVersion": "aigateway.envoyproxy.io/v1beta1", "kind": "AIGatewayRoute", "metadata": meta("chat"),
            "spec": {"parentRefs": [gateway], "hostnames": [own],
                "rules": [{"matches": [{"headers": [{"type": "Exact", "name": "x-ai-eg-model", "value": "m"}]}],
                    "backendRefs": [{"name": "llm"}]}]}}),
        json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": meta("plain"),
            "spec": {"parentRefs": [gateway], "hostnames": [own],
                "rules": [{"matches": [{"path": {"type": "PathPrefix", "value": route}}],
                           "backendRefs": [{"name": "plain", "port": port}]}]}}),
        json!({"apiVersion": "aigateway.envoyproxy.io/v1beta1", "kind": "AIServiceBackend", "metadata": meta("llm"),
            "spec": {"schema": {"name": schema, "prefix": prefix, "version": version}, "backendRef": backend}}),
        json!({"apiVersion": "gateway.envoyproxy.io/v1alpha1", "kind": "Backend", "metadata": meta("llm"),
            "spec": {"endpoints": [endpoint]}}),
        json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "BackendTLSPolicy", "metadata": meta("llm"),
            "spec": {"targetRefs": [backend], "validation": {"hostname": verified,
                "caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": "ca"}]}}}),
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta("ca"), "data": {"ca.crt": pem}}),
    ];
    let text = list(&objects);
    safe_fixes_heal(&objects);
    run(&words("check -f - --assume-complete"), data, text.as_bytes());
    let mut args = words("explain -f - --assume-complete --model=m");
    args.push(format!("--host={asked}"));
    args.push(format!("--path={path}"));
    args.push(format!("--header={header}"));
    run(&args, data, text.as_bytes());
});

/// A kubeconfig with these in it is read; nothing is called.
fn kubeconfig(server: &str, proxy: &str, name: &str, ca: &str) {
    let cluster = json!({"server": server, "proxy-url": proxy, "tls-server-name": name, "certificate-authority-data": ca});
    let text = json!({"current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u", "namespace": name}}],
        "clusters": [{"name": "c", "cluster": cluster}], "users": [{"name": "u", "user": {"token": "t"}}]});
    let path = std::env::temp_dir().join(format!("aigw-fuzz-{}", std::process::id()));
    std::fs::write(&path, text.to_string()).unwrap();
    let connection = Connection { kubeconfig: Some(path.clone()), ..Connection::default() };
    let read = || futures::executor::block_on(live::namespace(&connection)).map_err(|it| it.to_string());
    assert_eq!(read(), read());
    std::fs::remove_file(path).unwrap();
}
