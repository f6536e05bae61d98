//! An API server of one's own: its binaries, its process, its objects, its audit log.

mod assets;
mod audit;
mod objects;
mod proxy;
mod server;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, Once, OnceLock},
};

use aigw_backend::{
    cluster::{
        Cluster, files,
        live::{self, Connection, Failure, Live, Progress, Scope},
    },
    rules,
    trace::{AssumedVersions, World},
};

pub(crate) use objects::{Crds, documents};
pub(crate) use proxy::{Fault, Proxy};
pub(crate) use server::Server;

/// Ends a test early where the live tests are switched off.
macro_rules! unless_skipped {
    () => {
        if crate::support::skipped() {
            return;
        }
    };
}

/// Says something that the test harness does not capture.
pub(crate) fn say(text: &str) {
    writeln!(std::io::stderr(), "{text}").ok();
}

/// Whether the live tests are switched off; says so.
pub(crate) fn skipped() -> bool {
    static SAID: Once = Once::new();
    let off = std::env::var_os("AIGW_SKIP_LIVE_TESTS").is_some_and(|it| it == "1");
    if off {
        SAID.call_once(|| say("AIGW_SKIP_LIVE_TESTS=1: the live tests did not run"));
    }
    off
}

/// The server that most tests share; nothing on it changes.
pub(crate) fn shared() -> &'static Server {
    static SHARED: OnceLock<Option<Server>> = OnceLock::new();
    let start = || {
        let server = Server::start();
        server.install(&Crds::All);
        server.load(&rights_file());
        for path in cluster_files() {
            server.load(&path);
        }
        server
    };
    // what did not work for one test is not tried again for the next
    let shared = SHARED.get_or_init(|| std::panic::catch_unwind(start).ok());
    shared.as_ref().expect("the shared API server is up, or the first test says why it is not")
}

/// A folder of the tests.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// Users and what they may do.
pub(crate) fn rights_file() -> PathBuf {
    folder("live/rights.yaml")
}

/// The clusters that are loaded, each whole in itself and in namespaces of its own.
pub(crate) fn cluster_files() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder("live/clusters")).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    paths
}

struct Quiet;

impl Progress for Quiet {
    fn step(&self, _: &str) {}
}

/// Reads the server as a user.
pub(crate) fn load(server: &Server, user: &str, namespace: &str, scope: &Scope) -> Result<Live, Failure> {
    load_with(&server.connection(user, namespace), scope)
}

/// Reads a server.
pub(crate) fn load_with(connection: &Connection, scope: &Scope) -> Result<Live, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(live::load(connection, scope, None, Arc::new(Quiet)))
}

/// All namespaces.
pub(crate) fn everywhere() -> Scope {
    Scope { all_namespaces: true, ..Scope::default() }
}

/// The clusters' files, said to be complete.
pub(crate) fn files() -> Cluster {
    let request = files::Request { paths: cluster_files(), complete: true, ..files::Request::default() };
    let loaded = files::load(&request, &mut std::io::empty());
    assert_eq!(loaded.problems, []);
    loaded.cluster
}

/// What the rules say of a snapshot, a line each.
pub(crate) fn findings(cluster: &Cluster) -> Vec<String> {
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let world = World::new(cluster, now, &AssumedVersions::default());
    let found = rules::run(&world);
    let line = |it: &rules::Finding| {
        format!("{} {} {} {} {:?}", it.rule.code, it.object, it.path, it.message, it.backends)
    };
    found.iter().map(line).collect()
}
