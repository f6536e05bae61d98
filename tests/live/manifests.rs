//! Manifests of others, named by `AIGW_TEST_MANIFESTS`: each file loaded into a real server and read from there.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use aigw_backend::{
    cluster::{Cluster, Coverage, files},
    model::Kind,
};
use serde_json::{Value, json};

use crate::support::{Crds, Server, documents, everywhere, findings, load};

/// YAML files below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Creates the objects of a file that the tool reads; what the server made of them, and of their namespaces.
fn create(server: &Server, path: &Path, namespaces: &mut BTreeSet<String>) -> Vec<Value> {
    let mut made = vec![];
    for mut object in documents(path) {
        let kind = Kind::of(
            object["apiVersion"].as_str().unwrap_or_default(),
            object["kind"].as_str().unwrap_or_default(),
        );
        let Some(kind) = kind.filter(|it| *it != Kind::Namespace) else { continue };
        if kind.is_namespaced() {
            let namespace = object["metadata"]["namespace"].as_str().unwrap_or("default").to_owned();
            object["metadata"]["namespace"] = json!(namespace);
            if namespaces.insert(namespace.clone()) {
                server.apply(
                    &json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}),
                );
            }
        }
        match server.create(&object) {
            Ok(object) => made.push(object),
            Err(error) => eprintln!("{}: {kind} is refused: {error}", path.display()),
        }
    }
    made
}

/// A dump of the server, which is all that there is.
fn dump(objects: &[Value], namespaces: &BTreeSet<String>) -> Cluster {
    let namespaces = namespaces.iter().map(|name| {
        let labels = json!({"kubernetes.io/metadata.name": name});
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
    });
    let items: Vec<Value> = objects.iter().cloned().chain(namespaces).collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string();
    let loaded = files::load_text(&files::Request::default(), "dump", &list);
    assert_eq!(loaded.problems, []);
    let mut cluster = loaded.cluster;
    for kind in Kind::all() {
        cluster.cover(kind, Coverage::Everything);
    }
    cluster
}

/// Whether it is about a field that a server drops without a word.
fn is_dropped(finding: &str) -> bool {
    ["AIB514", "AIB631", "AIB720"].iter().any(|code| finding.starts_with(code))
}

#[test]
fn manifests_say_the_same_on_a_server() {
    let Some(folder) = std::env::var_os("AIGW_TEST_MANIFESTS").filter(|it| !it.is_empty()) else { return };
    unless_skipped!();
    let server = Server::start();
    server.install(&Crds::All);
    let (mut namespaces, mut wrong) = (BTreeSet::new(), vec![]);
    let paths = below(Path::new(&folder));
    assert!(!paths.is_empty(), "no YAML below {}", Path::new(&folder).display());
    for path in paths {
        let made = create(&server, &path, &mut namespaces);
        let live = findings(&load(&server, "admin", "", &everywhere()).unwrap().cluster);
        let expected = findings(&dump(&made, &namespaces));
        let name = path.display();
        eprintln!("{name}: {} objects, {} findings", made.len(), live.len());
        wrong.extend(expected.iter().filter(|it| !live.contains(it)).map(|it| format!("{name}: lost: {it}")));
        wrong.extend(
            live.iter().filter(|it| !expected.contains(it)).map(|it| format!("{name}: made up: {it}")),
        );
        // what a file says by itself does not depend on what else there is
        let request = files::Request { paths: vec![path.clone()], ..files::Request::default() };
        let alone = findings(&files::load(&request, &mut std::io::empty()).cluster);
        wrong.extend(
            alone
                .iter()
                .filter(|it| !live.contains(it) && !is_dropped(it))
                .map(|it| format!("{name}: only alone: {it}")),
        );
        for object in &made {
            server.delete(object);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
