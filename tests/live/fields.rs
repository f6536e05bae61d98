//! Fields that the server's own CRD knows or lacks, whatever the releases are said to know.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Crds, Server, rights_file};

const DOCUMENT: &str = "/openapi/v3/apis/aigateway.envoyproxy.io/v1beta1";

/// A CRD of AIServiceBackend with these fields in its spec beside those that it needs.
fn install(server: &Server, fields: &[&str]) {
    let any = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let mut properties = json!({"schema": any, "backendRef": any});
    for field in fields {
        properties[*field] = json!({"type": "object", "properties": {"inner": {"type": "string"}}});
    }
    let names = json!({"kind": "AIServiceBackend", "listKind": "AIServiceBackendList", "plural": "aiservicebackends",
        "singular": "aiservicebackend"});
    server.apply(&json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "aiservicebackends.aigateway.envoyproxy.io"},
        "spec": {"group": "aigateway.envoyproxy.io", "scope": "Namespaced", "names": names, "versions": [
            {"name": "v1beta1", "served": true, "storage": true, "schema": {"openAPIV3Schema":
                {"type": "object", "properties": {"spec": {"type": "object", "properties": properties}}}}},
        ]},
    }));
    let until = Instant::now() + Duration::from_secs(60);
    let is_told = |text: &str| {
        let document: Value = serde_json::from_str(text).unwrap_or_default();
        let schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
        let spec = schemas.iter().find(|(name, _)| name.ends_with(".AIServiceBackend"));
        spec.is_some_and(|(_, it)| it["properties"]["spec"]["properties"][fields[0]].is_object())
    };
    while !server.get(DOCUMENT).is_ok_and(|it| is_told(&it)) {
        assert!(Instant::now() < until, "the server does not publish the CRD");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Fields of a file that are found to be dropped.
fn dropped(server: &Server, file: &str, args: &[&str]) -> Vec<String> {
    let mut command = server.kubectl("plugin");
    command.args(["aigw-backend", "check", "-o", "json", "-f", file]).args(args);
    let output = command.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let findings = report["findings"].as_array().unwrap().iter().filter(|it| it["code"] == "AIB514");
    findings.map(|it| it["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_crd_of_the_cluster_decides_which_fields_are_known() {
    unless_skipped!();
    let server = Server::start();
    server.install(&Crds::Without("aiservicebackends"));
    server.load(&rights_file());
    let file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
    let object = json!({
        "apiVersion": "aigateway.envoyproxy.io/v1beta1", "kind": "AIServiceBackend",
        "metadata": {"name": "any", "namespace": "shop"},
        "spec": {
            "schema": {"name": "OpenAI"},
            "backendRef": {"group": "gateway.envoyproxy.io", "kind": "Backend", "name": "any"},
            "bodyMutation": {"remove": ["user"]},
            "shiny": {"inner": "a", "outer": "b"},
        },
    });
    std::fs::write(file.path(), object.to_string()).unwrap();
    let file = file.path().to_str().unwrap();

    install(&server, &["headerMutation"]);
    assert_eq!(dropped(&server, file, &[]), ["/spec/shiny"]);
    assert_eq!(dropped(&server, file, &["--on-cluster"]), ["/spec/bodyMutation", "/spec/shiny"]);

    install(&server, &["shiny", "bodyMutation"]);
    assert_eq!(dropped(&server, file, &["--on-cluster"]), ["/spec/bodyMutation/remove", "/spec/shiny/outer"]);

    let asked: Vec<String> = server.events("plugin").into_iter().map(|it| it.uri).collect();
    let documents = asked.iter().filter(|it| it.starts_with("/openapi")).count();
    assert_eq!(documents, 2, "one for each run with --on-cluster: {asked:?}");
    // files alone ask for nothing, and neither does a check of the cluster
    server.kubectl("plugin").args(["aigw-backend", "check", "-A"]).output().unwrap();
    let asked = server.events("plugin").into_iter().filter(|it| it.uri.starts_with("/openapi"));
    assert_eq!(asked.count(), documents);
}
