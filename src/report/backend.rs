//! One backend and the way to it, as `explain NAME -o json` shows it: `kind: BackendTrace` of `aigw-backend/v1`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Entry, FactEntry, PlatformRow, Report, Row, SuppressedEntry, fact, request::Sent};
use crate::{
    rules::Hop,
    trace::Trace,
    walk::{self, Mutation, Reach, Upstream},
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
    /// What stands on the way, by hop.
    pub facts: BTreeMap<Hop, Vec<FactEntry>>,
    pub wire: Vec<WireEntry>,
    pub reached_by: Vec<ReachEntry>,
    pub findings: Vec<Entry>,
    pub suppressed: Vec<SuppressedEntry>,
}

/// One client endpoint.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct WireEntry {
    /// Its path on the gateway.
    pub endpoint: String,
    /// Whether the body is rewritten for another API than the client's.
    pub translated: bool,
    pub upstream: Option<Sent>,
    /// The same in words.
    #[serde(skip)]
    pub said: Vec<String>,
    /// Why the backend does not serve it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// One reference that leads to the backend.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ReachEntry {
    pub listeners: Vec<String>,
    pub route: String,
    pub rule: usize,
    pub models: Vec<String>,
    pub priority: i64,
    pub weight: i64,
    pub timeout: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_idle_timeout: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_override: Option<String>,
    /// What is changed on the way, in order.
    pub mutations: Vec<MutationEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<RetryEntry>,
    /// Findings about the route and its HTTPRoute.
    pub codes: Vec<&'static str>,
}

/// One change; never its value.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct MutationEntry {
    pub action: &'static str,
    pub name: String,
    /// `backend` or `route`.
    pub by: &'static str,
}

/// What is done when a request fails.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct RetryEntry {
    pub policy: String,
    pub times: i64,
    /// After how many attempts the next priority is tried; never without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts_per_priority: Option<i64>,
}

/// The trace of a backend, with its row and findings from the health report.
pub fn backend_trace(trace: &Trace<'_>, report: &Report) -> Option<BackendTrace> {
    let (namespace, name) = trace.id();
    let row = report.backends.iter().find(|it| it.namespace == namespace && it.name == name)?;
    let id = row.id();
    let findings: Vec<Entry> =
        report.findings.iter().filter(|it| it.backends.contains(&id)).cloned().collect();
    let suppressed = report.suppressed.iter().filter(|it| it.finding.backends.contains(&id));
    let facts = Hop::OF_BACKEND.into_iter().map(|hop| {
        let facts = walk::facts(trace, hop).into_iter();
        (hop, facts.map(|it| fact::entry(trace.world.cluster, &findings, it)).collect::<Vec<_>>())
    });
    let schema = trace.schema.name;
    let wire = walk::wire(trace).into_iter().map(|it| {
        let said = it.upstream.iter().flat_map(Upstream::said).map(|(at, text)| format!("{at}: {text}"));
        WireEntry {
            endpoint: it.path,
            translated: it.api.is_translated(schema),
            said: said.collect(),
            upstream: it.upstream.as_ref().ok().map(super::request::sent),
            why: it.upstream.err(),
        }
    });
    Some(BackendTrace {
        api_version: "aigw-backend/v1",
        kind: "BackendTrace",
        platform: report.platform.clone(),
        backend: row.clone(),
        facts: facts.filter(|(_, facts)| !facts.is_empty()).collect(),
        wire: wire.collect(),
        reached_by: walk::reached_by(trace).into_iter().map(|it| reach(it, &findings)).collect(),
        findings,
        suppressed: suppressed.cloned().collect(),
    })
}

fn reach(it: Reach, findings: &[Entry]) -> ReachEntry {
    let blamed = |entry: &&Entry| {
        let object = &entry.object;
        object.namespace == it.route.namespace
            && object.name == it.route.name
            && ["AIGatewayRoute", "HTTPRoute"].contains(&object.kind.as_str())
    };
    ReachEntry {
        codes: findings.iter().filter(blamed).map(|it| it.code).collect(),
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
        stream_idle_timeout: it.stream_idle_timeout,
        model_override: it.model_override,
        mutations: it.mutations.into_iter().map(mutation).collect(),
        retries: it.retries.map(|it| RetryEntry {
            policy: it.policy.path(),
            times: it.times,
            attempts_per_priority: it.per_priority,
        }),
    }
}

fn mutation(it: Mutation) -> MutationEntry {
    MutationEntry { action: it.action, name: it.name, by: if it.by_route { "route" } else { "backend" } }
}
