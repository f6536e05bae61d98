//! From flags to a credential, and to the value of a new Secret.

use std::{io::Read, path::Path};

use zeroize::Zeroizing;

use super::{
    flags::{CredentialFlags, EndpointFlags},
    values::Auth,
};
use crate::{
    cli::{Terminal, failure::Failure},
    manifest::{Access, Credential, Oidc, Pool, SecretSlot},
    model::{PolicyType, SchemaName, SecretValue},
    provider::{self, Dialect},
};

/// More than any Secret may hold.
const LIMIT: u64 = 1024 * 1024;

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
            region.ok_or_else(|| missing(auth, "--region", "the region to sign for"))
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

    /// The value of a new Secret: from a file, from stdin, or typed where somebody can type; `None` for a Secret that is
    /// there.
    pub(super) fn value(
        &self,
        slot: &SecretSlot,
        may_ask: bool,
        terminal: &Terminal,
        stdin: &mut dyn Read,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        let (value, from) = if let Some(file) = &self.secret_file {
            (read_file(file)?, file.display().to_string())
        } else if self.secret_stdin {
            let read = read_all(stdin).map_err(|it| Failure::new(format!("cannot read stdin: {it}")))?;
            (read, "stdin".to_owned())
        } else if self.secret.is_some() || !may_ask {
            return Ok(None);
        } else if terminal.asks {
            (ask(slot)?, "what was typed".to_owned())
        } else {
            return Err(Failure::new("a credential is needed, and nobody can be asked for it")
                .help("one that is there: --secret NAME")
                .help("a new one: --secret-file FILE, or --secret-stdin"));
        };
        is_usable(&value, slot, &from)?;
        Ok(Some(value))
    }
}

fn missing(auth: Auth, flag: &str, what: &str) -> Failure {
    Failure::new(format!("--auth {} takes {flag}, {what}", auth.word()))
}

fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let failed = |it: &dyn std::fmt::Display| Failure::new(format!("cannot read {}: {it}", path.display()));
    let facts = std::fs::metadata(path).map_err(|it| failed(&it))?;
    if facts.is_dir() {
        return Err(failed(&"it is a folder"));
    }
    let mut file = std::fs::File::open(path).map_err(|it| failed(&it))?;
    read_all(&mut file).map_err(|it| failed(&it))
}

/// A buffer that grows leaves what it held behind: this one does not.
fn read_all(from: &mut dyn Read) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut all = Zeroizing::new(Vec::with_capacity(usize::try_from(LIMIT).unwrap_or(0) + 1));
    from.take(LIMIT + 1).read_to_end(&mut all)?;
    if all.len() as u64 > LIMIT {
        return Err(std::io::Error::other("it is longer than a Secret may be (1 MiB)"));
    }
    Ok(all)
}

fn ask(slot: &SecretSlot) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let typed = rpassword::prompt_password(format!("{} (not shown): ", slot.entry));
    let typed = typed.map_err(|it| Failure::new(format!("cannot ask for the credential: {it}")))?;
    Ok(Zeroizing::new(typed.into_bytes()))
}

/// What the gateway would not take as it is meant.
fn is_usable(value: &[u8], slot: &SecretSlot, from: &str) -> Result<(), Failure> {
    let facts = SecretValue::of(value);
    let is_file = matches!(slot.entry, "credentials" | "service_account.json");
    let wrong = |what: &str| Failure::new(format!("the credential from {from} {what}"));
    if facts.blank {
        return Err(wrong("is empty"));
    }
    if std::str::from_utf8(value).is_err() {
        return Err(wrong("is no text"));
    }
    match slot.entry {
        "credentials" if !facts.aws_default_profile => {
            return Err(wrong("is no AWS credentials file with a [default] profile")
                .help("[default], aws_access_key_id and aws_secret_access_key, a line each"));
        }
        "service_account.json" if !facts.json_object => {
            return Err(wrong("is no service account key: that is a JSON object"));
        }
        _ => {}
    }
    if is_file {
        return Ok(());
    }
    if facts.bearer_prefix {
        return Err(wrong("begins with `Bearer `, which the gateway adds by itself").help("leave it out"));
    }
    if facts.quoted {
        return Err(wrong("stands in quotation marks, which would become part of it").help("leave them out"));
    }
    if facts.padded {
        return Err(wrong("begins or ends with a space or a newline, which would become part of it")
            .help("printf %s KEY writes none: printf %s \"$(cat FILE)\" | kubectl aigw-backend create … --secret-stdin"));
    }
    if facts.placeholder {
        return Err(wrong("is a placeholder"));
    }
    if value.iter().any(u8::is_ascii_control) {
        return Err(wrong("has several lines, or control characters"));
    }
    Ok(())
}
