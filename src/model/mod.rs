//! Typed objects: only the fields that are read, several served versions of a kind in one type.
//!
//! Decoding is lenient where an API server may be newer than this tool (unknown enum values are kept) and strict about
//! types (an object that does not decode costs only itself). A [`Secret`] never holds a value, only facts about it.

mod aigw;
mod body;
mod core;
mod credential;
mod envoy;
mod envoy_gateway;
mod facts;
pub mod fields;
mod gateway;
mod header;
mod host;
mod kind;
mod listener;
mod meta;
pub mod names;
mod pem;
mod pod;
mod quantity;
mod quota;
mod rate_limit;
mod secret;
mod traffic;
mod webhook;
mod word;

pub use aigw::*;
pub use core::*;
pub use credential::SecretSource;
pub use envoy::*;
pub use envoy_gateway::*;
pub use fields::Fields;
pub use gateway::*;
pub use host::InCluster;
pub use kind::{Kind, KindInfo, Scope};
pub use listener::{AllowedRoutes, Listener, ListenerTls, RouteKind, RouteNamespaces};
pub use meta::{Condition, Conditions, Key, Meta, NoStatus, Object, OwnerReference, Resource, has_condition};
pub use pem::Pem;
pub use pod::*;
pub use quantity::{Quantity, milliseconds};
pub use quota::{ModelQuota, QuotaDefinition, QuotaPolicy, QuotaPolicySpec, ServiceQuota};
pub use rate_limit::{CostMetadata, CostSource, GlobalRateLimit, RateLimit, RateLimitCost, RateLimitRule};
pub use secret::{Secret, SecretValue};
pub use traffic::*;
pub use webhook::*;
pub use word::Word;
