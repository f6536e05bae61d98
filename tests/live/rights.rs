//! What a user may not read is unknown, never missing; and what is asked for is what must be.

use std::collections::BTreeMap;

use aigw_backend::cluster::{
    Why,
    live::{Connection, Failure, Scope, SecretsMode},
};

use crate::support::{everywhere, findings, load, load_with, shared};

/// Kinds that are listed over the whole cluster.
const LISTED: usize = 18;

#[test]
fn a_tenant_reads_its_own_namespace() {
    unless_skipped!();
    let cluster = load(shared(), "tenant", "", &Scope::default()).unwrap().cluster;
    assert_eq!(cluster.ai_service_backends.len(), 3);
    assert!(cluster.backends.get("shop", "gone").is_absent());
    assert!(cluster.secrets.get("shop", "forgotten").is_absent());
    assert!(cluster.secrets.get("shop", "plain-key").found().is_some());
    // the gateway is in a namespace that is closed to the tenant
    assert_eq!(cluster.gateways.get("models", "ai").unreadable(), Some(&Why::Forbidden));
    assert_eq!(cluster.gateway_classes.get("", "envoy").unreadable(), Some(&Why::Forbidden));
    assert_eq!(cluster.pods.everywhere().gap, Some(Why::Forbidden));
    assert_eq!(cluster.deployments.everywhere().gap, Some(Why::Forbidden));
    let all = findings(&load(shared(), "viewer", "", &everywhere()).unwrap().cluster);
    for finding in findings(&cluster) {
        assert!(all.contains(&finding), "invented: {finding}");
    }
}

#[test]
fn a_tenant_may_not_ask_for_all_namespaces() {
    unless_skipped!();
    let failure = load(shared(), "tenant", "", &everywhere()).unwrap_err();
    assert!(
        matches!(&failure, Failure::Forbidden { namespace: None, reason } if reason.contains("tenant")),
        "{failure}"
    );
}

#[test]
fn without_any_right_it_is_one_failure() {
    unless_skipped!();
    let failure = load(shared(), "nobody", "shop", &Scope::default()).unwrap_err();
    assert!(matches!(&failure, Failure::Forbidden { namespace: Some(it), .. } if it == "shop"), "{failure}");
}

#[test]
fn a_wrong_token_is_one_failure() {
    unless_skipped!();
    let connection = Connection { token: Some("stale".into()), ..shared().connection("viewer", "") };
    let failure = load_with(&connection, &Scope::default()).unwrap_err();
    assert!(matches!(failure, Failure::Unauthorized { .. }), "{failure}");
}

#[test]
fn a_server_of_another_name_is_not_trusted() {
    unless_skipped!();
    let connection = Connection {
        tls_server_name: Some("elsewhere.example.com".into()),
        ..shared().connection("viewer", "")
    };
    let failure = load_with(&connection, &Scope::default()).unwrap_err();
    assert!(matches!(failure, Failure::Tls { .. }), "{failure}");
    let connection = Connection { insecure_skip_tls_verify: true, ..connection };
    assert!(load_with(&connection, &Scope::default()).is_ok());
}

#[test]
fn without_secrets_no_secret_is_missing() {
    unless_skipped!();
    let cluster = load(shared(), "blind", "", &everywhere()).unwrap().cluster;
    for name in ["forgotten", "plain-key"] {
        assert_eq!(cluster.secrets.get("shop", name).unreadable(), Some(&Why::Forbidden));
    }
    let scope = Scope { secrets: SecretsMode::None, ..everywhere() };
    let cluster = load(shared(), "viewer", "", &scope).unwrap().cluster;
    assert_eq!(cluster.secrets.get("shop", "forgotten").unreadable(), Some(&Why::NotFetched));
}

#[test]
fn a_kind_that_is_forbidden_invents_nothing() {
    unless_skipped!();
    let cluster = load(shared(), "tls-blind", "", &everywhere()).unwrap().cluster;
    assert_eq!(cluster.backend_tls_policies.everywhere().gap, Some(Why::Forbidden));
    let all = findings(&load(shared(), "viewer", "", &everywhere()).unwrap().cluster);
    for finding in findings(&cluster) {
        assert!(all.contains(&finding), "invented: {finding}");
    }
}

#[test]
fn an_impersonated_user_has_no_more_than_its_own_rights() {
    unless_skipped!();
    let connection = Connection { impersonate: Some("blind".into()), ..shared().connection("admin", "") };
    let cluster = load_with(&connection, &everywhere()).unwrap().cluster;
    assert_eq!(cluster.secrets.get("shop", "plain-key").unreadable(), Some(&Why::Forbidden));
    let connection = Connection {
        impersonate: Some("someone".into()),
        impersonate_groups: vec!["system:masters".into()],
        impersonate_extra: vec!["reason=test".into()],
        ..connection
    };
    let cluster = load_with(&connection, &everywhere()).unwrap().cluster;
    assert!(cluster.secrets.get("shop", "plain-key").found().is_some());
}

#[test]
fn a_selector_and_names_leave_no_other_backend_out() {
    unless_skipped!();
    let scope = Scope { selector: Some("tier=paid".into()), names: vec!["openai".into()], ..everywhere() };
    let cluster = load(shared(), "viewer", "", &scope).unwrap().cluster;
    // routes refer to the others: they must not look missing
    assert!(cluster.ai_service_backends.get("models", "vllm").found().is_some());
}

/// The only test that reads as this user, once.
#[test]
fn each_thing_is_asked_for_once_and_nothing_is_written() {
    unless_skipped!();
    load(shared(), "counted", "", &everywhere()).unwrap();
    let events = shared().events("counted");
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for event in &events {
        assert!(["get", "list"].contains(&event.verb.as_str()), "{event:?}");
        assert!(!event.resource.is_empty(), "discovery: {event:?}");
        assert!(event.resource != "secrets" || event.verb == "get", "{event:?}");
        assert!(event.name != "bystander", "{event:?}");
        *times.entry(&event.uri).or_default() += 1;
    }
    assert!(times.values().all(|it| *it == 1), "{times:#?}");
    let whole = events
        .iter()
        .filter(|it| it.verb == "list" && it.namespace.is_empty() && !it.uri.contains("labelSelector"));
    assert_eq!(whole.count(), LISTED + 1, "the kinds, and webhooks");
    assert!(events.len() < 45, "{}: {times:#?}", events.len());
}

#[test]
fn who_reads_writes_nothing() {
    unless_skipped!();
    for user in ["viewer", "lister", "tenant", "blind", "tls-blind", "nobody"] {
        for event in shared().events(user) {
            assert!(["get", "list"].contains(&event.verb.as_str()), "{user}: {event:?}");
            let listed = event.resource == "secrets" && event.verb == "list";
            assert!(!listed || user == "lister", "{user}: {event:?}");
        }
    }
}
