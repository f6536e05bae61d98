//! Objects onto an API server, many at once.

use aigw_backend::model::{Kind, Scope};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use kube::Client;
use serde_json::{Value, json};

/// Requests under way at once.
const AT_ONCE: usize = 64;

/// Creates all objects, and then gives each its status.
pub(crate) async fn fill(client: &Client, objects: &[Value]) {
    let (namespaces, others): (Vec<&Value>, Vec<&Value>) =
        objects.iter().partition(|it| it["kind"] == "Namespace");
    for some in [namespaces, others] {
        let all = stream::iter(some.into_iter().map(|it| create(client, it)));
        all.buffer_unordered(AT_ONCE).try_collect::<()>().await.unwrap();
    }
}

async fn create(client: &Client, object: &Value) -> Result<(), kube::Error> {
    let meta = &object["metadata"];
    let kind = Kind::of(object["apiVersion"].as_str().unwrap(), object["kind"].as_str().unwrap()).unwrap();
    let namespace = (kind.info().scope == Scope::Namespaced).then(|| meta["namespace"].as_str().unwrap());
    let version = object["apiVersion"].as_str().unwrap().rsplit('/').next().unwrap();
    let url = kind.info().url(version, namespace);
    let body = |it: &Value| it.to_string().into_bytes();
    let post = http::Request::post(format!("{url}?fieldManager=kubectl-client-side-apply"));
    let post = post.header("content-type", "application/json").body(body(object)).unwrap();
    match client.request_text(post).await {
        // a namespace that every server has
        Err(kube::Error::Api(status)) if status.code == 409 && *kind.info().name == *"Namespace" => {}
        answer => drop(answer.unwrap_or_else(|error| panic!("{object}: {error}"))),
    }
    if let Some(status) = object.get("status") {
        let url = format!("{url}/{}/status?fieldManager=controller", meta["name"].as_str().unwrap());
        let patch = http::Request::patch(url).header("content-type", "application/merge-patch+json");
        client.request_text(patch.body(body(&json!({"status": status}))).unwrap()).await?;
    }
    Ok(())
}
