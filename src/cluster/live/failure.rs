//! Why a live cluster could not be read at all.

/// A run that cannot even begin. What fails later costs only itself, and becomes a [`Why`](crate::cluster::Why).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No kubeconfig, or none that names a cluster, and this is no pod.
    #[error("no cluster is configured{}{}", if looked_in.is_empty() { "" } else { ": looked in " }, looked_in.join(", "))]
    NoCluster {
        /// Files that were looked for.
        looked_in: Vec<String>,
    },
    /// The kubeconfig cannot be read, or names a cluster or user that it does not have.
    #[error("kubeconfig: {reason}")]
    Kubeconfig {
        /// What is wrong with it.
        reason: String,
    },
    /// The kubeconfig has no such context.
    #[error("no context `{name}` in the kubeconfig")]
    ContextNotFound {
        /// The name that was asked for.
        name: String,
        /// The contexts that there are, by name.
        contexts: Vec<String>,
    },
    /// The credential plugin, OIDC provider or token file gave no credential.
    #[error("no credential: {reason}")]
    Credential {
        /// Its words.
        reason: String,
    },
    /// The API server does not answer.
    #[error("cannot connect to {url}: {reason}")]
    Connect {
        /// The server.
        url: String,
        /// The innermost error.
        reason: String,
    },
    /// The API server's certificate, or this side's, is not accepted.
    #[error("no TLS connection to {url}: {reason}")]
    Tls {
        /// The server.
        url: String,
        /// The innermost error.
        reason: String,
    },
    /// 401: the credential is wrong or has expired.
    #[error("{url} does not accept the credential (401): {reason}")]
    Unauthorized {
        /// The server.
        url: String,
        /// The server's words.
        reason: String,
    },
    /// AIServiceBackends are not served: Envoy AI Gateway is not installed.
    #[error(
        "{url} serves no aiservicebackends.aigateway.envoyproxy.io: Envoy AI Gateway is not installed there"
    )]
    NotInstalled {
        /// The server.
        url: String,
    },
    /// 403 for AIServiceBackends.
    #[error("not permitted to list AIServiceBackends{}", namespace.as_ref().map_or(" in all namespaces".to_owned(), |it| format!(" in namespace `{it}`")))]
    Forbidden {
        /// The namespace that was asked for; `None` for all.
        namespace: Option<String>,
        /// The server's words, which name the user.
        reason: String,
    },
    /// The AIServiceBackends were not there in time.
    #[error("{url} did not answer in time{}", status.as_ref().map_or(String::new(), |it| format!(" (it said {it})")))]
    Timeout {
        /// The server.
        url: String,
        /// With what it had put the request off, if it had.
        status: Option<String>,
    },
    /// Anything else, in the server's or the client's words.
    #[error("cannot read AIServiceBackends from {url}: {reason}")]
    Other {
        /// The server.
        url: String,
        /// What went wrong.
        reason: String,
    },
}
