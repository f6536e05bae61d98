//! What AI Gateway makes of an AIGatewayRoute: an HTTPRoute of the same name and two filters
//! (ai-gateway@v1.1.0 internal/controller/ai_gateway_route.go; live).
//!
//! Pure: used where the objects are not there yet, and held against them where they are.

mod difference;
mod filters;
mod http_route;

pub use difference::{Difference, differences};
pub use filters::{NOT_FOUND, host_filter, host_filter_key, not_found_filter, not_found_filter_key};
pub use http_route::{answers_unknown_models, http_route};

/// The annotation that tells a generated HTTPRoute from one written by hand.
pub const GENERATED: &str = "gateway.envoyproxy.io/ai-gateway-generated";
