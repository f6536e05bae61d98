//! Two hundred runs at once.
//!
//! In one process: what is tried is what many clients do to a server, and two hundred processes would try this machine.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use aigw_backend::cluster::live::{self, Connection, Progress, Scope};

use crate::{
    cluster,
    server::{Asked, Server},
};

const RUNS: usize = 200;

/// Connections of one run: a list per kind at once, and then at most 32 gets.
const CONNECTIONS: usize = 32;

struct Quiet;

impl Progress for Quiet {
    fn step(&self, _: &str) {}
}

#[test]
fn two_hundred_runs_are_all_answered() {
    let documents = cluster::demo();
    // each run under a path of its own, by which its connections are told apart
    let server = Server::start(move |asked| {
        let (_, path) = asked.path[1..].split_once('/').unwrap();
        cluster::answer(&documents, &Asked { path: format!("/{path}"), ..asked.clone() })
    });
    let kubeconfig = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(kubeconfig.path(), "apiVersion: v1\nkind: Config\n").unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let run = |number: usize| {
        let connection = Connection {
            kubeconfig: Some(kubeconfig.path().to_owned()),
            server: Some(format!("http://{}/{number}", server.address())),
            ..Connection::default()
        };
        let scope = Scope { all_namespaces: true, ..Scope::default() };
        runtime.spawn(async move {
            let live = live::load(&connection, &scope, Some(Duration::from_secs(300)), Arc::new(Quiet))
                .await
                .unwrap();
            assert!(!live.timed_out);
            format!("{:?}", live.cluster)
        })
    };
    let runs: Vec<_> = (0..RUNS).map(run).collect();
    let read: Vec<String> = runs.into_iter().map(|it| runtime.block_on(it).unwrap()).collect();
    assert!(read[0].contains("openai"));
    assert!(read.iter().all(|it| *it == read[0]));
    let connections = server.connections();
    assert_eq!(connections.len(), RUNS);
    let most = connections.values().max().unwrap();
    assert!(*most <= CONNECTIONS, "{most} connections of one run");
    let mut requests: BTreeMap<String, usize> = BTreeMap::new();
    for asked in server.asked() {
        *requests.entry(asked.path.split('/').nth(1).unwrap().to_owned()).or_default() += 1;
    }
    let counts: Vec<usize> = requests.into_values().collect();
    assert!(counts.iter().all(|it| *it == counts[0]), "{counts:?}");
}
