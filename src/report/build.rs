//! From findings and traces to the report.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Change, Entry, FindingCounts, FixEntry, ObjectId, Outline, PatchEntry, PlatformRow, RelatedEntry, Report,
    Row, Source, State, Summary, change, health, skipped, suppressed,
};
use crate::{
    cluster::{Cluster, Places},
    fix,
    model::{Key, Kind},
    rules::{self, Finding, Fix, Hop, Severity},
    suppress::Suppressed,
    trace::{Gap, World},
};

/// What is asked for: everything that goes into a report beside the backends.
pub struct Request<'a> {
    /// Where the objects came from.
    pub source: Source,
    /// Finds places in files.
    pub places: &'a Places,
    /// With files laid over a cluster: what was found without them.
    pub before: Option<&'a [Finding]>,
    /// What was set aside.
    pub suppressed: &'a [Suppressed],
}

/// Builds the report of some backends from all findings.
pub fn build(
    world: &World<'_>,
    outlines: impl Iterator<Item = Outline>,
    findings: &[Finding],
    request: &Request<'_>,
) -> Report {
    let mut by_backend: BTreeMap<&(String, String), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        for id in &finding.backends {
            by_backend.entry(id).or_default().push(finding);
        }
    }
    let mut gaps = BTreeSet::new();
    let mut backends: Vec<Row> = outlines
        .map(|outline| {
            let Outline { row, gaps: here } = outline;
            gaps.extend(here);
            let id = (row.namespace.clone(), row.name.clone());
            let mine = by_backend.get(&id).map_or(&[][..], Vec::as_slice);
            judged(row, mine)
        })
        .collect();
    backends.sort_by(|a, b| (a.health, &a.namespace, &a.name).cmp(&(b.health, &b.namespace, &b.name)));
    let of_state = |state| backends.iter().filter(|row| row.health == state).count();
    let of_severity = |severity| findings.iter().filter(|it| it.rule.severity == severity).count();
    gaps.extend(common_gaps(world));
    let platform = findings.iter().filter(|it| it.rule.hop == Hop::Platform);
    let of_platform =
        |it: &Gap| matches!(it.kind, Kind::Pod | Kind::Deployment | Kind::MutatingWebhookConfiguration);
    let platform_gaps = !world.platform.gaps.0.is_empty() || gaps.iter().any(of_platform);
    let state = health::worst(platform).unwrap_or(if platform_gaps { State::Unknown } else { State::Ok });
    Report {
        api_version: "aigw-backend/v1",
        kind: "HealthReport",
        source: request.source.clone(),
        platform: PlatformRow {
            ai_gateway: PlatformRow::version(world.platform.ai_gateway_version),
            envoy_gateway: PlatformRow::version(world.platform.envoy_gateway_version),
            gateway_api: None,
            state,
        },
        summary: Summary {
            backends: backends.len(),
            ok: of_state(State::Ok),
            warn: of_state(State::Warn),
            fail: of_state(State::Fail),
            unknown: of_state(State::Unknown),
            findings: FindingCounts {
                error: of_severity(Severity::Error),
                warning: of_severity(Severity::Warning),
                info: of_severity(Severity::Info),
            },
            suppressed: request.suppressed.len(),
            complete: gaps.is_empty(),
        },
        findings: entries(world.cluster, findings, request),
        backends,
        suppressed: suppressed::list(world.cluster, request.places, request.suppressed),
        skipped: skipped::list(world.cluster, gaps.iter()),
    }
}

/// What could not be looked at of the platform, and of kinds that rules list as a whole.
fn common_gaps(world: &World<'_>) -> Vec<Gap> {
    let mut all = world.platform.gaps.0.clone();
    let needed = Kind::all()
        .filter(|kind| !kind.is_read_by_name() && rules::all().any(|rule| rule.needs.contains(kind)));
    for kind in needed {
        let unread = world.cluster.unread(kind).into_iter();
        all.extend(unread.map(|(namespace, name, why)| Gap { kind, namespace, name, why }));
    }
    all
}

/// A row with the findings that name its backend.
fn judged(mut row: Row, mine: &[&Finding]) -> Row {
    // findings of the platform count for the backends they name; a hop that does not apply is no reason for anything,
    // as it comes after all others
    let mut worst = health::worst(mine.iter().copied()).unwrap_or(State::Ok);
    for (hop, cell) in row.hops.all_mut() {
        let found = health::worst(mine.iter().copied().filter(|it| it.rule.hop == hop));
        cell.state = found.unwrap_or(cell.state);
        worst = worst.min(cell.state);
    }
    row.health = worst;
    row
}

fn entries(cluster: &Cluster, findings: &[Finding], request: &Request<'_>) -> Vec<Entry> {
    let Some(before) = request.before else {
        return findings.iter().map(|it| entry(cluster, request.places, it)).collect();
    };
    let all = change::changes(before, findings, request.suppressed).into_iter();
    // what is gone stood in the cluster, not in the files
    let nowhere = Places::default();
    let places = |change| if change == Change::Fixed { &nowhere } else { request.places };
    all.map(|(change, it)| Entry { change: Some(change), ..entry(cluster, places(change), it) }).collect()
}

pub(super) fn entry(cluster: &Cluster, places: &Places, finding: &Finding) -> Entry {
    let rule = finding.rule;
    Entry {
        code: rule.code,
        name: rule.name,
        hop: rule.hop,
        severity: rule.severity,
        object: object(cluster, &finding.object, finding.exists),
        location: finding.exists.then(|| places.locate(&finding.object, &finding.path)).flatten(),
        path: finding.path.clone(),
        message: finding.message.clone(),
        effect: finding.effect.clone(),
        evidence: finding.evidence.clone(),
        related: (finding.related.iter())
            .map(|it| RelatedEntry {
                object: object(cluster, &it.object, cluster.has(&it.object)),
                path: it.path.clone(),
                location: places.locate(&it.object, &it.path),
                message: it.message.clone(),
            })
            .collect(),
        backends: finding.backends.iter().map(|(namespace, name)| format!("{namespace}/{name}")).collect(),
        fixes: finding.fixes.iter().map(|it| fix_entry(cluster, it)).collect(),
        change: None,
        explain: format!("kubectl aigw-backend explain {}", rule.code),
    }
}

pub(super) fn object(cluster: &Cluster, key: &Key, exists: bool) -> ObjectId {
    ObjectId {
        api_version: cluster.api_version(key.kind),
        kind: key.kind.to_string(),
        namespace: key.namespace.clone(),
        name: key.name.clone(),
        exists,
    }
}

fn fix_entry(cluster: &Cluster, it: &Fix) -> FixEntry {
    FixEntry {
        title: it.title.clone(),
        applicability: it.applicability,
        patches: (it.patches.iter())
            .map(|patch| PatchEntry {
                object: object(cluster, &patch.object, true),
                type_: "json",
                patch: patch.operations.clone(),
            })
            .collect(),
        manifests: it.manifests.clone(),
        commands: fix::commands(it),
    }
}
