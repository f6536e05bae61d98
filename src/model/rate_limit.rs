//! `rateLimit` of a BackendTrafficPolicy: only what it counts.

use serde::Deserialize;

/// Rate limits.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct RateLimit {
    pub global: Option<GlobalRateLimit>,
}

/// Limits that all Envoys share.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct GlobalRateLimit {
    pub rules: Vec<RateLimitRule>,
}

/// One limit.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct RateLimitRule {
    pub cost: Option<RateLimitCost>,
}

/// How much of the limit a request takes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RateLimitCost {
    /// Taken when the answer has come.
    pub response: Option<CostSource>,
}

/// Where the number comes from; not from metadata where there are none.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct CostSource {
    pub metadata: Option<CostMetadata>,
}

/// A number among the metadata of a request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct CostMetadata {
    pub namespace: String,
    pub key: String,
}
