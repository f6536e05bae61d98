//! The API server's own OpenAPI documents, of the group versions that files are written in.

use std::collections::BTreeSet;

use futures::future::join_all;

use super::api::{Api, Refusal};
use crate::model::fields::Served;

/// Reads them, all at once; one that cannot be read says nothing.
pub(super) async fn read(api: &Api, group_versions: BTreeSet<String>) -> Served {
    let texts = join_all(group_versions.iter().map(|it| document(api, it))).await;
    let mut served = Served::default();
    for text in texts.iter().flatten() {
        served.add(text);
    }
    served
}

async fn document(api: &Api, group_version: &str) -> Result<zeroize::Zeroizing<Vec<u8>>, Refusal> {
    let request = http::Request::get(format!("/openapi/v3/apis/{group_version}"))
        .header(http::header::ACCEPT, "application/json")
        .body(vec![])
        .map_err(|error| Refusal::Other(error.to_string()))?;
    api.get(request).await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{
        super::fake::{Quiet, refused, server},
        *,
    };
    use crate::cluster::{
        Overlay,
        files::{Request, load_text},
    };

    type Answer = fn() -> Option<(u16, String)>;

    const GROUP_VERSION: &str = "gateway.envoyproxy.io/v1alpha1";

    /// Fields of a file that are dropped, by a server that answers for its document.
    async fn strangers(answer: Answer) -> (Vec<String>, Vec<String>) {
        let text = "apiVersion: gateway.envoyproxy.io/v1alpha1\nkind: Backend\nmetadata: {name: a}\n\
                    spec: {shiny: 1, fallback: true}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: b}\n";
        let loaded = load_text(&Request { overlay: true, ..Request::default() }, "x.yaml", text);
        let mut overlay = Overlay::new(loaded.cluster);
        let (client, asked) = server(move |_| answer());
        let api = Api::new(client, "https://fake".into(), None, Arc::new(Quiet));
        overlay.learn(&read(&api, overlay.group_versions()).await);
        let laid = overlay.lay(&crate::cluster::Cluster::default()).cluster;
        let found = laid.strangers.values().flatten().map(|it| it.pointer.clone()).collect();
        let asked = asked.lock().unwrap().clone();
        (found, asked)
    }

    #[tokio::test]
    async fn what_the_server_says_takes_the_place_of_what_releases_are_said_to_know() {
        let answer = || {
            let document = serde_json::json!({"components": {"schemas": {"B": {
                "properties": {"spec": {"properties": {"shiny": {}}}},
                "x-kubernetes-group-version-kind":
                    [{"group": "gateway.envoyproxy.io", "version": "v1alpha1", "kind": "Backend"}],
            }}}});
            Some((200, document.to_string()))
        };
        let (found, asked) = strangers(answer).await;
        assert_eq!(found, ["/spec/fallback"]);
        assert_eq!(asked, [format!("/openapi/v3/apis/{GROUP_VERSION}")]);
    }

    #[tokio::test]
    async fn without_an_answer_the_releases_count() {
        let answers: [Answer; 4] = [
            || refused(403),
            || refused(404),
            || Some((200, "no".to_owned())),
            || Some((200, "{}".to_owned())),
        ];
        for answer in answers {
            assert_eq!(strangers(answer).await.0, ["/spec/shiny"]);
        }
    }
}
