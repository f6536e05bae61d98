//! `check -A` of clusters of all sizes, beside a client that throws the same bytes away and beside kubectl:
//! `cargo bench --bench live [BACKENDS…]`.
//!
//! Each cluster is measured on a real API server, and on a server that replays what that one said.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    reason = "it prints what it measures, and may panic"
)]
#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "the API server of the tests can do more than this needs"
)]

#[path = "cluster.rs"]
mod cluster;
#[path = "fill.rs"]
mod fill;
#[path = "process.rs"]
mod process;
#[path = "raw.rs"]
mod raw;
#[path = "replay.rs"]
mod replay;
#[path = "../live/support/mod.rs"]
mod support;

use std::{path::Path, process::Command, time::Duration};

use kube::{Client, Config, config::KubeConfigOptions};

use self::{
    process::{Cost, cost},
    replay::Replay,
    support::{Crds, Server},
};

/// Clusters that are measured where none are named.
const SIZES: [usize; 4] = [10, 100, 2_000, 20_000];
/// Runs of each, of which the quickest counts: what is slower was disturbed.
const RUNS: usize = 5;
/// The same of kubectl, which takes most of the time.
const KUBECTL_RUNS: usize = 2;
/// Of an answer, where round trips are counted.
const LATENCY: Duration = Duration::from_millis(200);

/// Kinds that `check` lists, as kubectl takes them.
fn kinds() -> String {
    use aigw_backend::model::Kind;
    let listed = Kind::all().filter(|it| !it.info().core || *it == Kind::MutatingWebhookConfiguration);
    let names = listed.map(|it| format!("{}.{}", it.info().plural, it.info().group));
    names.collect::<Vec<_>>().join(",")
}

/// Where a cluster is reached, and how.
struct At<'a> {
    name: &'a str,
    kubeconfig: &'a Path,
    kubectl: &'a Path,
    home: &'a Path,
}

impl At<'_> {
    fn check(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-aigw_backend"));
        command.args(["check", "-A", "-o", "json", "--fail-on", "never"]).env("KUBECONFIG", self.kubeconfig);
        command
    }

    fn raw(&self, urls: &[String]) -> Command {
        let list = self.home.join("urls");
        std::fs::write(&list, urls.join("\n")).unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env("AIGW_BENCH_RAW", list).env("KUBECONFIG", self.kubeconfig);
        command
    }

    fn kubectl(&self) -> Command {
        let mut command = Command::new(self.kubectl);
        command.args(["get", &kinds(), "-A", "-o", "json"]);
        command.env("KUBECONFIG", self.kubeconfig).env("HOME", self.home);
        command
    }

    fn measure(&self, backends: usize, urls: &[String], bytes: usize) {
        let best = |runs: Vec<Cost>| runs.into_iter().min_by_key(|it| it.wall).unwrap();
        // in turn: a server that has just been filled is busy with itself for a while
        let pairs = (0..RUNS).map(|_| (cost(&mut self.check()), cost(&mut self.raw(urls))));
        let (check, raw): (Vec<Cost>, Vec<Cost>) = pairs.unzip();
        let (check, raw) = (best(check), best(raw));
        let kubectl = best((0..KUBECTL_RUNS).map(|_| cost(&mut self.kubectl())).collect());
        let times = |a: &Cost, b: &Cost| a.wall.as_secs_f64() / b.wall.as_secs_f64();
        println!(
            "{backends:8} {:7} {:8} {:7.1} {:8.3}s {:8.3}s {:6.2} {:8.2}s {:8.2}s {:7.1} {:8.0} {:9.3}s {:7.1}",
            self.name,
            urls.len(),
            bytes as f64 / 1e6,
            check.wall.as_secs_f64(),
            raw.wall.as_secs_f64(),
            times(&check, &raw),
            check.cpu.as_secs_f64(),
            raw.cpu.as_secs_f64(),
            check.peak as f64 / 1024.0 / 1024.0,
            raw.peak as f64 / 1024.0 / 1024.0,
            kubectl.wall.as_secs_f64(),
            times(&kubectl, &check),
        );
    }
}

fn client(server: &Server) -> Client {
    let kubeconfig = kube::config::Kubeconfig::read_from(server.kubeconfig("admin")).unwrap();
    let options = KubeConfigOptions::default();
    let runtime = RUNTIME.handle();
    runtime.block_on(async {
        Client::try_from(Config::from_custom_kubeconfig(kubeconfig, &options).await.unwrap()).unwrap()
    })
}

static RUNTIME: std::sync::LazyLock<tokio::runtime::Runtime> =
    std::sync::LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap());

/// Measures a cluster on both servers.
fn bench(backends: usize) {
    let server = Server::start();
    server.install(&Crds::All);
    RUNTIME.block_on(fill::fill(&client(&server), &cluster::objects(backends)));
    let home = tempfile::tempdir().unwrap();
    let kubectl = server.kubectl("admin").get_program().to_owned();
    let at = |name, kubeconfig: &Path| (name, kubeconfig.to_owned());
    let replay = Replay::start(client(&server));
    let loopback = home.path().join("kubeconfig");
    std::fs::write(&loopback, format!("apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{{name: c, cluster: {{server: '{}'}}}}]\ncontexts: [{{name: c, context: {{cluster: c, user: ''}}}}]\n", replay.url())).unwrap();
    let places = [at("real", &server.kubeconfig("admin")), at("replay", &loopback)];
    let [real, replayed] = places.each_ref().map(|(name, kubeconfig)| At {
        name,
        kubeconfig,
        kubectl: Path::new(&kubectl),
        home: home.path(),
    });
    // what is asked for, and what the answers are
    cost(&mut replayed.check());
    let urls = replay.asked();
    cost(&mut replayed.kubectl());
    cost(&mut replayed.raw(&urls));
    let bytes = replay.bytes(&urls);
    real.measure(backends, &urls, bytes);
    replay.seal();
    drop(server);
    replayed.measure(backends, &urls, bytes);
    if backends <= 100 {
        replay.delay(LATENCY);
        let slow = cost(&mut replayed.check());
        println!(
            "{:8} {:7} {:.1} round trips at {} ms",
            "",
            "",
            slow.wall.as_secs_f64() / LATENCY.as_secs_f64(),
            LATENCY.as_millis()
        );
    }
}

fn main() {
    if let Some(list) = std::env::var_os("AIGW_BENCH_RAW") {
        let urls: Vec<String> = std::fs::read_to_string(list).unwrap().lines().map(str::to_owned).collect();
        let kubeconfig = std::env::var_os("KUBECONFIG").unwrap();
        // as many threads as the program has
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        return runtime.block_on(raw::run(&kubeconfig, &urls));
    }
    // cargo adds flags of its own
    let named: Vec<usize> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    let sizes = if named.is_empty() { SIZES.to_vec() } else { named };
    println!(
        "backends server  requests      MB     check       raw  ratio      CPU   raw CPU     MiB  raw MiB    kubectl   times"
    );
    sizes.into_iter().for_each(bench);
}
