//! From flags to a credential.

use super::{
    flags::{CredentialFlags, EndpointFlags},
    values::Auth,
};
use crate::{
    cli::failure::Failure,
    manifest::{Access, Credential, Oidc, Pool, SecretSlot},
    model::{PolicyType, SchemaName},
    provider::{self, Dialect},
};

/// What decides beside the flags.
pub(super) struct Known<'a> {
    pub name: &'a str,
    pub host: &'a str,
    pub schema: &'a SchemaName,
    /// How the provider speaks the schema, where that is known.
    pub dialect: Option<&'static Dialect>,
    /// Whether it is somebody else's, who wants to be paid.
    pub is_public: bool,
}

impl CredentialFlags {
    /// What is to let requests in.
    pub(super) fn access(&self, endpoint: &EndpointFlags, known: &Known<'_>) -> Result<Access, Failure> {
        if let Some(policy) = &self.policy {
            return Ok(Access::Shared(policy.clone()));
        }
        let auth = self.kind(known);
        self.fits(auth)?;
        let region = |cloud: fn(&str) -> Option<&str>| {
            let region = endpoint.region.clone().or_else(|| cloud(known.host).map(str::to_owned));
            region.ok_or_else(|| missing(auth, "--region", "the region of the provider"))
        };
        Ok(Access::Own(Box::new(match auth.policy() {
            None => return Ok(Access::Client),
            Some(PolicyType::AWSCredentials) => {
                let region = region(provider::aws_region)?;
                match (&self.aws_role, self.has_secret()) {
                    (Some(role), _) => {
                        Credential::AwsRole { region, role: role.clone(), oidc: self.oidc(known)? }
                    }
                    (None, true) => Credential::AwsFile { region, secret: self.slot(known, "credentials") },
                    (None, false) => Credential::AwsPod { region },
                }
            }
            Some(PolicyType::AzureCredentials) => {
                let tenant = self.azure_tenant.clone();
                let tenant = tenant.ok_or_else(|| missing(auth, "--azure-tenant", "the Entra tenant"))?;
                let client = self.azure_client.clone().unwrap_or_default();
                match self.oidc_issuer {
                    Some(_) => Credential::AzureOidc { tenant, client, oidc: self.oidc(known)? },
                    None => {
                        Credential::AzureSecret { tenant, client, secret: self.slot(known, "client-secret") }
                    }
                }
            }
            Some(PolicyType::GCPCredentials) => {
                let project = self.gcp_project.clone();
                let project = project.ok_or_else(|| missing(auth, "--gcp-project", "the project to bill"))?;
                let region = region(provider::gcp_region)?;
                match (&self.gcp_workload_identity, self.has_secret()) {
                    (Some(pool), _) => Credential::GcpPool {
                        project,
                        region,
                        pool: Pool {
                            project: pool.project.clone(),
                            pool: pool.pool.clone(),
                            provider: pool.provider.clone(),
                            service_account: self.gcp_service_account.clone(),
                            oidc: self.oidc(known)?,
                        },
                    },
                    (None, true) => {
                        let secret = self.slot(known, "service_account.json");
                        Credential::GcpFile { project, region, secret }
                    }
                    (None, false) => Credential::GcpPod { project, region },
                }
            }
            Some(policy) => Credential::Key { policy, secret: self.slot(known, "apiKey") },
        })))
    }

    /// The kind of credential: what is said, else what other flags mean, else what is usual.
    fn kind(&self, known: &Known<'_>) -> Auth {
        if let Some(auth) = self.auth {
            return auth;
        }
        let usual = known.dialect.and_then(|it| it.policies.first()).and_then(Auth::of);
        let of_schema = match known.schema {
            SchemaName::Anthropic => Auth::AnthropicApiKey,
            SchemaName::AzureOpenAI => Auth::AzureApiKey,
            SchemaName::AWSBedrock | SchemaName::AWSAnthropic => Auth::Aws,
            SchemaName::GCPVertexAI | SchemaName::GCPAnthropic => Auth::Gcp,
            SchemaName::OpenAI | SchemaName::Cohere | SchemaName::Newer(_) => Auth::ApiKey,
        };
        let is_needed = known.is_public || !matches!(of_schema, Auth::ApiKey | Auth::AnthropicApiKey);
        match () {
            () if self.aws_role.is_some() => Auth::Aws,
            () if self.azure_tenant.is_some() => Auth::Azure,
            () if self.gcp_project.is_some() => Auth::Gcp,
            () if is_needed || self.has_secret() => usual.unwrap_or(of_schema),
            () => Auth::None,
        }
    }

    /// Flags that mean another kind of credential are not passed over.
    fn fits(&self, auth: Auth) -> Result<(), Failure> {
        let said = [
            ("--aws-role", self.aws_role.is_some(), &[Auth::Aws][..]),
            ("--azure-tenant", self.azure_tenant.is_some(), &[Auth::Azure]),
            ("--gcp-project", self.gcp_project.is_some(), &[Auth::Gcp]),
            ("--oidc-issuer", self.oidc_issuer.is_some(), &[Auth::Aws, Auth::Azure, Auth::Gcp]),
        ];
        if let Some((flag, ..)) = said.iter().find(|(_, said, kinds)| *said && !kinds.contains(&auth)) {
            return Err(Failure::new(format!("{flag} is of no use with --auth {}", auth.word())));
        }
        if auth == Auth::None && self.has_secret() {
            return Err(Failure::new("a Secret is of no use with --auth none")
                .help("leave --auth out, or name the kind: --auth api-key"));
        }
        let lone = match auth {
            Auth::Aws => self.aws_role.is_none(),
            Auth::Gcp => self.gcp_workload_identity.is_none(),
            Auth::None | Auth::ApiKey | Auth::AnthropicApiKey | Auth::AzureApiKey | Auth::Azure => false,
        };
        if lone && self.oidc_issuer.is_some() {
            let with = if auth == Auth::Aws {
                "--aws-role ARN"
            } else {
                "--gcp-workload-identity PROJECT/POOL/PROVIDER"
            };
            return Err(Failure::new("--oidc-issuer alone leads nowhere").help(format!("add {with}")));
        }
        Ok(())
    }

    /// Whether anything is said of a credential.
    pub(super) fn is_said(&self) -> bool {
        self.auth.is_some()
            || self.has_secret()
            || self.policy.is_some()
            || self.aws_role.is_some()
            || self.azure_tenant.is_some()
            || self.gcp_project.is_some()
            || self.oidc_issuer.is_some()
    }

    fn has_secret(&self) -> bool {
        self.secret.is_some() || self.makes_secret()
    }

    /// Whether the credential is given, for a new Secret.
    pub(super) fn makes_secret(&self) -> bool {
        self.secret_file.is_some() || self.secret_stdin
    }

    fn slot(&self, known: &Known<'_>, entry: &'static str) -> SecretSlot {
        SecretSlot { name: self.secret.clone().unwrap_or_else(|| format!("{}-key", known.name)), entry }
    }

    fn oidc(&self, known: &Known<'_>) -> Result<Oidc, Failure> {
        match (&self.oidc_issuer, &self.oidc_client_id) {
            (Some(issuer), Some(client)) => Ok(Oidc {
                issuer: issuer.clone(),
                client_id: client.clone(),
                secret: self.slot(known, "client-secret"),
            }),
            _ => Err(Failure::new("an OIDC login takes --oidc-issuer and --oidc-client-id")),
        }
    }

    /// Whether a Secret is to be made: all but one that is named and gets no value.
    pub(super) fn is_for_new_secret(&self) -> bool {
        self.makes_secret() || self.secret.is_none()
    }
}

fn missing(auth: Auth, flag: &str, what: &str) -> Failure {
    Failure::new(format!("--auth {} takes {flag}, {what}", auth.word()))
}
