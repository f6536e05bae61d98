//! `aigateway.envoyproxy.io`: QuotaPolicy.

use serde::Deserialize;

use super::{
    Conditions, ObjectReference,
    meta::{Object, resource},
};

/// Quotas of AIServiceBackends, in tokens.
pub type QuotaPolicy = Object<QuotaPolicySpec, Conditions>;

resource!(QuotaPolicy);

/// Spec of a [`QuotaPolicy`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct QuotaPolicySpec {
    pub target_refs: Vec<ObjectReference>,
    pub service_quota: Option<ServiceQuota>,
    pub per_model_quotas: Vec<ModelQuota>,
}

/// A quota for all models together; only that there is one is read.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ServiceQuota {}

/// A quota for one model.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct ModelQuota {
    pub model_name: Option<String>,
    pub quota: QuotaDefinition,
}

/// What a request costs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct QuotaDefinition {
    /// In CEL; unset means all tokens.
    pub cost_expression: Option<String>,
}
