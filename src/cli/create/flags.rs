//! The flags of `create`.

use std::path::PathBuf;

use clap::Args;

use super::{
    text::{body, fqdn, header_name, host, issuer, label, model, plain, prefix, schema},
    values::{Auth, Place, PoolName, ServicePort, TlsWish},
};
use crate::{manifest::Host, model::SchemaName};

/// Where the backend is, and what it speaks.
#[derive(Args)]
#[command(next_help_heading = "Backend")]
pub(super) struct EndpointFlags {
    /// A known provider: see --list-providers
    #[arg(long, value_name = "P")]
    pub provider: Option<String>,
    /// Host to call, without scheme, port and path
    #[arg(long, value_name = "H", value_parser = host, conflicts_with = "service")]
    pub host: Option<Host>,
    /// Its port [default: the provider's, else 443]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    #[arg(conflicts_with = "service")]
    pub port: Option<u16>,
    /// Service of this cluster, with the name or number of its port
    #[arg(long, value_name = "[NS/]NAME:PORT")]
    pub service: Option<ServicePort>,
    /// What it speaks [default: the provider's usual one]
    #[arg(long, value_name = "S", value_parser = schema)]
    pub schema: Option<SchemaName>,
    /// Region of a cloud, such as us-east-1
    #[arg(long, value_parser = plain, value_name = "R")]
    pub region: Option<String>,
    /// Name of the Azure resource, the first label of its host
    #[arg(long, value_name = "NAME", value_parser = label)]
    pub resource: Option<String>,
    /// API version, for schemas that need one
    #[arg(long, value_parser = plain, value_name = "V")]
    pub schema_version: Option<String>,
    /// Path prefix, such as /v1beta/openai
    #[arg(long, value_name = "P", value_parser = prefix)]
    pub prefix: Option<String>,
    /// system, none, ca=configmap/NAME or ca=secret/NAME [default: system, and none within the cluster]
    #[arg(long, value_name = "TLS")]
    pub tls: Option<TlsWish>,
    /// Name in its certificate [default: the host]
    #[arg(long, value_name = "H", value_parser = fqdn)]
    pub tls_hostname: Option<String>,
}

/// What requests are let in by.
#[derive(Args)]
#[command(next_help_heading = "Credential (never taken from arguments, never printed)")]
pub(super) struct CredentialFlags {
    /// Kind of credential [default: the provider's usual one]
    #[arg(long, value_enum, value_name = "KIND")]
    pub auth: Option<Auth>,
    /// Secret that holds it; with a value from a file, stdin or a prompt it is made [default: NAME-key]
    // checked later, as what is no name may be a key, which must not be shown
    #[arg(long, value_name = "NAME")]
    pub secret: Option<String>,
    /// File with the credential, for a new Secret
    #[arg(long, value_name = "FILE", conflicts_with = "secret_stdin")]
    pub secret_file: Option<PathBuf>,
    /// The credential comes from stdin, for a new Secret
    #[arg(long)]
    pub secret_stdin: bool,
    /// BackendSecurityPolicy that is there, to be used by this backend as well: takes --apply
    #[arg(long, value_name = "NAME", value_parser = label)]
    #[arg(conflicts_with_all = ["auth", "secret", "secret_file", "secret_stdin"])]
    #[arg(conflicts_with_all = ["aws_role", "azure_tenant", "gcp_project", "oidc_issuer"])]
    pub policy: Option<String>,
    /// AWS role that an OIDC client takes on
    #[arg(long, value_parser = plain, value_name = "ARN", requires_all = ["oidc_issuer", "oidc_client_id"])]
    pub aws_role: Option<String>,
    /// OIDC issuer whose tokens the cloud takes
    #[arg(long, value_name = "URL", value_parser = issuer, requires = "oidc_client_id")]
    pub oidc_issuer: Option<String>,
    /// OIDC client; its secret is the credential
    #[arg(long, value_parser = plain, value_name = "ID", requires = "oidc_issuer")]
    pub oidc_client_id: Option<String>,
    /// Entra tenant
    #[arg(long, value_parser = plain, value_name = "T", requires = "azure_client")]
    pub azure_tenant: Option<String>,
    /// Entra application
    #[arg(long, value_parser = plain, value_name = "C", requires = "azure_tenant")]
    pub azure_client: Option<String>,
    /// Google Cloud project
    #[arg(long, value_parser = plain, value_name = "P")]
    pub gcp_project: Option<String>,
    /// Workload identity pool that takes tokens of the OIDC issuer
    #[arg(long, value_name = "PROJECT/POOL/PROVIDER", requires_all = ["oidc_issuer", "gcp_project"])]
    pub gcp_workload_identity: Option<PoolName>,
    /// Google service account to act as, with a workload identity pool
    #[arg(long, value_parser = plain, value_name = "NAME", requires = "gcp_workload_identity")]
    pub gcp_service_account: Option<String>,
}

/// What is changed on requests.
#[derive(Args)]
#[command(next_help_heading = "Changes to requests (repeatable)")]
pub(super) struct MutationFlags {
    /// Header to set
    // checked later: it may be a credential
    #[arg(long, value_name = "NAME=VALUE")]
    pub set_header: Vec<String>,
    /// Header to remove
    #[arg(long, value_name = "NAME", value_parser = header_name)]
    pub remove_header: Vec<String>,
    /// Body field to set; JSON, and anything else is a string
    #[arg(long, value_name = "PATH=JSON", value_parser = body)]
    pub set_body: Vec<(String, String)>,
    /// Body field to remove
    #[arg(long, value_parser = plain, value_name = "PATH")]
    pub remove_body: Vec<String>,
}

/// The way to the backend.
#[derive(Args)]
#[command(next_help_heading = "Route")]
pub(super) struct RouteFlags {
    /// Route that is to lead here; one that is there is extended with --apply
    #[arg(long, value_name = "[NS/]NAME", requires = "model")]
    pub route: Option<Place>,
    /// Gateway of a new route
    #[arg(long, value_name = "[NS/]NAME", requires = "route")]
    pub gateway: Option<Place>,
    /// Models that go to this backend
    #[arg(long, value_name = "MODEL", value_delimiter = ',', requires = "route", value_parser = model)]
    pub model: Vec<String>,
}
