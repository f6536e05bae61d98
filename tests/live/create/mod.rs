//! `create`, on a server of its own.

mod broken;
mod made;

use std::{
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use aigw_backend::model::Kind;
use serde_json::Value;

use crate::support::{Crds, Proxy, Server, cluster_files};

/// What every key in these tests holds.
const CANARY: &str = "sk-canary-4711";
/// Kinds that a run creates.
const KINDS: [Kind; 7] = [
    Kind::Secret,
    Kind::Backend,
    Kind::BackendTLSPolicy,
    Kind::BackendSecurityPolicy,
    Kind::AIServiceBackend,
    Kind::ReferenceGrant,
    Kind::AIGatewayRoute,
];

/// A server with a healthy platform, on which much is created.
fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let server = Server::start();
        server.install(&Crds::All);
        server.load(&cluster_files()[0]);
        server
    })
}

fn namespace(name: &str) {
    server().apply(&serde_json::json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}));
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn ran(output: Output) -> Ran {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let ran =
        Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) };
    for stream in [&ran.out, &ran.err] {
        assert!(!stream.contains("canary") && !stream.contains("c2stY2FuYXJ5"), "{stream}");
    }
    ran
}

fn typed(mut command: Command, stdin: &str) -> Ran {
    use std::io::Write as _;
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    // one that reads nothing may be gone already
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    ran(child.wait_with_output().unwrap())
}

/// Through kubectl.
fn create(args: &[&str], stdin: &str) -> Ran {
    let mut command = server().kubectl("admin");
    command.args(["aigw-backend", "create"]).args(args);
    typed(command, stdin)
}

/// Through a proxy that fails.
fn create_by(proxy: &Proxy, args: &[&str], stdin: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-aigw_backend"));
    command.args(["create", "--server", &proxy.url()]).args(args);
    command.env("KUBECONFIG", server().kubeconfig("admin"));
    typed(command, stdin)
}

/// `Kind name` of what is in a namespace.
fn there(namespace: &str) -> Vec<String> {
    let mut found = vec![];
    for kind in KINDS {
        let version = kind.info().versions[0];
        let list = server().get(&kind.info().url(version, Some(namespace))).unwrap();
        let list: Value = serde_json::from_str(&list).unwrap();
        let names =
            list["items"].as_array().unwrap().iter().map(|it| it["metadata"]["name"].as_str().unwrap());
        found.extend(names.map(|it| format!("{kind} {it}")));
    }
    found
}

fn spec(kind: Kind, namespace: &str, name: &str) -> Value {
    let url = format!("{}/{name}", kind.info().url(kind.info().versions[0], Some(namespace)));
    let object: Value = serde_json::from_str(&server().get(&url).unwrap()).unwrap();
    object["spec"].clone()
}

/// What `check` says above info of one backend.
fn loud(namespace: &str, name: &str) -> Vec<Value> {
    let mut command = server().kubectl("admin");
    command.args(["aigw-backend", "check", name, "-n", namespace, "-o", "json"]);
    let report: Value = serde_json::from_str(&typed(command, "").out).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    findings.filter(|it| it["severity"] != "info").cloned().collect()
}
