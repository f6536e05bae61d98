//! The binary as a client of a server, and what holds whatever that server does.

use std::{
    collections::BTreeMap,
    fs::File,
    path::Path,
    process::{Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{cluster, server::Server};

/// How a run went.
pub(crate) struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
    /// The table of the same run, where there was one.
    pub table: String,
    pub took: Duration,
    /// The most memory that it held, in MiB, where the system tells.
    pub peak: u64,
}

/// What a run may take beyond the time that it is given, on a machine that is busy.
const GRACE: Duration = Duration::from_secs(60);

/// The time that flags give a run: its own, or that of a request in each of two rounds.
fn given(args: &[&str]) -> Duration {
    let seconds = |flag: &str| {
        let value = args.iter().skip_while(|it| **it != flag).nth(1)?;
        Some(Duration::from_secs(value.strip_suffix('s').unwrap().parse().unwrap()))
    };
    let run = seconds("--timeout");
    run.or_else(|| Some(2 * seconds("--request-timeout")?)).unwrap_or_default()
}

/// A kubeconfig of a server, with more lines for its cluster.
pub(crate) fn kubeconfig(server: &str, more: &str) -> String {
    let cluster = format!("server: '{server}'{more}");
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: test\n\
         clusters:\n- {{name: test, cluster: {{{cluster}}}}}\n\
         users:\n- {{name: test, user: {{token: a-token}}}}\n\
         contexts:\n- {{name: test, context: {{cluster: test, user: test, namespace: default}}}}\n"
    )
}

/// `check -A` of a server over plain HTTP.
pub(crate) fn check(server: &Server, args: &[&str]) -> Ran {
    run(&kubeconfig(&format!("http://{}", server.address()), ""), args, &[])
}

/// `check -A` with a kubeconfig and with variables.
pub(crate) fn run(kubeconfig: &str, args: &[&str], variables: &[(&str, String)]) -> Ran {
    let home = tempfile::tempdir().unwrap();
    let file = |name: &str| home.path().join(name);
    std::fs::write(file("kubeconfig"), kubeconfig).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-aigw_backend"));
    command
        .args(["check", "-A", "-o", "json", "-o"])
        .arg(format!("table={}", file("table").display()))
        .args(args)
        .env_clear()
        .env("HOME", home.path())
        .env("KUBECONFIG", file("kubeconfig"))
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(File::create(file("out")).unwrap())
        .stderr(File::create(file("err")).unwrap());
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    let mut peak = 0;
    let code = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        peak = peak.max(memory(child.id()));
        if begun.elapsed() > given(args) + GRACE {
            child.kill().unwrap();
            child.wait().unwrap();
            break None;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let read = |name: &str| std::fs::read_to_string(file(name)).unwrap_or_default();
    Ran { code, out: read("out"), err: read("err"), table: read("table"), took: begun.elapsed(), peak }
}

/// The most that a process has held so far.
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status"));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    line.and_then(|it| it.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()).unwrap_or_default() / 1024
}

/// What a run says that can be true or false.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Said {
    /// Health by backend.
    pub health: BTreeMap<String, String>,
    /// Findings without those parts that more knowledge makes longer.
    pub findings: Vec<String>,
}

/// An entry of `skipped`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gap {
    pub kind: String,
    pub reason: String,
    pub message: String,
    pub remedy: String,
}

impl Ran {
    fn report(&self) -> Option<Value> {
        serde_json::from_str(&self.out).ok()
    }

    pub(crate) fn said(&self) -> Said {
        let report = self.report().unwrap_or_default();
        let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        let place = |it: &Value| format!("{}/{}", text(&it["namespace"]), text(&it["name"]));
        let all = |field: &str| report[field].as_array().cloned().unwrap_or_default();
        let finding = |it: &Value| format!("{} {} {}", text(&it["code"]), it["object"], text(&it["path"]));
        Said {
            health: all("backends").iter().map(|it| (place(it), text(&it["health"]))).collect(),
            findings: all("findings").iter().map(finding).collect(),
        }
    }

    pub(crate) fn skipped(&self) -> Vec<Gap> {
        let report = self.report().unwrap_or_default();
        let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        let gap = |it: &Value| Gap {
            kind: text(&it["kind"]),
            reason: text(&it["reason"]),
            message: text(&it["message"]),
            remedy: text(&it["remedy"]),
        };
        report["skipped"].as_array().map(|all| all.iter().map(gap).collect()).unwrap_or_default()
    }

    /// What is wrong with it whatever the server did, a line each.
    pub(crate) fn wrong(&self) -> Vec<String> {
        self.worse_than(healthy())
    }

    /// The same, against what is said of the same cluster by a server that is well.
    pub(crate) fn worse_than(&self, healthy: &Said) -> Vec<String> {
        let mut wrong = vec![];
        let mut claim = |holds: bool, what: String| {
            if !holds {
                wrong.push(what);
            }
        };
        claim(self.code.is_some(), format!("it hangs or was killed after {:?}", self.took));
        claim(!self.err.contains("panicked") && self.code != Some(101), format!("it panics: {}", self.err));
        for text in [&self.out, &self.err, &self.table] {
            claim(!text.contains("example-of-a-key"), "it shows a key".to_owned());
        }
        if self.code == Some(2) {
            claim(self.out.is_empty(), format!("with an error there is an answer: {}", self.out));
            let errors = self.err.lines().filter(|it| it.starts_with("error:")).count();
            claim(errors == 1, format!("{errors} errors: {}", self.err));
            claim(self.err.lines().count() >= 2, format!("it does not say what to do: {}", self.err));
            return wrong;
        }
        claim(self.report().is_some(), format!("no report: {}{}", self.out, self.err));
        let said = self.said();
        for finding in &said.findings {
            claim(healthy.findings.contains(finding), format!("invented: {finding}"));
        }
        for (name, health) in &said.health {
            let well = healthy.health.get(name).map(String::as_str);
            let holds = well == Some(health.as_str()) || health == "unknown";
            // what hides the error may leave the lesser finding
            let less = health == "warn" && well == Some("fail");
            claim(holds || less, format!("{name} is {health}, and {well:?} when all can be read"));
        }
        let gaps = self.skipped();
        let listed = self.table.contains("not checked:");
        claim(listed != gaps.is_empty(), format!("the table and {gaps:?} differ: {}", self.table));
        claim(gaps.iter().all(|it| !it.remedy.is_empty()), format!("no remedy: {gaps:?}"));
        let late = gaps.iter().filter(|it| it.reason == "timeout");
        let more = late.filter(|it| !it.remedy.contains("--request-timeout"));
        wrong.extend(more.map(|it| format!("no remedy for one request that takes long: {it:?}")));
        wrong
    }
}

/// What is said of the example when nothing fails.
pub(crate) fn healthy() -> &'static Said {
    static HEALTHY: OnceLock<Said> = OnceLock::new();
    HEALTHY.get_or_init(|| {
        let documents = cluster::demo();
        let ran = check(&Server::start(move |asked| cluster::answer(&documents, asked)), &[]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
        assert_eq!(ran.skipped(), []);
        ran.said()
    })
}
