//! Every fixture and every whole cluster, served as an API server would: what is read live is what the file says.
//!
//! A rule that looks something up that the live source does not ask for shows here, for each rule has fixtures.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

mod overlay;
mod save;
mod secrets;
mod server;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use aigw_backend::{
    cluster::{
        Cluster, Places,
        files::{Request, load_text},
        live::{self, Connection, Progress, Scope, SecretsMode},
    },
    report::{self, Report, Source, SourceKind, State},
    rules::{self, Finding},
    trace::{AssumedVersions, World},
};
use serde_json::Value;

use server::{Moods, Server};

struct Quiet;

impl Progress for Quiet {
    fn step(&self, _: &str) {}
}

/// All files with clusters below the tests, and the example that is built in.
fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("src/demo/cluster.yaml")];
    let mut folders = vec![root.join("tests/rules"), root.join("tests/clusters")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "yaml") && !path.ends_with(ODD_SCALAR) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A scalar that only our own reader takes for text, as kubectl does.
const ODD_SCALAR: &str = "commit-hash-that-looks-like-a-number.yaml";

/// Where the file shows more: a CA of the same name in a namespace that nothing refers to, a Secret that nothing leads
/// to, and a version that the server of this test does not stop at.
const MORE_IN_THE_FILE: [&str; 4] = [
    "tests/rules/tls/ca-missing/fires.yaml",
    "tests/rules/credential/orphan-token/fires.yaml",
    "tests/rules/tls/tls-policy-version-unread/fires.yaml",
    "tests/rules/tls/tls-policy-version-unread/silent-other-name.yaml",
];

/// What is said of a cluster: findings with all but their fixes, which may name what only a whole file shows, and gaps.
fn said(cluster: &Cluster) -> (Vec<String>, Report) {
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let world = World::new(cluster, now, &AssumedVersions::default());
    let findings = rules::run(&world);
    let line = |it: &Finding| {
        format!(
            "{} {} {}: {}; {}; {:?}; {:?}; hits {:?}",
            it.rule.code, it.object, it.path, it.message, it.effect, it.evidence, it.related, it.backends
        )
    };
    let source = Source { kind: SourceKind::Live, context: None };
    let request = report::Request { source, places: &Places::default(), before: None, suppressed: &[] };
    let report = report::build(&world, report::Outline::all(&world), &findings, &request);
    (findings.iter().map(line).collect(), report)
}

fn documents(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    let all: Vec<Value> =
        serde_saphyr::from_multiple(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    all.into_iter().filter(|it| it.get("kind").is_some()).collect()
}

fn complete(documents: &[Value]) -> Cluster {
    let list = serde_json::json!({"apiVersion": "v1", "kind": "List", "items": documents}).to_string();
    let request = Request { complete: true, ..Request::default() };
    load_text(&request, "file", &list).cluster
}

/// A file, and the answer to it.
struct Case {
    path: PathBuf,
    file: Cluster,
    live: Cluster,
}

/// Reads all files both ways.
fn cases(paths: Vec<PathBuf>, secrets: SecretsMode) -> Vec<Case> {
    let scope = Scope { all_namespaces: true, secrets, ..Scope::default() };
    cases_of(paths, &scope, |_, _| server::Mood::Fine)
}

fn cases_of(paths: Vec<PathBuf>, scope: &Scope, moods: Moods) -> Vec<Case> {
    let documents: Vec<Vec<Value>> = paths.iter().map(|it| documents(it)).collect();
    let server = Server::of_moods(documents.clone(), moods);
    let kubeconfig = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(kubeconfig.path(), "apiVersion: v1\nkind: Config\n").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let load = |(index, path): (usize, PathBuf)| {
        let connection = Connection {
            kubeconfig: Some(kubeconfig.path().to_owned()),
            server: Some(server.url(index)),
            ..Connection::default()
        };
        let live = runtime.block_on(live::load(&connection, scope, None, Arc::new(Quiet))).unwrap().cluster;
        Case { path, file: complete(&documents[index]), live }
    };
    paths.into_iter().enumerate().map(load).collect()
}

/// Kinds that could not be looked at.
fn gaps(report: &Report) -> BTreeSet<&str> {
    report.skipped.iter().map(|it| it.kind.as_str()).collect()
}

fn states(report: &Report) -> Vec<(&str, &str, State)> {
    report.backends.iter().map(|it| (it.namespace.as_str(), it.name.as_str(), it.health)).collect()
}

/// Where the two differ, a line each.
fn differences(case: &Case) -> Vec<String> {
    let ((expected, file), (got, live)) = (said(&case.file), said(&case.live));
    let mut wrong: Vec<String> = vec![];
    wrong.extend(expected.iter().filter(|it| !got.contains(it)).map(|it| format!("only in the file: {it}")));
    wrong.extend(got.iter().filter(|it| !expected.contains(it)).map(|it| format!("only live: {it}")));
    let unasked = live.skipped.iter().filter(|it| it.reason == "not-fetched");
    wrong.extend(unasked.map(|it| format!("nobody asked: {}", it.message)));
    if gaps(&file) != gaps(&live) {
        wrong.push(format!("gaps of the file {:?}, and live {:?}", gaps(&file), gaps(&live)));
    }
    if states(&file) != states(&live) {
        wrong.push(format!("health of the file {:?}, and live {:?}", states(&file), states(&live)));
    }
    wrong.iter().map(|it| format!("{}: {it}", case.path.display())).collect()
}

/// Rules about fields that a server would have dropped: a file holds them, a live object no more.
const OF_FILES: [&str; 4] =
    ["field-not-known", "route-field-not-known", "proxy-field-not-known", "security-policy-ref-removed"];

/// Whether a cluster of that file says the same when it is served.
fn is_servable(path: &Path) -> bool {
    let part = |it: Option<&std::ffi::OsStr>| it.unwrap_or_default().to_string_lossy().into_owned();
    let (folder, name) = (part(path.parent().and_then(Path::file_name)), part(path.file_name()));
    !MORE_IN_THE_FILE.iter().any(|more| path.ends_with(more))
        && !OF_FILES.contains(&folder.as_str())
        // manifests of one team, not a cluster
        && !name.starts_with("partial-")
}

#[test]
fn what_is_read_live_is_what_the_file_says() {
    let paths = files().into_iter().filter(|it| is_servable(it)).collect();
    let wrong: Vec<String> = cases(paths, SecretsMode::Get).iter().flat_map(differences).collect();
    assert!(wrong.is_empty(), "{} in all\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_a_server_dropped_is_found_in_what_was_applied() {
    let dropped =
        files().into_iter().filter(|it| it.ends_with("field-not-known/fires-dropped.yaml")).collect();
    for case in cases(dropped, SecretsMode::Get) {
        let (found, _) = said(&case.live);
        assert!(found.iter().any(|it| it.starts_with("AIB514")), "{}: {found:?}", case.path.display());
    }
}

#[test]
fn secrets_that_are_listed_say_the_same() {
    let is_cluster = |it: &PathBuf| !it.to_string_lossy().contains("tests/rules") && is_servable(it);
    let paths = files().into_iter().filter(is_cluster).collect();
    let wrong: Vec<String> = cases(paths, SecretsMode::List).iter().flat_map(differences).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
