//! `kubectl aigw-backend`: traces AIServiceBackends of Envoy AI Gateway and says what is wrong with them.
//!
//! ```text
//! model ──► cluster ──► generated ──► trace ──► rules ──► walk ──► report ──► render ──► cli ──► main
//! typed      snapshot    what AI       one per    pure      one      health     bytes
//! objects    live|files  Gateway makes backend              request
//! ```
//!
//! A module imports only from its left. Only `cluster::live` and `cluster::files` read anything; only `cli` writes files,
//! and only `apply` writes to a cluster, for `create` alone; the middle (`trace`, `rules`, `report`) is pure; only `render`
//! knows colours; only `main` prints and exits. `provider` is data; `manifest` makes objects of what is wanted; `suppress`
//! sets aside what is accepted, once, between `rules` and `report`.

pub mod apply;
pub mod cli;
pub mod cluster;
pub mod demo;
pub mod fix;
pub mod generated;
pub mod manifest;
pub mod model;
pub mod provider;
pub mod render;
pub mod report;
pub mod rules;
pub mod suppress;
pub mod trace;
pub mod walk;
