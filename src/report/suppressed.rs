//! Findings that do not count, as somebody has accepted them.

use serde::Serialize;

use super::{Entry, build};
use crate::{
    cluster::{Cluster, Places},
    suppress::{By, Suppressed},
};

/// A finding that does not count.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct SuppressedEntry {
    #[serde(flatten)]
    pub finding: Entry,
    pub reason: String,
    pub by: By,
}

pub(super) fn list(cluster: &Cluster, places: &Places, suppressed: &[Suppressed]) -> Vec<SuppressedEntry> {
    let entry = |it: &Suppressed| SuppressedEntry {
        finding: build::entry(cluster, places, &it.finding),
        reason: it.reason.clone(),
        by: it.by,
    };
    suppressed.iter().map(entry).collect()
}
