//! The health report, as `-o json` shows it: what the rules found, per backend and in full, and what was not looked at.
//!
//! These types are the format (`aigw-backend/v1`): fields are added and never changed.

mod backend;
mod build;
mod change;
mod fact;
mod health;
mod matrix;
mod outline;
mod request;
mod row;
mod skipped;
mod suppressed;

pub use backend::{BackendTrace, ReachEntry, backend_trace};
pub use build::{Request, build};
pub use change::Change;
pub use fact::FactEntry;
pub use health::State;
pub use matrix::{ModelMatrix, ModelRow, model_matrix};
pub use outline::Outline;
pub use request::{RequestTrace, Sent, request_trace};
pub use row::{Cell, Hops, Row};
pub use suppressed::SuppressedEntry;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

pub use crate::rules::Severity;
use crate::{
    cluster::{Cluster, Place},
    model::{Key, Kind},
    rules::{Applicability, Hop},
    trace::Version,
};

/// The answer of `check`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Report {
    pub api_version: &'static str,
    pub kind: &'static str,
    pub source: Source,
    pub platform: PlatformRow,
    pub summary: Summary,
    pub backends: Vec<Row>,
    pub findings: Vec<Entry>,
    pub suppressed: Vec<SuppressedEntry>,
    pub skipped: Vec<Skipped>,
}

impl Report {
    /// What hits each backend, by its `namespace/name`.
    pub fn by_backend(&self) -> BTreeMap<&str, Vec<&Entry>> {
        let mut found: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for finding in self.findings.iter().filter(|it| it.is_there()) {
            for id in &finding.backends {
                found.entry(id).or_default().push(finding);
            }
        }
        found
    }
}

/// Where the objects came from.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Source {
    pub kind: SourceKind,
    /// The kubeconfig context, for a live cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
}

/// See [`Source`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum SourceKind {
    Live,
    Files,
    Overlay,
    Demo,
}

/// The controllers.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct PlatformRow {
    pub ai_gateway: Option<String>,
    pub envoy_gateway: Option<String>,
    #[serde(rename = "gatewayAPI")]
    pub gateway_api: Option<String>,
    pub state: State,
}

impl PlatformRow {
    fn version(version: Option<Version>) -> Option<String> {
        version.map(|it| it.to_string())
    }
}

/// Counts.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Summary {
    pub backends: usize,
    pub ok: usize,
    pub warn: usize,
    pub fail: usize,
    pub unknown: usize,
    pub findings: FindingCounts,
    pub suppressed: usize,
    /// Whether everything could be looked at, the platform included.
    pub complete: bool,
}

/// Findings by severity.
#[derive(Debug, Clone, Default, Serialize)]
#[allow(missing_docs)]
pub struct FindingCounts {
    pub error: usize,
    pub warning: usize,
    pub info: usize,
}

/// One finding.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Entry {
    pub code: &'static str,
    pub name: &'static str,
    pub hop: Hop,
    pub severity: Severity,
    pub object: ObjectId,
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Place>,
    pub message: String,
    pub effect: String,
    pub evidence: Vec<String>,
    pub related: Vec<RelatedEntry>,
    /// `namespace/name` of the AIServiceBackends that suffer.
    pub backends: Vec<String>,
    pub fixes: Vec<FixEntry>,
    /// What laying files over a cluster does to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// The command that shows the page of this code.
    pub explain: String,
}

impl Entry {
    /// Whether it is there with the files.
    pub fn is_there(&self) -> bool {
        self.change != Some(Change::Fixed)
    }

    /// Whether it is there, and not only because it was there before.
    pub fn counts(&self) -> bool {
        self.change.is_none_or(|it| it == Change::Introduced)
    }
}

/// An object, by its coordinates.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ObjectId {
    pub api_version: String,
    pub kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    pub name: String,
    pub exists: bool,
}

impl ObjectId {
    /// Whether there is such an object in a snapshot.
    pub fn is_in(&self, cluster: &Cluster) -> bool {
        let kind = Kind::of(&self.api_version, &self.kind);
        kind.is_some_and(|kind| cluster.has(&Key::new(kind, &self.namespace, &self.name)))
    }

    /// `Kind namespace/name`.
    pub fn display(&self) -> String {
        if self.namespace.is_empty() {
            format!("{} {}", self.kind, self.name)
        } else {
            format!("{} {}/{}", self.kind, self.namespace, self.name)
        }
    }
}

/// Another place that explains a finding.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct RelatedEntry {
    pub object: ObjectId,
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Place>,
    pub message: String,
}

/// A way out.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct FixEntry {
    pub title: String,
    pub applicability: Applicability,
    pub patches: Vec<PatchEntry>,
    /// Objects to create.
    pub manifests: Vec<Value>,
    /// The same as commands to copy.
    pub commands: Vec<String>,
}

/// A JSON patch of one object.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct PatchEntry {
    pub object: ObjectId,
    #[serde(rename = "type")]
    pub type_: &'static str,
    pub patch: Vec<Value>,
}

/// Something that was not looked at.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct Skipped {
    pub kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    pub reason: &'static str,
    pub message: String,
    /// Codes that could say nothing or not everything for want of it.
    pub affects: Vec<&'static str>,
    /// The command that shows or mends it.
    pub remedy: String,
}
