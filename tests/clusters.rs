//! Whole realistic clusters: the full report of each is a snapshot.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

use std::path::{Path, PathBuf};

use aigw_backend::{
    cluster::{
        Places,
        files::{Request, load},
    },
    report::{self, Report, Severity, Source, SourceKind, State},
    rules,
    trace::{AssumedVersions, World},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clusters")
}

fn report(name: &str, complete: bool) -> Report {
    let request = Request { paths: vec![root().join(name)], complete, ..Request::default() };
    let loaded = load(&request, &mut std::io::empty());
    assert_eq!(loaded.problems, [], "{name}");
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let world = World::new(&loaded.cluster, now, &AssumedVersions::default());
    let findings = rules::run(&world);
    let source = Source { kind: SourceKind::Files, context: None };
    report::build(
        &world,
        report::Outline::all(&world),
        &findings,
        &report::Request { source, places: &Places::default(), before: None, suppressed: &[] },
    )
}

#[test]
fn a_cluster_of_many_providers_is_all_ok() {
    let report = report("providers.yaml", true);
    let wrong: Vec<String> = report.findings.iter().map(|it| format!("{} {}", it.code, it.message)).collect();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(report.summary.ok, 12);
    assert!(report.summary.complete, "{:?}", report.skipped);
    assert_eq!(report.platform.state, State::Ok);
    insta::assert_yaml_snapshot!("providers", report);
}

/// Clusters that are correct, and not as the documentation shows them. `partial-*` are what one team applies.
#[test]
fn what_is_merely_unusual_raises_no_alarm() {
    let mut alarms = vec![];
    let mut asked = 0;
    for entry in std::fs::read_dir(root().join("fine")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        asked += 1;
        let report = report(&format!("fine/{name}"), !name.starts_with("partial-"));
        let loud = report.findings.iter().filter(|it| it.severity != Severity::Info);
        alarms.extend(loud.map(|it| format!("{name}: {} {}", it.code, it.message)));
    }
    alarms.sort();
    assert!(asked >= 60, "{asked} clusters");
    assert_eq!(alarms, Vec::<String>::new());
}
