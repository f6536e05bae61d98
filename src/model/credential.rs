//! Where AI Gateway gets a credential from: the Secret that a BackendSecurityPolicy names, or a token that it fetches.

use super::{BackendSecurityPolicySpec, Oidc, OidcExchange, PolicyType, SecretReference};

/// The Secret that a policy's type reads.
#[derive(Debug, Clone, Copy)]
pub struct SecretSource<'a> {
    /// The reference.
    pub reference: &'a SecretReference,
    /// JSON pointer to it.
    pub pointer: &'static str,
    /// The key in the Secret that is read.
    pub entry: &'static str,
    /// Read beside the policy, whatever namespace the reference names.
    pub local: bool,
}

impl<'a> SecretSource<'a> {
    /// The namespace that it is read from, for a policy in `own`.
    pub fn namespace(&self, own: &'a str) -> &'a str {
        self.reference.namespace.as_deref().filter(|_| !self.local).unwrap_or(own)
    }
}

impl BackendSecurityPolicySpec {
    /// The Secret that the type reads; the data plane's types read it beside the policy
    /// (ai-gateway@v1.1.0 internal/controller/gateway.go, backend_security_policy.go).
    pub fn secret(&self) -> Option<SecretSource<'_>> {
        let local = |reference, pointer, entry| SecretSource { reference, pointer, entry, local: true };
        let anywhere = |reference, pointer, entry| SecretSource { reference, pointer, entry, local: false };
        Some(match &self.type_ {
            PolicyType::APIKey => {
                local(&self.api_key.as_ref()?.secret_ref, "/spec/apiKey/secretRef", "apiKey")
            }
            PolicyType::AzureAPIKey => {
                local(&self.azure_api_key.as_ref()?.secret_ref, "/spec/azureAPIKey/secretRef", "apiKey")
            }
            PolicyType::AnthropicAPIKey => local(
                &self.anthropic_api_key.as_ref()?.secret_ref,
                "/spec/anthropicAPIKey/secretRef",
                "apiKey",
            ),
            PolicyType::AWSCredentials => {
                let aws = self.aws_credentials.as_ref()?;
                match (&aws.credentials_file, &aws.oidc_exchange_token) {
                    (Some(file), _) => {
                        let pointer = "/spec/awsCredentials/credentialsFile/secretRef";
                        local(&file.secret_ref, pointer, "credentials")
                    }
                    (None, exchange) => {
                        let pointer = "/spec/awsCredentials/oidcExchangeToken/oidc/clientSecret";
                        anywhere(&exchange.as_ref()?.oidc.client_secret, pointer, "client-secret")
                    }
                }
            }
            PolicyType::AzureCredentials => {
                let azure = self.azure_credentials.as_ref()?;
                match (&azure.client_secret_ref, &azure.oidc_exchange_token) {
                    (Some(secret), _) => {
                        anywhere(secret, "/spec/azureCredentials/clientSecretRef", "client-secret")
                    }
                    (None, exchange) => {
                        let pointer = "/spec/azureCredentials/oidcExchangeToken/oidc/clientSecret";
                        anywhere(&exchange.as_ref()?.oidc.client_secret, pointer, "client-secret")
                    }
                }
            }
            PolicyType::GCPCredentials => {
                let gcp = self.gcp_credentials.as_ref()?;
                match (&gcp.credentials_file, &gcp.workload_identity_federation_config) {
                    (Some(file), _) => {
                        let pointer = "/spec/gcpCredentials/credentialsFile/secretRef";
                        anywhere(&file.secret_ref, pointer, "service_account.json")
                    }
                    (None, federation) => {
                        let pointer = "/spec/gcpCredentials/workloadIdentityFederationConfig/oidcExchangeToken/oidc/clientSecret";
                        let oidc = &federation.as_ref()?.oidc_exchange_token.oidc;
                        anywhere(&oidc.client_secret, pointer, "client-secret")
                    }
                }
            }
            PolicyType::Newer(_) => return None,
        })
    }

    /// Whether AI Gateway's controller fetches a token and keeps it in a Secret of its own; else the data plane reads
    /// the Secret, or uses the identity of the Envoy pod (ai-gateway@v1.1.0 internal/controller/gateway.go).
    pub fn fetches_token(&self) -> bool {
        match self.type_ {
            PolicyType::AWSCredentials => self
                .aws_credentials
                .as_ref()
                .is_some_and(|aws| aws.credentials_file.is_none() && aws.oidc_exchange_token.is_some()),
            PolicyType::AzureCredentials => true,
            PolicyType::GCPCredentials => self.gcp_credentials.as_ref().is_some_and(|gcp| {
                gcp.credentials_file.is_some() || gcp.workload_identity_federation_config.is_some()
            }),
            PolicyType::APIKey
            | PolicyType::AzureAPIKey
            | PolicyType::AnthropicAPIKey
            | PolicyType::Newer(_) => false,
        }
    }

    /// The token exchange that the controller makes, and the JSON pointer to it.
    pub fn exchange(&self) -> Option<(&OidcExchange, &'static str)> {
        if !self.fetches_token() {
            return None;
        }
        let aws = self.aws_credentials.as_ref().and_then(|it| it.oidc_exchange_token.as_ref());
        let azure = self.azure_credentials.as_ref().and_then(|it| it.oidc_exchange_token.as_ref());
        let gcp = self
            .gcp_credentials
            .as_ref()
            .and_then(|it| Some(&it.workload_identity_federation_config.as_ref()?.oidc_exchange_token));
        Some(match self.type_ {
            PolicyType::AWSCredentials => (aws?, "/spec/awsCredentials/oidcExchangeToken"),
            PolicyType::AzureCredentials => (azure?, "/spec/azureCredentials/oidcExchangeToken"),
            PolicyType::GCPCredentials => {
                (gcp?, "/spec/gcpCredentials/workloadIdentityFederationConfig/oidcExchangeToken")
            }
            PolicyType::APIKey
            | PolicyType::AzureAPIKey
            | PolicyType::AnthropicAPIKey
            | PolicyType::Newer(_) => return None,
        })
    }

    /// The OIDC client that the controller logs in as, and the JSON pointer to it.
    pub fn oidc(&self) -> Option<(&Oidc, String)> {
        self.exchange().map(|(exchange, pointer)| (&exchange.oidc, format!("{pointer}/oidc")))
    }
}
