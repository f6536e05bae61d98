//! Servers that lack a kind, or serve an older version of it.

use aigw_backend::{
    cluster::{Why, live::Failure},
    model::Kind,
};

use crate::support::{Crds, Server, everywhere, load, rights_file};

fn server(crds: &Crds) -> Server {
    let server = Server::start();
    server.install(crds);
    server.load(&rights_file());
    server
}

#[test]
fn a_kind_that_is_not_installed_is_a_gap() {
    unless_skipped!();
    let server = server(&Crds::Without("backendtlspolicies"));
    let cluster = load(&server, "viewer", "", &everywhere()).unwrap().cluster;
    assert_eq!(cluster.backend_tls_policies.get("shop", "x").unreadable(), Some(&Why::NotInstalled));
    assert!(cluster.backends.get("shop", "x").is_absent());
}

#[test]
fn a_kind_that_may_be_lacking_is_no_gap_and_older_versions_are_read() {
    unless_skipped!();
    let server = server(&Crds::Only("aigateway.envoyproxy.io", "v1alpha1"));
    server.apply(&serde_json::json!({
        "apiVersion": "aigateway.envoyproxy.io/v1alpha1",
        "kind": "AIServiceBackend",
        "metadata": {"name": "old", "namespace": "shop"},
        "spec": {
            "schema": {"name": "OpenAI"},
            "backendRef": {"group": "gateway.envoyproxy.io", "kind": "Backend", "name": "old"}
        }
    }));
    let cluster = load(&server, "viewer", "", &everywhere()).unwrap().cluster;
    assert!(cluster.ai_service_backends.get("shop", "old").found().is_some());
    assert_eq!(cluster.versions[&Kind::AIServiceBackend], "aigateway.envoyproxy.io/v1alpha1");
    let asked = server.events("viewer").into_iter().filter(|it| it.uri == "/apis/aigateway.envoyproxy.io");
    assert_eq!(asked.count(), 1);
}

#[test]
fn without_ai_gateway_it_is_one_failure() {
    unless_skipped!();
    let server = server(&Crds::Without("aiservicebackends"));
    let failure = load(&server, "viewer", "", &everywhere()).unwrap_err();
    assert!(matches!(failure, Failure::NotInstalled { .. }), "{failure}");
}
