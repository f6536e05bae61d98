//! From flags and kubeconfig to a client.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::Response;
use kube::{Client, Config, client::ClientBuilder, config::KubeConfigOptions};
use tower::{buffer::BufferLayer, retry::RetryLayer, util::MapResponseLayer};

use super::{Connection, Failure, api::innermost, kubeconfig, proxy, retry::Again};

/// How long to wait for a connection: a server that is there needs far less.
const CONNECT: Duration = Duration::from_secs(10);
/// Requests that wait for their turn at most.
const QUEUE: usize = 1024;

/// A client, and what the kubeconfig says beside.
pub(super) struct Connected {
    pub client: Client,
    pub url: String,
    pub namespace: String,
    pub context: Option<String>,
    pub warnings: Warnings,
}

/// `Warning:` headers, once each, in the order of their arrival.
#[derive(Clone, Default)]
pub(super) struct Warnings(Arc<Mutex<Vec<String>>>);

impl Warnings {
    pub(super) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn note<B>(&self, response: &Response<B>) {
        for header in response.headers().get_all("warning") {
            // `299 - "text"`: an API server sends no other code
            let text = String::from_utf8_lossy(header.as_bytes());
            let Some((_, text)) = text.split_once('"') else { continue };
            let text = text.trim_end();
            let text = text.strip_suffix('"').unwrap_or(text).replace("\\\"", "\"");
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if !all.contains(&text) {
                all.push(text);
            }
        }
    }
}

/// Makes the client. A credential plugin runs here, and may take its time.
pub(super) async fn connect(connection: &Connection) -> Result<Connected, Failure> {
    let (mut config, context) = config(connection).await?;
    kubeconfig::impersonate(&mut config.auth_info, connection);
    // whoever waits less for an answer is told of that: requests have that limit of their own
    config.connect_timeout = Some(CONNECT);
    // done below, where the reason is kept
    config.default_retry = false;
    let url = config.cluster_url.to_string().trim_end_matches('/').to_owned();
    let namespace = connection.namespace.clone().unwrap_or_else(|| config.default_namespace.clone());
    let warnings = Warnings::default();
    let heard = warnings.clone();
    let built = tokio::task::spawn_blocking(move || {
        let note = MapResponseLayer::new(move |response: Response<_>| {
            heard.note(&response);
            response
        });
        let builder = ClientBuilder::try_from(config)?.with_layer(&BufferLayer::new(QUEUE));
        Ok(builder.with_layer(&RetryLayer::new(Again::new())).with_layer(&note).build())
    });
    let failed = |reason: String| Failure::Other { url: url.clone(), reason };
    let client = match built.await {
        Ok(Ok(client)) => client,
        Ok(Err(kube::Error::Auth(error))) => return Err(Failure::Credential { reason: innermost(&error) }),
        Ok(Err(kube::Error::RustlsTls(error))) => {
            return Err(Failure::Tls { url, reason: innermost(&error) });
        }
        Ok(Err(error)) => return Err(failed(innermost(&error))),
        Err(error) => return Err(failed(error.to_string())),
    };
    Ok(Connected { client, url, namespace, context, warnings })
}

/// The namespace in force, without a connection.
pub(super) async fn namespace(connection: &Connection) -> Result<String, Failure> {
    match &connection.namespace {
        Some(namespace) => Ok(namespace.clone()),
        None => Ok(config(connection).await?.0.default_namespace),
    }
}

/// The configuration, and the name of the context that it came from.
async fn config(connection: &Connection) -> Result<(Config, Option<String>), Failure> {
    let found = kubeconfig::read(connection)?;
    let chosen = kubeconfig::choose(found.kubeconfig, connection)?;
    if let Some((kubeconfig, context)) = chosen {
        let own_proxy =
            kubeconfig.clusters.iter().filter_map(|it| it.cluster.as_ref()).any(|it| it.proxy_url.is_some());
        let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await;
        let mut config = config.map_err(|error| Failure::Kubeconfig { reason: error.to_string() })?;
        if !own_proxy && proxy::is_bypassed(config.cluster_url.host().unwrap_or_default()) {
            config.proxy_url = None;
        }
        return Ok((config, context));
    }
    let no_cluster = Failure::NoCluster { looked_in: found.looked_in };
    if connection.kubeconfig.is_some() {
        return Err(no_cluster);
    }
    // a pod without a kubeconfig: its service account
    let mut config = Config::incluster().map_err(|_| no_cluster)?;
    kubeconfig::identify(&mut config.auth_info, connection);
    Ok((config, None))
}
