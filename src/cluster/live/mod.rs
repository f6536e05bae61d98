//! A snapshot of a live cluster, by GET alone: one list per kind, all at once, then what these refer to, by name.
//!
//! Whatever cannot be read costs only itself. Only where AIServiceBackends cannot be read there is nothing to tell.

mod api;
mod connect;
mod failure;
#[cfg(test)]
mod fake;
mod fetch;
mod kubeconfig;
mod list;
mod lists;
mod names;
mod openapi;
mod page;
mod proxy;
mod retry;
mod session;
#[cfg(test)]
mod tests;
mod text;
mod wanted;

pub(crate) use api::innermost;
pub use failure::Failure;
pub use names::{Named, clusters, contexts, names, users};
pub use session::Session;

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use self::api::Api;
use super::{Cluster, Overlay};
use crate::model::fields::Served;

/// Requests under way at once in the second round.
const AT_ONCE: usize = 32;

/// kubectl's connection flags, with kubectl's meaning.
#[derive(Clone, Default)]
#[allow(missing_docs)]
pub struct Connection {
    pub kubeconfig: Option<PathBuf>,
    pub context: Option<String>,
    pub cluster: Option<String>,
    pub user: Option<String>,
    pub namespace: Option<String>,
    pub server: Option<String>,
    pub token: Option<String>,
    pub certificate_authority: Option<PathBuf>,
    pub client_certificate: Option<PathBuf>,
    pub client_key: Option<PathBuf>,
    pub insecure_skip_tls_verify: bool,
    pub tls_server_name: Option<String>,
    pub impersonate: Option<String>,
    pub impersonate_groups: Vec<String>,
    pub impersonate_uid: Option<String>,
    /// `key=value`, as `--as-user-extra` takes it.
    pub impersonate_extra: Vec<String>,
    /// Of one request; zero is none.
    pub request_timeout: Option<Duration>,
    /// From 6 on, as with kubectl, each request is a step of the progress.
    pub verbosity: u8,
    /// Nobody is there to be asked, and nothing may be said: a credential plugin gets no terminal.
    pub unattended: bool,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("kubeconfig", &self.kubeconfig)
            .field("context", &self.context)
            .field("cluster", &self.cluster)
            .field("user", &self.user)
            .field("namespace", &self.namespace)
            .field("server", &self.server)
            .field("token", &self.token.as_ref().map(|_| "…"))
            .field("certificate_authority", &self.certificate_authority)
            .field("client_certificate", &self.client_certificate)
            .field("client_key", &self.client_key)
            .field("insecure_skip_tls_verify", &self.insecure_skip_tls_verify)
            .field("tls_server_name", &self.tls_server_name)
            .field("impersonate", &self.impersonate)
            .field("impersonate_groups", &self.impersonate_groups)
            .field("impersonate_uid", &self.impersonate_uid)
            .field("impersonate_extra", &self.impersonate_extra)
            .field("request_timeout", &self.request_timeout)
            .field("verbosity", &self.verbosity)
            .field("unattended", &self.unattended)
            .finish()
    }
}

/// How Secrets are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecretsMode {
    /// Each by its name.
    #[default]
    Get,
    /// One list per namespace: faster for hundreds, and needs the right to list.
    List,
    /// Not at all.
    None,
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// All namespaces, rather than one.
    pub all_namespaces: bool,
    /// Label selector for AIServiceBackends. All are read whatever it says, as routes refer to the others too.
    pub selector: Option<String>,
    /// Names of AIServiceBackends; all are read whatever they are, as with the selector.
    pub names: Vec<String>,
    /// How Secrets are read.
    pub secrets: SecretsMode,
    /// Objects that are to be laid over the cluster: what they refer to is read as well.
    pub overlay: Option<Overlay>,
    /// Ask which fields the API server knows in objects of the overlay's kinds.
    pub fields: bool,
    /// To save what was read: the JSON of all objects is kept, but for Secrets.
    pub keep: bool,
}

/// What was read.
#[derive(Debug)]
pub struct Live {
    /// The objects, and what could not be read.
    pub cluster: Cluster,
    /// The namespace in force: the flag's, else the context's, else `default`.
    pub namespace: String,
    /// The context in force; none in a pod, or where flags say it all.
    pub context: Option<String>,
    /// What the API server warned of, once each.
    pub warnings: Vec<String>,
    /// What the API server says of the kinds of the overlay.
    pub served: Served,
    /// The deadline cut something off, which is then unreadable with [`Why::Timeout`](super::Why::Timeout).
    pub timed_out: bool,
}

/// Told what is being done.
pub trait Progress: Send + Sync {
    /// A step begins.
    fn step(&self, what: &str);
}

/// The namespace in force: the flag's, else the context's, else `default`.
pub async fn namespace(connection: &Connection) -> Result<String, Failure> {
    connect::namespace(connection).await
}

/// Reads a cluster. Whatever is not there by the deadline counts as timed out, and the rest is returned.
pub async fn load(
    connection: &Connection,
    scope: &Scope,
    deadline: Option<Duration>,
    progress: Arc<dyn Progress>,
) -> Result<Live, Failure> {
    Session::open(connection, deadline, progress).await?.load(scope).await
}

async fn read(api: &Arc<Api>, cluster: &mut Cluster, scope: &Scope, namespace: &str) -> Result<(), Failure> {
    api.step("listing");
    lists::read(api, cluster, (!scope.all_namespaces).then_some(namespace), namespace).await?;
    fetch::read(api, cluster, scope).await;
    Ok(())
}
