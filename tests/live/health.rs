//! Whole clusters: what is read live is what the files say.

use aigw_backend::{
    cluster::live::{Scope, SecretsMode},
    model::Kind,
};

use crate::support::{cluster_files, everywhere, files, findings, load, shared};

#[test]
fn a_cluster_read_live_gives_the_findings_of_its_files() {
    unless_skipped!();
    let live = load(shared(), "viewer", "", &everywhere()).unwrap();
    let expected = findings(&files());
    assert!(!expected.is_empty());
    assert_eq!(findings(&live.cluster), expected);
    assert!(!live.timed_out);
    assert_eq!(live.namespace, "shop");
    assert_eq!(live.context.as_deref(), Some("test"));
}

#[test]
fn secrets_listed_or_got_give_the_same() {
    unless_skipped!();
    let scope = Scope { secrets: SecretsMode::List, ..everywhere() };
    let listed = load(shared(), "lister", "", &scope).unwrap();
    assert_eq!(findings(&listed.cluster), findings(&files()));
}

#[test]
fn what_is_referred_to_was_read() {
    unless_skipped!();
    let cluster = load(shared(), "viewer", "", &everywhere()).unwrap().cluster;
    let key = cluster.secrets.get("models", "openai-key").found().unwrap();
    assert_eq!(key.data["apiKey"].bytes, "canary-openai-key".len());
    assert!(cluster.secrets.get("shop", "forgotten").is_absent());
    assert!(cluster.config_maps.get("shop", "proxy-ca").found().is_some());
    assert!(cluster.services.get("models", "vllm").found().is_some());
    assert_eq!(cluster.endpoint_slices.in_namespace("models").items.len(), 1);
    assert!(cluster.endpoint_slices.in_namespace("models").gap.is_none());
    assert_eq!(cluster.pods.len(), 1);
    assert_eq!(cluster.deployments.len(), 2);
    assert_eq!(cluster.versions[&Kind::BackendTLSPolicy], "gateway.networking.k8s.io/v1");
}

#[test]
fn no_value_of_a_secret_is_kept() {
    unless_skipped!();
    for mode in [SecretsMode::Get, SecretsMode::List] {
        let live = load(shared(), "lister", "", &Scope { secrets: mode, ..everywhere() }).unwrap();
        let shown = format!("{live:?}");
        assert!(!shown.contains("canary"), "{mode:?}");
        // base64 of the same
        assert!(!shown.contains("Y2FuYXJ5"), "{mode:?}");
    }
    let text: String = cluster_files().iter().map(|it| std::fs::read_to_string(it).unwrap()).collect();
    assert!(text.matches("canary").count() >= 5);
}

#[test]
fn of_a_filter_configuration_nothing_but_the_existence_is_read() {
    unless_skipped!();
    let cluster = load(shared(), "viewer", "", &everywhere()).unwrap().cluster;
    let secrets: Vec<_> =
        cluster.secrets.iter().filter(|it| it.meta.namespace == "envoy-gateway-system").collect();
    assert_eq!(secrets.len(), 2);
    assert!(secrets.iter().all(|it| it.data.is_empty()));
}

#[test]
fn the_namespace_of_the_flag_beats_that_of_the_context() {
    unless_skipped!();
    assert_eq!(load(shared(), "viewer", "models", &Scope::default()).unwrap().namespace, "models");
}
