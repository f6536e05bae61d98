//! BackendSecurityPolicy.

use serde_json::{Value, json};

use super::{Access, Credential, Manifest, Oidc, SecretSlot, Wanted, WantedBackend, backend::target};
use crate::model::{Kind, PolicyType};

impl Wanted {
    /// The credential; none where requests go out with that of the client, or where others bring one.
    pub(super) fn security_policy(&self, backend: &WantedBackend) -> Option<Manifest> {
        let Access::Own(credential) = &backend.credential else { return None };
        let (field, value) = self.member(credential);
        let spec = json!({
            "targetRefs": [target(Kind::AIServiceBackend, &self.name)],
            "type": credential.policy().to_string(),
            field: value,
        });
        let manifest = Manifest::new(Kind::BackendSecurityPolicy, &self.namespace, &self.name, spec);
        Some(match credential.secret() {
            Some(secret) => manifest.note(format!("reads `{}` of Secret {}", secret.entry, secret.name)),
            None if credential.policy() == PolicyType::GCPCredentials => manifest.note(
                "without a Secret: it uses the identity of the Envoy pods; where they have none, the whole Gateway gets no configuration",
            ),
            None => manifest.note("without a Secret: it uses the identity of the Envoy pods"),
        })
    }

    /// The one field that goes with the type.
    fn member(&self, credential: &Credential) -> (&'static str, Value) {
        match credential {
            Credential::Key { policy, secret } => {
                let field = match policy {
                    PolicyType::AzureAPIKey => "azureAPIKey",
                    PolicyType::AnthropicAPIKey => "anthropicAPIKey",
                    PolicyType::APIKey
                    | PolicyType::AWSCredentials
                    | PolicyType::AzureCredentials
                    | PolicyType::GCPCredentials
                    | PolicyType::Newer(_) => "apiKey",
                };
                (field, json!({"secretRef": self.secret_ref(secret)}))
            }
            Credential::AwsFile { region, secret } => {
                let file = json!({"secretRef": self.secret_ref(secret)});
                ("awsCredentials", json!({"region": region, "credentialsFile": file}))
            }
            Credential::AwsRole { region, role, oidc } => {
                let exchange = json!({"awsRoleArn": role, "oidc": self.oidc(oidc)});
                ("awsCredentials", json!({"region": region, "oidcExchangeToken": exchange}))
            }
            Credential::AwsPod { region } => ("awsCredentials", json!({"region": region})),
            Credential::AzureSecret { tenant, client, secret } => {
                let secret = self.secret_ref(secret);
                let value = json!({"tenantID": tenant, "clientID": client, "clientSecretRef": secret});
                ("azureCredentials", value)
            }
            Credential::AzureOidc { tenant, client, oidc } => {
                let exchange = json!({"oidc": self.oidc(oidc)});
                let value = json!({"tenantID": tenant, "clientID": client, "oidcExchangeToken": exchange});
                ("azureCredentials", value)
            }
            Credential::GcpFile { project, region, secret } => {
                let file = json!({"secretRef": self.secret_ref(secret)});
                let value = json!({"projectName": project, "region": region, "credentialsFile": file});
                ("gcpCredentials", value)
            }
            Credential::GcpPool { project, region, pool } => {
                let account = pool.service_account.as_ref().map(|it| json!({"serviceAccountName": it}));
                let federation = json!({
                    "projectID": pool.project,
                    "workloadIdentityPoolName": pool.pool,
                    "workloadIdentityProviderName": pool.provider,
                    "serviceAccountImpersonation": account,
                    "oidcExchangeToken": {"oidc": self.oidc(&pool.oidc)},
                });
                let value = json!({
                    "projectName": project,
                    "region": region,
                    "workloadIdentityFederationConfig": federation,
                });
                ("gcpCredentials", value)
            }
            Credential::GcpPod { project, region } => {
                ("gcpCredentials", json!({"projectName": project, "region": region}))
            }
        }
    }

    /// The namespace is written for readers that do not take the policy's own.
    fn secret_ref(&self, slot: &SecretSlot) -> Value {
        json!({"name": slot.name, "namespace": self.namespace})
    }

    fn oidc(&self, oidc: &Oidc) -> Value {
        json!({
            "provider": {"issuer": oidc.issuer},
            "clientID": oidc.client_id,
            "clientSecret": self.secret_ref(&oidc.secret),
        })
    }
}

/// What is to be added to a policy that is there, so that it is for this backend as well: a JSON patch that fails where
/// somebody else has changed the policy since. `None` where it is already.
pub fn shared(wanted: &Wanted, there: &Value) -> Option<Value> {
    let target = target(Kind::AIServiceBackend, &wanted.name);
    let targets = there.pointer("/spec/targetRefs").and_then(Value::as_array);
    if targets.is_some_and(|all| all.contains(&target)) {
        return None;
    }
    let version = there.pointer("/metadata/resourceVersion").cloned().unwrap_or_default();
    let add = match targets {
        Some(_) => json!({"op": "add", "path": "/spec/targetRefs/-", "value": target}),
        None => json!({"op": "add", "path": "/spec/targetRefs", "value": [target]}),
    };
    Some(json!([{"op": "test", "path": "/metadata/resourceVersion", "value": version}, add]))
}
