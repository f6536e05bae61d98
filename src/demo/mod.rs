//! The example cluster that is built in.

use jiff::Timestamp;

/// What its file is called in reports.
pub const NAME: &str = "demo.yaml";

/// Its objects.
pub const CLUSTER: &str = include_str!("cluster.yaml");

/// The time there, so that the example says the same for ever.
pub fn now() -> Timestamp {
    // 2026-10-01T00:00:00Z
    Timestamp::constant(1_790_812_800, 0)
}
