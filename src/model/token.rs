//! Which BackendSecurityPolicies have AI Gateway fetch a token, and as whom it logs in for that.

use super::{BackendSecurityPolicySpec, Oidc, PolicyType};

impl BackendSecurityPolicySpec {
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

    /// The OIDC client that the controller logs in as, and the JSON pointer to it.
    pub fn oidc(&self) -> Option<(&Oidc, &'static str)> {
        if !self.fetches_token() {
            return None;
        }
        let aws = self.aws_credentials.as_ref().and_then(|it| it.oidc_exchange_token.as_ref());
        let azure = self.azure_credentials.as_ref().and_then(|it| it.oidc_exchange_token.as_ref());
        let gcp =
            self.gcp_credentials.as_ref().and_then(|it| it.workload_identity_federation_config.as_ref());
        let exchange = match self.type_ {
            PolicyType::AWSCredentials => (aws?, "/spec/awsCredentials/oidcExchangeToken/oidc"),
            PolicyType::AzureCredentials => (azure?, "/spec/azureCredentials/oidcExchangeToken/oidc"),
            PolicyType::GCPCredentials => (
                &gcp?.oidc_exchange_token,
                "/spec/gcpCredentials/workloadIdentityFederationConfig/oidcExchangeToken/oidc",
            ),
            PolicyType::APIKey
            | PolicyType::AzureAPIKey
            | PolicyType::AnthropicAPIKey
            | PolicyType::Newer(_) => {
                return None;
            }
        };
        Some((&exchange.0.oidc, exchange.1))
    }
}
