//! Values of flags that have parts.

use std::str::FromStr;

use clap::ValueEnum;

use super::text::{label, subdomain};
use crate::model::{Kind, PolicyType};

/// `--auth`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Auth {
    /// What the client sends
    None,
    /// `authorization: Bearer`
    ApiKey,
    /// `x-api-key`
    AnthropicApiKey,
    /// `api-key`
    AzureApiKey,
    /// A credentials file, an OIDC role, or the identity of the Envoy pods
    Aws,
    /// An Entra application
    Azure,
    /// A service account, a workload identity pool, or the identity of the Envoy pods
    Gcp,
}

impl Auth {
    /// The type of policy, if it takes one.
    pub(super) fn policy(self) -> Option<PolicyType> {
        Some(match self {
            Auth::None => return None,
            Auth::ApiKey => PolicyType::APIKey,
            Auth::AnthropicApiKey => PolicyType::AnthropicAPIKey,
            Auth::AzureApiKey => PolicyType::AzureAPIKey,
            Auth::Aws => PolicyType::AWSCredentials,
            Auth::Azure => PolicyType::AzureCredentials,
            Auth::Gcp => PolicyType::GCPCredentials,
        })
    }

    /// The one of a type of policy.
    pub(super) fn of(policy: &PolicyType) -> Option<Self> {
        Auth::value_variants().iter().copied().find(|it| it.policy().as_ref() == Some(policy))
    }

    /// As the flag takes it.
    pub(super) fn word(self) -> String {
        self.to_possible_value().map(|it| it.get_name().to_owned()).unwrap_or_default()
    }
}

/// `[NS/]NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub namespace: Option<String>,
    pub name: String,
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (namespace, name) = text.split_once('/').map_or((None, text), |(ns, name)| (Some(ns), name));
        Ok(Place { namespace: namespace.map(label).transpose()?, name: subdomain(name)? })
    }
}

/// `--service`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServicePort {
    pub service: Place,
    pub port: PortName,
}

/// A port of a Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PortName {
    Number(u16),
    Name(String),
}

impl FromStr for ServicePort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (service, port) = text.rsplit_once(':').ok_or("the port is missing: NAME:PORT")?;
        let port = match port.parse() {
            Ok(0) => return Err("there is no port 0".to_owned()),
            Ok(number) => PortName::Number(number),
            Err(_) if port.bytes().all(|it| it.is_ascii_digit()) => {
                return Err(format!("`{port}` is no port: there are 1 to 65535"));
            }
            Err(_) => PortName::Name(label(port)?),
        };
        Ok(ServicePort { service: service.parse()?, port })
    }
}

/// `--tls`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TlsWish {
    System,
    None,
    Ca(Kind, String),
}

impl FromStr for TlsWish {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.strip_prefix("ca=").and_then(|it| it.split_once('/'))) {
            ("system", _) => Ok(TlsWish::System),
            ("none", _) => Ok(TlsWish::None),
            (_, Some(("configmap", name))) => Ok(TlsWish::Ca(Kind::ConfigMap, subdomain(name)?)),
            (_, Some(("secret", name))) => Ok(TlsWish::Ca(Kind::Secret, subdomain(name)?)),
            _ => Err("there are system, none, ca=configmap/NAME and ca=secret/NAME".to_owned()),
        }
    }
}

/// `--gcp-workload-identity`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PoolName {
    pub project: String,
    pub pool: String,
    pub provider: String,
}

impl FromStr for PoolName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let [project, pool, provider] = text.split('/').collect::<Vec<_>>()[..] else {
            return Err("write it like 123456789/my-pool/my-provider".to_owned());
        };
        if [project, pool, provider].contains(&"") {
            return Err("a part of it is empty".to_owned());
        }
        Ok(PoolName { project: project.into(), pool: pool.into(), provider: provider.into() })
    }
}
