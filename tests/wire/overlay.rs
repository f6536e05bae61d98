//! Files laid over a cluster that is served: what is there already changes nothing, and what heals or breaks shows.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use aigw_backend::{
    cluster::{
        Cluster, Overlay,
        files::{Request, load_text},
        live::{self, Connection, Scope},
    },
    rules,
    trace::{self, AssumedVersions, World},
};
use serde_json::Value;

use crate::{Quiet, documents, files, server::Server};

/// What is found, as code and object.
fn causes(cluster: &Cluster) -> Vec<String> {
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let world = World::new(cluster, now, &AssumedVersions::default());
    let found = rules::run(&world);
    found.iter().map(|it| format!("{} {} {}", it.rule.code, it.object, it.path)).collect()
}

/// The findings without and with the files, and how many objects changed.
fn lay(server: &Server, index: usize, files: &[Value]) -> (Vec<String>, Vec<String>, usize) {
    let list = serde_json::json!({"apiVersion": "v1", "kind": "List", "items": files}).to_string();
    let loaded = load_text(&Request { overlay: true, ..Request::default() }, "files", &list);
    let overlay = Overlay::new(loaded.cluster);
    let kubeconfig = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(kubeconfig.path(), "apiVersion: v1\nkind: Config\n").unwrap();
    let connection = Connection {
        kubeconfig: Some(kubeconfig.path().to_owned()),
        server: Some(server.url(index)),
        ..Connection::default()
    };
    let scope = Scope { all_namespaces: true, overlay: Some(overlay.clone()), ..Scope::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let before = runtime.block_on(live::load(&connection, &scope, None, Arc::new(Quiet))).unwrap().cluster;
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let after = trace::laid(&overlay, &before, now, &AssumedVersions::default());
    (causes(&before), causes(&after.cluster), after.changed.len())
}

#[test]
fn files_that_are_there_already_change_nothing() {
    let paths: Vec<PathBuf> = files().into_iter().step_by(5).collect();
    let all: Vec<Vec<Value>> = paths.iter().map(|it| documents(it)).collect();
    let server = Server::start(all.clone());
    for (index, path) in paths.iter().enumerate() {
        let (before, after, changed) = lay(&server, index, &all[index]);
        assert_eq!((changed, &after), (0, &before), "{}", path.display());
    }
}

/// Pairs of a fixture that fires and the one that heals it.
fn pairs() -> Vec<(String, PathBuf, PathBuf)> {
    let fires = files().into_iter().filter(|it| it.ends_with("fires.yaml"));
    let pair = |it: PathBuf| {
        let folder: &Path = it.parent()?;
        let silent = folder.join("silent.yaml");
        let name = folder.file_name()?.to_string_lossy().into_owned();
        let code = rules::find(&name)?.code;
        silent.exists().then_some((code.to_owned(), it, silent))
    };
    fires.filter_map(pair).collect()
}

/// Rules whose fault no file can heal: it is something to delete, a status, or a time.
const BY_OTHER_MEANS: [&str; 20] = [
    "AIB108", "AIB423", "AIB424", "AIB602", "AIB616", "AIB620", "AIB621", "AIB623", "AIB630", "AIB706",
    "AIB707", "AIB221", "AIB436", "AIB437", "AIB439", "AIB638", "AIB640", "AIB652", "AIB653", "AIB734",
];

#[test]
fn what_heals_is_fixed_by_laying_it_over() {
    let pairs = pairs();
    let broken: Vec<Vec<Value>> = pairs.iter().map(|(_, fires, _)| documents(fires)).collect();
    let server = Server::start(broken.clone());
    let mut left = vec![];
    for (index, (code, _, silent)) in pairs.iter().enumerate() {
        let mut healing = documents(silent);
        // what is not in the healing file is not applied
        healing.retain(|it| !broken[index].contains(it));
        if healing.is_empty() {
            continue;
        }
        let (before, after, _) = lay(&server, index, &healing);
        // some faults stand in files alone, such as a Secret that nothing refers to
        let was_there = before.iter().any(|it| it.starts_with(code));
        if was_there
            && after.iter().any(|it| it.starts_with(code))
            && !BY_OTHER_MEANS.contains(&code.as_str())
        {
            left.push(code.clone());
        }
    }
    assert_eq!(left, Vec::<String>::new());
}
