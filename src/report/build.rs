//! From findings and traces to the report.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Cell, Change, Entry, FindingCounts, FixEntry, Hops, ObjectId, PatchEntry, PlatformRow, RelatedEntry,
    Report, Row, Source, State, Summary, change, health, skipped, suppressed,
};
use crate::{
    cluster::{Cluster, Places},
    fix,
    model::{Key, Kind},
    rules::{self, Finding, Fix, Hop, Severity},
    suppress::Suppressed,
    trace::{Gap, Sni, Trace, World},
};

/// What is asked for: everything that goes into a report beside the traces.
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
pub fn build<'w>(
    world: &World<'w>,
    traces: impl Iterator<Item = Trace<'w>>,
    findings: &[Finding],
    request: &Request<'_>,
) -> Report {
    let mut by_backend: BTreeMap<&(String, String), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        for id in &finding.backends {
            by_backend.entry(id).or_default().push(finding);
        }
    }
    let of = |trace: &Trace<'_>| by_backend.get(&trace.id()).map_or(&[][..], Vec::as_slice);
    let mut gaps = BTreeSet::new();
    let mut backends: Vec<Row> = traces
        .map(|trace| {
            gaps.extend(gaps_of(&trace).cloned());
            row(&trace, of(&trace))
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

/// What could not be looked at on the way of a backend, and of the Gateways that its routes are on.
fn gaps_of<'t>(trace: &'t Trace<'_>) -> impl Iterator<Item = &'t Gap> {
    let gateways = trace.gateways().into_iter().flat_map(|it| &it.gaps.0);
    Hop::OF_BACKEND.into_iter().flat_map(|hop| trace.gaps(hop)).chain(gateways)
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

/// The row of a backend, from the findings that name it.
fn row(trace: &Trace<'_>, mine: &[&Finding]) -> Row {
    let id = trace.id();
    let cell = |hop| Cell { state: health::of_hop(trace, hop, mine), detail: detail(trace, hop) };
    let hops = Hops {
        reference: cell(Hop::Reference),
        endpoint: cell(Hop::Endpoint),
        tls: cell(Hop::Tls),
        credential: cell(Hop::Credential),
        schema: cell(Hop::Schema),
        route: cell(Hop::Route),
    };
    // a hop that does not apply is no reason for anything; findings of the platform count for the backends they name
    let of_hops = Hop::OF_BACKEND.into_iter().filter_map(|hop| hops.get(hop)).map(|it| it.state).min();
    let health = of_hops.into_iter().chain(health::worst(mine.iter().copied())).min().unwrap_or(State::Ok);
    let mut models: Vec<String> = (trace.route.uses.iter())
        .filter_map(|it| it.route.rules.get(it.rule))
        .flat_map(|rule| rule.models().map(str::to_owned))
        .collect();
    models.sort();
    models.dedup();
    Row {
        namespace: id.0,
        name: id.1,
        schema: trace.schema.name.to_string(),
        host: trace.endpoint.summary(),
        health: if health == State::None { State::Ok } else { health },
        hops,
        routes: trace.route.routes().count(),
        models,
    }
}

/// What is there on a hop, in a few words.
fn detail(trace: &Trace<'_>, hop: Hop) -> String {
    match hop {
        Hop::Reference => trace.reference.key.to_string(),
        Hop::Endpoint => trace.endpoint.summary().unwrap_or_default(),
        Hop::Tls => match (trace.tls.encrypted, trace.tls.policy, trace.tls.sni) {
            (None, ..) => String::new(),
            (Some(false), ..) => "plain HTTP".to_owned(),
            (Some(true), Some(policy), _) => format!("BackendTLSPolicy {}", policy.meta.name),
            (Some(true), None, Sni::Own(name)) => format!("Backend.spec.tls as {name}"),
            (Some(true), None, Sni::None | Sni::Policy(_) | Sni::Endpoint | Sni::Client) => {
                "Backend.spec.tls".to_owned()
            }
        },
        Hop::Credential => {
            let names: Vec<String> = (trace.credential.policies.iter())
                .map(|it| format!("{} {}", it.policy.spec.type_, it.policy.meta.name))
                .collect();
            let secret = trace.credential.secret.as_ref().map(|it| format!(", Secret {}", it.key.name));
            names.join(", ") + &secret.unwrap_or_default()
        }
        Hop::Schema => match (trace.schema.prefix, trace.schema.version) {
            (Some(prefix), _) => format!("{}, prefix {prefix}", trace.schema.name),
            (None, Some(version)) => format!("{}, version {version}", trace.schema.name),
            (None, None) => trace.schema.name.to_string(),
        },
        Hop::Route => {
            let names: Vec<String> = trace.route.routes().map(|it| it.key.path()).collect();
            names.join(", ")
        }
        Hop::Platform => String::new(),
    }
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
