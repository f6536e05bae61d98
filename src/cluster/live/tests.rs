//! Against a server that is a function.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use http::Response;
use kube::Client;

use tokio::time::Instant;

use super::{
    api::Api,
    connect::Warnings,
    fake::{Quiet, count, named, ok, refused, server, status},
    *,
};
use crate::{cluster::Why, model::Kind};

async fn read_scope(
    client: Client,
    scope: &Scope,
    until: Option<Duration>,
) -> Result<(Cluster, bool), Failure> {
    let until = until.map(|it| Instant::now() + it);
    let api = Arc::new(Api::new(client, "https://fake".into(), until, Arc::new(Quiet)));
    let mut cluster = Cluster::default();
    super::read(&api, &mut cluster, scope, "default").await?;
    Ok((cluster, api.timed_out()))
}

async fn read(client: Client) -> Result<Cluster, Failure> {
    Ok(read_scope(client, &Scope::default(), None).await?.0)
}

#[tokio::test]
async fn pages_are_followed_to_the_end() {
    let (client, asked) = server(|url| {
        let page = |token: &str, name: &str| {
            Some((
                200,
                format!(
                    r#"{{"metadata":{{"continue":"{token}"}},"items":[{}]}}"#,
                    named("default", name, "")
                ),
            ))
        };
        match url {
            it if !it.contains("/aiservicebackends") => None,
            it if it.contains("continue=more") => page("", "b"),
            _ => page("more", "a"),
        }
    });
    let cluster = read(client).await.unwrap();
    assert_eq!(cluster.ai_service_backends.len(), 2);
    assert!(cluster.ai_service_backends.everywhere().gap.is_none());
    assert_eq!(cluster.versions[&Kind::AIServiceBackend], "aigateway.envoyproxy.io/v1beta1");
    assert_eq!(count(&asked, "/aiservicebackends?&limit=500&continue=more"), 1);
    assert_eq!(count(&asked, "resourceVersion"), 0);
}

#[tokio::test]
async fn a_list_that_expires_is_begun_again() {
    let times = AtomicUsize::new(0);
    let (client, asked) = server(move |url| {
        let again = url.contains("continue=more");
        match url {
            it if !it.contains("/backends?") => None,
            _ if again && times.fetch_add(1, Ordering::Relaxed) == 0 => refused(410),
            _ => {
                let (token, name) = if again { ("", "b") } else { ("more", "a") };
                let item = named("default", name, "");
                Some((200, format!(r#"{{"metadata":{{"continue":"{token}"}},"items":[{item}]}}"#)))
            }
        }
    });
    let cluster = read(client).await.unwrap();
    assert_eq!(cluster.backends.len(), 2);
    assert_eq!(count(&asked, "/backends?"), 4);
}

#[tokio::test]
async fn a_list_that_always_expires_is_a_gap() {
    let (client, _) = server(|url| url.contains("/backends?").then(|| (410, status(410))));
    let cluster = read(client).await.unwrap();
    assert!(matches!(cluster.backends.get("a", "b").unreadable(), Some(Why::ServerError(_))));
}

#[tokio::test]
async fn another_served_version_is_found_by_asking_once() {
    let (client, asked) = server(|url| match url {
        "/apis/aigateway.envoyproxy.io" => Some((200, r#"{"versions":[{"version":"v1alpha1"}]}"#.into())),
        it if it.contains("/v1alpha1/aiservicebackends") => Some(ok(&named("default", "a", ""))),
        it if it.contains("aigateway.envoyproxy.io/v1beta1") => refused(404),
        it if it.contains("/v1alpha1/quotapolicies") => refused(404),
        _ => None,
    });
    let cluster = read(client).await.unwrap();
    assert_eq!(cluster.ai_service_backends.len(), 1);
    assert_eq!(cluster.versions[&Kind::AIServiceBackend], "aigateway.envoyproxy.io/v1alpha1");
    assert_eq!(asked.lock().unwrap().iter().filter(|it| *it == "/apis/aigateway.envoyproxy.io").count(), 1);
    // optional, and not there: none exists
    assert!(cluster.quota_policies.get("default", "x").is_absent());
}

#[tokio::test]
async fn a_kind_that_is_not_installed_is_unreadable_unless_it_may_be_lacking() {
    let (client, _) = server(|url| {
        let lacking = ["backendtlspolicies", "inferencepools", "/apis/inference.networking.k8s.io"];
        lacking.iter().any(|it| url.contains(it)).then(|| (404, status(404)))
    });
    let cluster = read(client).await.unwrap();
    assert_eq!(cluster.backend_tls_policies.get("a", "b").unreadable(), Some(&Why::NotInstalled));
    assert!(cluster.inference_pools.get("a", "b").is_absent());
}

#[tokio::test]
async fn a_version_that_is_newer_than_this_tool_is_not_called_not_installed() {
    let (client, _) = server(|url| match url {
        "/apis/inference.networking.k8s.io" => Some((200, r#"{"versions":[{"version":"v2"}]}"#.into())),
        "/apis/inference.networking.k8s.io/v2" => {
            Some((200, r#"{"resources":[{"name":"inferencepools"}]}"#.into()))
        }
        it if it.contains("/v1/inferencepools") => refused(404),
        _ => None,
    });
    let cluster = read(client).await.unwrap();
    assert!(matches!(cluster.inference_pools.get("a", "b").unreadable(), Some(Why::ServerError(_))));
}

#[tokio::test]
async fn without_ai_gateway_there_is_nothing_to_tell() {
    let (client, _) = server(|url| url.contains("aigateway.envoyproxy.io").then(|| (404, status(404))));
    assert_eq!(read(client).await.unwrap_err(), Failure::NotInstalled { url: "https://fake".into() });
}

#[tokio::test]
async fn who_may_not_list_the_cluster_reads_the_namespaces_in_question() {
    let (client, asked) = server(|url| {
        let item = r#""backendRef":{"name":"b","namespace":"infra"}"#;
        match url {
            it if it.contains("/namespaces/default/aiservicebackends") => {
                Some(ok(&named("default", "a", item)))
            }
            it if it.contains("/namespaces/infra/backends?") => Some(ok(&named("infra", "b", ""))),
            it if it.contains("/namespaces/default/") => None,
            it if it.contains("/apis/") || it.contains("/api/") => refused(403),
            _ => None,
        }
    });
    let cluster = read(client).await.unwrap();
    assert!(cluster.ai_service_backends.get("default", "a").found().is_some());
    assert!(cluster.ai_service_backends.get("default", "z").is_absent());
    assert_eq!(cluster.ai_service_backends.get("other", "z").unreadable(), Some(&Why::Forbidden));
    assert!(cluster.backends.get("infra", "b").found().is_some());
    assert_eq!(cluster.gateways.get("infra", "g").unreadable(), Some(&Why::Forbidden));
    assert_eq!(count(&asked, "/namespaces/infra/backends?"), 1);
}

#[tokio::test]
async fn without_a_right_to_aiservicebackends_there_is_nothing_to_tell() {
    let forbidden = |url: &str| url.contains("/aiservicebackends").then(|| (403, status(403)));
    let namespace = Some("default".to_owned());
    let failure = read(server(forbidden).0).await.unwrap_err();
    assert_eq!(failure, Failure::Forbidden { namespace, reason: "words".into() });
    let scope = Scope { all_namespaces: true, ..Scope::default() };
    let failure = read_scope(server(forbidden).0, &scope, None).await.unwrap_err();
    assert_eq!(failure, Failure::Forbidden { namespace: None, reason: "words".into() });
}

#[tokio::test]
async fn an_expired_token_is_one_failure() {
    let (client, _) = server(|_| refused(401));
    assert!(matches!(read(client).await.unwrap_err(), Failure::Unauthorized { .. }));
}

#[tokio::test]
async fn an_item_that_does_not_decode_costs_only_itself() {
    let (client, _) = server(|url| {
        let items = [named("default", "good", ""), named("default", "bad", r#""endpoints":7"#)];
        url.contains("/backends?").then(|| ok(&items.join(",")))
    });
    let cluster = read(client).await.unwrap();
    assert!(cluster.backends.get("default", "good").found().is_some());
    assert!(matches!(cluster.backends.get("default", "bad").unreadable(), Some(Why::Undecodable(_))));
}

fn with_a_policy(url: &str) -> Option<(u16, String)> {
    let policy = named("default", "p", r#""type":"APIKey","apiKey":{"secretRef":{"name":"key"}}"#);
    url.contains("/backendsecuritypolicies").then(|| ok(&policy))
}

#[tokio::test]
async fn a_forbidden_secret_is_not_a_missing_one() {
    for (code, absent) in [(404, true), (403, false), (500, false)] {
        let (client, _) = server(move |url| match url {
            it if it.ends_with("/secrets/key") => refused(code),
            it => with_a_policy(it),
        });
        let cluster = read(client).await.unwrap();
        assert_eq!(cluster.secrets.get("default", "key").is_absent(), absent, "{code}");
    }
}

#[tokio::test]
async fn secrets_are_read_as_the_flag_says() {
    let reads = |mode| async move {
        let (client, asked) = server(with_a_policy);
        let scope = Scope { secrets: mode, ..Scope::default() };
        let (cluster, _) = read_scope(client, &scope, None).await.unwrap();
        let known = cluster.secrets.get("default", "key").is_absent();
        (count(&asked, "/secrets/key"), count(&asked, "/secrets?"), known)
    };
    assert_eq!(reads(SecretsMode::Get).await, (1, 0, true));
    assert_eq!(reads(SecretsMode::List).await, (0, 1, true));
    assert_eq!(reads(SecretsMode::None).await, (0, 0, false));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_by_the_deadline_has_timed_out() {
    let (client, _) = server(|url| url.contains("/gateways?").then(|| (0, String::new())));
    let (cluster, cut) = read_scope(client, &Scope::default(), Some(Duration::from_secs(5))).await.unwrap();
    assert!(cut);
    assert_eq!(cluster.gateways.get("a", "b").unreadable(), Some(&Why::Timeout(None)));
    assert!(cluster.backends.get("a", "b").is_absent());
    let (client, _) = server(|_| Some((0, String::new())));
    let failure = read_scope(client, &Scope::default(), Some(Duration::from_secs(5))).await.unwrap_err();
    assert_eq!(failure, Failure::Timeout { url: "https://fake".into(), status: None });
}

#[tokio::test]
async fn nothing_answers_at_the_address() {
    let connection = Connection {
        kubeconfig: Some("/dev/null".into()),
        server: Some("http://127.0.0.1:1".into()),
        ..Connection::default()
    };
    let failure = load(&connection, &Scope::default(), None, Arc::new(Quiet)).await.unwrap_err();
    assert!(matches!(&failure, Failure::Connect { reason, .. } if reason.contains("refused")), "{failure:?}");
}

#[test]
fn each_warning_is_told_once() {
    let warnings = Warnings::default();
    for _ in 0..2 {
        let response = Response::builder().header("warning", r#"299 - "v1 is \"old\"""#).body(()).unwrap();
        warnings.note(&response);
    }
    assert_eq!(warnings.take(), [r#"v1 is "old""#]);
}

#[test]
fn a_token_is_not_shown() {
    let connection = Connection { token: Some("canary".into()), ..Connection::default() };
    assert!(!format!("{connection:?}").contains("canary"));
}
