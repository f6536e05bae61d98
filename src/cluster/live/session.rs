//! A connection that several things are asked through: a credential plugin runs once.

use std::{sync::Arc, time::Duration};

use kube::Client;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::{
    Connection, Failure, Live, Progress, Scope,
    api::{Api, Refusal},
    connect::{self, Connected},
    lists, openapi, read,
};
use crate::{
    cluster::{Cluster, Coverage, Overlay, originals::Originals},
    model::{Key, Kind},
};

/// A connection to a cluster.
pub struct Session {
    connected: Connected,
    until: Option<Instant>,
    patience: Option<Duration>,
    verbose: bool,
    progress: Arc<dyn Progress>,
}

impl Session {
    /// Connects; the deadline counts for all that follows.
    pub async fn open(
        connection: &Connection,
        deadline: Option<Duration>,
        progress: Arc<dyn Progress>,
    ) -> Result<Self, Failure> {
        // a deadline beyond what a clock can tell is none
        let until = deadline.and_then(|it| Instant::now().checked_add(it));
        progress.step("connecting");
        let connecting = connect::connect(connection);
        let connected = match until {
            Some(until) => {
                let url = || {
                    connection.server.clone().unwrap_or_else(|| "the cluster's credential plugin".to_owned())
                };
                tokio::time::timeout_at(until, connecting)
                    .await
                    .map_err(|_| Failure::Timeout { url: url(), status: None })??
            }
            None => connecting.await?,
        };
        let verbose = connection.verbosity >= 6;
        Ok(Session { connected, until, patience: connection.request_timeout, verbose, progress })
    }

    fn api(&self) -> Api {
        let progress = Arc::clone(&self.progress);
        Api::new(self.connected.client.clone(), self.connected.url.clone(), self.until, progress)
            .patience(self.patience)
            .verbose(self.verbose)
    }

    /// Reads the cluster.
    pub async fn load(&self, scope: &Scope) -> Result<Live, Failure> {
        let mut cluster = Cluster::default();
        if let Some(overlay) = &scope.overlay {
            cluster.originals = Originals::of(overlay.keys());
        } else if scope.keep {
            cluster.originals = Originals::of_all();
        }
        let api = Arc::new(self.api().part_of(&cluster));
        let asked = scope.overlay.as_ref().filter(|_| scope.fields);
        let group_versions = asked.map(Overlay::group_versions).unwrap_or_default();
        let (read, served) = tokio::join!(
            read(&api, &mut cluster, scope, &self.connected.namespace),
            openapi::read(&api, group_versions),
        );
        read?;
        Ok(Live {
            cluster,
            namespace: self.connected.namespace.clone(),
            context: self.connected.context.clone(),
            warnings: self.connected.warnings.take(),
            served,
            timed_out: api.timed_out(),
        })
    }

    /// Reads one Service, and where there is none of that name, which there are.
    pub async fn service(&self, key: &Key) -> Cluster {
        let api = self.api();
        let mut cluster = Cluster::default();
        cluster.cover(Kind::Service, Coverage::Nothing(crate::cluster::Why::NotFetched));
        lists::get(&api, key.clone(), false).await.store(&mut cluster);
        if cluster.services.get(&key.namespace, &key.name).is_absent() {
            lists::services(&api, &key.namespace).await.store(&mut cluster);
        }
        cluster
    }

    /// The answer to a GET.
    pub(super) async fn get(&self, request: http::Request<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        self.api().get(request).await
    }

    /// The namespace in force.
    pub fn namespace(&self) -> &str {
        &self.connected.namespace
    }

    /// The context in force, if there is one.
    pub fn context(&self) -> Option<&str> {
        self.connected.context.as_deref()
    }

    /// What the API server has warned of since this was asked last, once each.
    pub fn warnings(&self) -> Vec<String> {
        self.connected.warnings.take()
    }

    /// How long to wait for one answer, where a flag says so.
    pub(crate) fn patience(&self) -> Option<Duration> {
        self.patience.filter(|it| !it.is_zero())
    }

    /// For whoever may write.
    pub(crate) fn client(&self) -> Client {
        self.connected.client.clone()
    }
}
