//! Webhooks: of AI Gateway there is one, which puts its container into Envoy's pods.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer};

use super::{
    LabelSelector, Pem,
    meta::{Meta, resource},
};

resource!(MutatingWebhookConfiguration);

/// Webhooks that change objects.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct MutatingWebhookConfiguration {
    #[serde(rename = "metadata")]
    pub meta: Meta,
    pub webhooks: Vec<Webhook>,
}

/// One webhook.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct Webhook {
    pub name: String,
    pub client_config: WebhookClient,
    pub object_selector: Option<LabelSelector>,
    /// Unset means `Fail`.
    pub failure_policy: Option<String>,
}

/// Where a webhook is called.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct WebhookClient {
    pub service: Option<super::ObjectReference>,
    /// The CAs by which the API server knows it.
    #[serde(deserialize_with = "pem")]
    pub ca_bundle: Pem,
}

/// What is no base64 holds no CA either.
fn pem<'de, D: Deserializer<'de>>(from: D) -> Result<Pem, D::Error> {
    let packed: Option<String> = Option::deserialize(from)?;
    Ok(Pem::read(&STANDARD.decode(packed.unwrap_or_default()).unwrap_or_default()))
}
