//! One backend and the way to it, as `explain NAME -o json` shows it: `kind: BackendTrace` of `aigw-backend/v1`.

use serde::Serialize;

use super::{Entry, PlatformRow, Report, Row, request::Sent};
use crate::{
    trace::Trace,
    walk::{self, Reach},
};

/// The answer of `explain NAME`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct BackendTrace {
    pub api_version: &'static str,
    pub kind: &'static str,
    pub platform: PlatformRow,
    pub backend: Row,
    pub wire: Vec<WireEntry>,
    pub reached_by: Vec<ReachEntry>,
    pub findings: Vec<Entry>,
}

/// One client endpoint.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct WireEntry {
    pub endpoint: &'static str,
    pub upstream: Option<Sent>,
    /// Why the backend does not serve it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// One reference that leads to the backend.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct ReachEntry {
    pub listeners: Vec<String>,
    pub route: String,
    pub rule: usize,
    pub models: Vec<String>,
    pub priority: i64,
    pub weight: i64,
    pub timeout: String,
}

/// The trace of a backend, with its row and findings from the health report.
pub fn backend_trace(trace: &Trace<'_>, report: &Report) -> Option<BackendTrace> {
    let (namespace, name) = trace.id();
    let row = report.backends.iter().find(|it| it.namespace == namespace && it.name == name)?;
    let id = format!("{namespace}/{name}");
    let wire = walk::wire(trace).into_iter().map(|it| match it.upstream {
        Ok(upstream) => {
            WireEntry { endpoint: it.api.path(), upstream: Some(super::request::sent(&upstream)), why: None }
        }
        Err(why) => WireEntry { endpoint: it.api.path(), upstream: None, why: Some(why) },
    });
    Some(BackendTrace {
        api_version: "aigw-backend/v1",
        kind: "BackendTrace",
        platform: report.platform.clone(),
        backend: row.clone(),
        wire: wire.collect(),
        reached_by: walk::reached_by(trace).into_iter().map(reach).collect(),
        findings: report.findings.iter().filter(|it| it.backends.contains(&id)).cloned().collect(),
    })
}

fn reach(it: Reach) -> ReachEntry {
    ReachEntry {
        listeners: it
            .listeners
            .iter()
            .map(|(gateway, listener)| format!("{} {listener}", gateway.path()))
            .collect(),
        route: it.route.path(),
        rule: it.rule,
        models: it.models,
        priority: it.priority,
        weight: it.weight,
        timeout: it.timeout,
    }
}
