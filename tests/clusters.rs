//! Whole realistic clusters: the full report of each is a snapshot.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

use std::path::Path;

use aigw_backend::{
    cluster::{
        Places,
        files::{Request, load},
    },
    report::{self, Report, Source, SourceKind, State},
    rules,
    trace::{AssumedVersions, World},
};

fn report(name: &str) -> Report {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clusters").join(name);
    let request = Request { paths: vec![path], complete: true, ..Request::default() };
    let loaded = load(&request, &mut std::io::empty());
    assert_eq!(loaded.problems, []);
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let world = World::new(&loaded.cluster, now, &AssumedVersions::default());
    let traces: Vec<_> = loaded.cluster.ai_service_backends.iter().map(|it| world.trace(it)).collect();
    let findings = rules::run(&world, &traces).findings;
    let source = Source { kind: SourceKind::Files, context: None };
    report::build(
        &world,
        &traces,
        &findings,
        &report::Request { source, places: &Places::default(), before: None },
    )
}

#[test]
fn a_cluster_of_many_providers_is_all_ok() {
    let report = report("providers.yaml");
    let wrong: Vec<String> = report.findings.iter().map(|it| format!("{} {}", it.code, it.message)).collect();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(report.summary.ok, 12);
    assert!(report.summary.complete, "{:?}", report.skipped);
    assert_eq!(report.platform.state, State::Ok);
    insta::assert_yaml_snapshot!("providers", report);
}
