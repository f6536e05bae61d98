use serde_json::json;

use super::*;
use crate::model::{PolicyType, SchemaName};

fn wanted(host: Host, port: u16, tls: Tls, schema: SchemaWanted) -> Wanted {
    let address = Address { host, port };
    let backend =
        WantedBackend { address, tls, schema, credential: Access::Client, mutations: Mutations::default() };
    Wanted { name: "b".to_owned(), namespace: "default".to_owned(), backend: Some(backend), route: None }
}

fn schema(name: SchemaName, prefix: Option<&str>) -> SchemaWanted {
    SchemaWanted { name, prefix: prefix.map(str::to_owned), version: None }
}

fn fqdn(name: &str) -> Host {
    Host::Fqdn(name.to_owned())
}

fn spec(manifests: &[Manifest], kind: Kind) -> Value {
    manifests.iter().find(|it| it.key.kind == kind).map(|it| it.json["spec"].clone()).unwrap_or_default()
}

#[test]
fn a_public_provider_is_reached_over_tls() {
    let host = "api.openai.com";
    let all =
        wanted(fqdn(host), 443, Tls::System(host.to_owned()), schema(SchemaName::OpenAI, None)).manifests();
    assert_eq!(
        spec(&all, Kind::Backend),
        json!({"endpoints": [{"fqdn": {"hostname": "api.openai.com", "port": 443}}]})
    );
    assert_eq!(
        spec(&all, Kind::BackendTLSPolicy),
        json!({
            "targetRefs": [{"group": "gateway.envoyproxy.io", "kind": "Backend", "name": "b"}],
            "validation": {"wellKnownCACertificates": "System", "hostname": "api.openai.com"},
        })
    );
    assert_eq!(
        spec(&all, Kind::AIServiceBackend),
        json!({
            "schema": {"name": "OpenAI"},
            "backendRef": {"name": "b", "kind": "Backend", "group": "gateway.envoyproxy.io"},
        })
    );
}

#[test]
fn a_service_is_reached_in_clear_text_by_its_name() {
    let host = fqdn("my-ollama-service.default.svc.cluster.local");
    let all = wanted(host, 80, Tls::Plain, schema(SchemaName::OpenAI, None)).manifests();
    assert_eq!(all.len(), 2);
    assert_eq!(
        spec(&all, Kind::Backend),
        json!({"endpoints": [{"fqdn": {"hostname": "my-ollama-service.default.svc.cluster.local", "port": 80}}]})
    );
}

#[test]
fn prefix_and_mutations_are_written_as_they_are_read() {
    let mut wanted = wanted(fqdn("a.b"), 80, Tls::Plain, schema(SchemaName::OpenAI, Some("/v1beta/openai")));
    if let Some(backend) = &mut wanted.backend {
        backend.mutations.set_headers.push(("X-Custom-Header".to_owned(), "custom-value".to_owned()));
        backend.mutations.set_body.push(("model".to_owned(), "\"gpt-4o\"".to_owned()));
    }
    assert_eq!(
        spec(&wanted.manifests(), Kind::AIServiceBackend),
        json!({
            "schema": {"name": "OpenAI", "prefix": "/v1beta/openai"},
            "backendRef": {"name": "b", "kind": "Backend", "group": "gateway.envoyproxy.io"},
            "headerMutation": {"set": [{"name": "X-Custom-Header", "value": "custom-value"}]},
            "bodyMutation": {"set": [{"path": "model", "value": "\"gpt-4o\""}]},
        })
    );
}

#[test]
fn a_policy_has_the_field_of_its_type() {
    let mut wanted = wanted(fqdn("a.b"), 443, Tls::Plain, schema(SchemaName::Anthropic, None));
    let secret = SecretSlot { name: "k".to_owned(), entry: "apiKey" };
    if let Some(backend) = &mut wanted.backend {
        backend.credential =
            Access::Own(Box::new(Credential::Key { policy: PolicyType::AnthropicAPIKey, secret }));
    }
    let spec = spec(&wanted.manifests(), Kind::BackendSecurityPolicy);
    assert_eq!(spec["type"], "AnthropicAPIKey");
    assert_eq!(spec["anthropicAPIKey"], json!({"secretRef": {"name": "k", "namespace": "default"}}));
}

#[test]
fn a_route_elsewhere_takes_two_grants_and_one_that_leads_here_already_stays() {
    let mut wanted = wanted(fqdn("a.b"), 443, Tls::Plain, schema(SchemaName::OpenAI, None));
    let route = RouteWanted {
        namespace: "edge".to_owned(),
        name: "r".to_owned(),
        gateway: ("edge".to_owned(), "g".to_owned()),
        models: vec!["m".to_owned()],
    };
    wanted.route = Some(route.clone());
    let all = wanted.manifests();
    assert_eq!(all.iter().filter(|it| it.key.kind == Kind::ReferenceGrant).count(), 2);
    let there = all.last().map(|it| it.json.clone()).unwrap_or_default();
    assert_eq!(widened(&wanted, &route, &there), None);
    wanted.name = "c".to_owned();
    let patch = widened(&wanted, &route, &there).unwrap_or_default();
    assert_eq!(patch[1]["value"]["backendRefs"], json!([{"name": "c", "namespace": "default"}]));
}

#[test]
fn what_the_server_writes_is_not_kept() {
    let json = json!({
        "apiVersion": "v1", "kind": "X", "spec": {"a": 1}, "status": {"b": 2},
        "metadata": {
            "name": "x", "namespace": "n", "uid": "1", "resourceVersion": "2", "managedFields": [], "labels": {"a": "b"},
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"},
        },
    });
    let kept = Manifest::of(Key::new(Kind::AIGatewayRoute, "n", "x"), json).json;
    let meta = json!({"name": "x", "namespace": "n", "labels": {"a": "b"}});
    assert_eq!(kept, json!({"apiVersion": "v1", "kind": "X", "metadata": meta, "spec": {"a": 1}}));
}
