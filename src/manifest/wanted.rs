//! What is wanted, once every choice is made.

use crate::model::{Kind, PolicyType, SchemaName};

/// A backend, a route to it, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its name, and that of everything that is made for it alone.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The backend; `None` where it is there already.
    pub backend: Option<WantedBackend>,
    /// The route that is to lead to it.
    pub route: Option<RouteWanted>,
}

/// What a backend consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedBackend {
    /// Where it is.
    pub address: Address,
    /// How it is reached.
    pub tls: Tls,
    /// What it speaks.
    pub schema: SchemaWanted,
    /// What it is given to let requests in.
    pub credential: Access,
    /// What is changed on requests.
    pub mutations: Mutations,
}

/// What lets requests in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// What the client sends.
    Client,
    /// A policy of its own.
    Own(Box<Credential>),
    /// A policy that is there, and that other backends use as well.
    Shared(String),
}

/// Where a backend is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The host.
    pub host: Host,
    /// The port.
    pub port: u16,
}

/// A host, as a Backend names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A DNS name of two labels or more.
    Fqdn(String),
    /// An IP address.
    Ip(std::net::IpAddr),
}

impl std::fmt::Display for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Host::Fqdn(name) => f.write_str(name),
            Host::Ip(address) => address.fmt(f),
        }
    }
}

/// How a backend is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// In clear text.
    Plain,
    /// Verified by the CAs of Envoy's image, under this name.
    System(String),
    /// Verified by CAs of one's own, under a name.
    Own {
        /// ConfigMap or Secret.
        kind: Kind,
        /// Its name, beside the policy.
        name: String,
        /// The name in the certificate.
        hostname: String,
    },
}

/// `spec.schema`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaWanted {
    /// Its name.
    pub name: SchemaName,
    /// Path prefix; `None` for the default.
    pub prefix: Option<String>,
    /// API version, for schemas that need one.
    pub version: Option<String>,
}

/// The Secret that a policy reads, in the namespace of the backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretSlot {
    /// Its name.
    pub name: String,
    /// The key in it.
    pub entry: &'static str,
}

/// A login with an OIDC client, whose token a cloud takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oidc {
    /// URL of the issuer.
    pub issuer: String,
    /// The client.
    pub client_id: String,
    /// The client's secret.
    pub secret: SecretSlot,
}

/// A workload identity pool of Google Cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Project of the pool.
    pub project: String,
    /// The pool.
    pub pool: String,
    /// Its provider.
    pub provider: String,
    /// The service account to act as.
    pub service_account: Option<String>,
    /// The login.
    pub oidc: Oidc,
}

/// What a BackendSecurityPolicy holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Credential {
    /// APIKey, AzureAPIKey or AnthropicAPIKey.
    Key { policy: PolicyType, secret: SecretSlot },
    /// A credentials file of AWS.
    AwsFile { region: String, secret: SecretSlot },
    /// A role of AWS that an OIDC client takes on.
    AwsRole { region: String, role: String, oidc: Oidc },
    /// The identity of the Envoy pod.
    AwsPod { region: String },
    /// A secret of an Entra application.
    AzureSecret { tenant: String, client: String, secret: SecretSlot },
    /// An Entra application that trusts an OIDC issuer.
    AzureOidc { tenant: String, client: String, oidc: Oidc },
    /// A service account file of Google Cloud.
    GcpFile { project: String, region: String, secret: SecretSlot },
    /// A workload identity pool.
    GcpPool { project: String, region: String, pool: Pool },
    /// The identity of the Envoy pod.
    GcpPod { project: String, region: String },
}

impl Credential {
    /// The type of the policy.
    pub fn policy(&self) -> PolicyType {
        match self {
            Credential::Key { policy, .. } => policy.clone(),
            Credential::AwsFile { .. } | Credential::AwsRole { .. } | Credential::AwsPod { .. } => {
                PolicyType::AWSCredentials
            }
            Credential::AzureSecret { .. } | Credential::AzureOidc { .. } => PolicyType::AzureCredentials,
            Credential::GcpFile { .. } | Credential::GcpPool { .. } | Credential::GcpPod { .. } => {
                PolicyType::GCPCredentials
            }
        }
    }

    /// The Secret that it reads.
    pub fn secret(&self) -> Option<&SecretSlot> {
        match self {
            Credential::Key { secret, .. }
            | Credential::AwsFile { secret, .. }
            | Credential::AzureSecret { secret, .. }
            | Credential::GcpFile { secret, .. } => Some(secret),
            Credential::AwsRole { oidc, .. } | Credential::AzureOidc { oidc, .. } => Some(&oidc.secret),
            Credential::GcpPool { pool, .. } => Some(&pool.oidc.secret),
            Credential::AwsPod { .. } | Credential::GcpPod { .. } => None,
        }
    }
}

/// What is changed on requests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Mutations {
    pub set_headers: Vec<(String, String)>,
    pub remove_headers: Vec<String>,
    /// Paths, and values as the data plane reads them.
    pub set_body: Vec<(String, String)>,
    pub remove_body: Vec<String>,
}

/// A route that is to lead to the backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteWanted {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Namespace and name of the Gateway.
    pub gateway: (String, String),
    /// The models that go to the backend.
    pub models: Vec<String>,
}
