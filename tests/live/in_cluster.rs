//! The CronJob of `plugin-manifest/in-cluster`: a server takes it, lets its pod in and its account read all, and write nothing.

use std::{
    io::Write as _,
    path::PathBuf,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    roles::rules_of_readme,
    support::{documents, folder, shared},
};

const ACCOUNT: &str = "system:serviceaccount:aigw-backend:aigw-backend-check";

fn path() -> PathBuf {
    folder("../plugin-manifest/in-cluster/cronjob.yaml")
}

fn object(kind: &str) -> Value {
    let found: Vec<Value> = documents(&path()).into_iter().filter(|it| it["kind"] == kind).collect();
    let [object] = found.try_into().unwrap_or_else(|_| panic!("not one {kind}"));
    object
}

fn pod_spec() -> Value {
    object("CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"].clone()
}

/// kubectl as admin, with something to read.
fn kubectl(args: &[&str], input: &str) -> Output {
    let mut command = shared().kubectl("admin");
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// What it printed, where nothing went wrong and nothing was warned of.
fn fine(args: &[&str], input: &str) -> String {
    let output = kubectl(args, input);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && err.is_empty(), "{args:?}: {err}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn the_rights_are_those_of_the_readme() {
    assert_eq!(object("ClusterRole")["rules"], json!(rules_of_readme("ClusterRole")));
}

#[test]
fn all_parts_name_each_other() {
    let namespace = &object("Namespace")["metadata"]["name"];
    let account = &object("ServiceAccount")["metadata"];
    let binding = object("ClusterRoleBinding");
    let role = &object("ClusterRole")["metadata"]["name"];
    assert_eq!([&account["namespace"], &object("CronJob")["metadata"]["namespace"]], [namespace; 2]);
    assert_eq!([&binding["roleRef"]["name"], &binding["roleRef"]["kind"]], [role, &json!("ClusterRole")]);
    assert_eq!(
        binding["subjects"],
        json!([{"kind": "ServiceAccount", "name": account["name"], "namespace": namespace}])
    );
    assert_eq!(pod_spec()["serviceAccountName"], account["name"]);
    // the image runs as the same user, who is not root
    let user = &pod_spec()["securityContext"]["runAsUser"];
    let recipe = std::fs::read_to_string(path().with_file_name("Containerfile")).unwrap();
    assert!(recipe.contains(&format!("\nUSER {user}:{user}\n")), "{recipe}");
    assert!(user.as_u64() > Some(0));
}

#[test]
fn a_server_takes_it_and_lets_only_such_a_pod_in() {
    unless_skipped!();
    let path = path();
    fine(&["apply", "--validate=strict", "-f", path.to_str().unwrap()], "");
    fine(&["-n", "aigw-backend", "create", "job", "--from=cronjob/aigw-backend-check", "try"], "");
    // controllers, of which there are none here, would make this of it
    let pod = |name: &str, spec: &Value| {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "aigw-backend"}, "spec": spec})
            .to_string()
    };
    fine(&["create", "--validate=strict", "-f", "-"], &pod("strict", &pod_spec()));
    for (at, field) in [
        ("/securityContext", "seccompProfile"),
        ("/securityContext", "runAsNonRoot"),
        ("/containers/0/securityContext", "capabilities"),
        ("/containers/0/securityContext", "allowPrivilegeEscalation"),
    ] {
        let mut weaker = pod_spec();
        weaker.pointer_mut(at).unwrap().as_object_mut().unwrap().remove(field).unwrap();
        let refused = kubectl(&["create", "-f", "-"], &pod("weaker", &weaker));
        let err = String::from_utf8_lossy(&refused.stderr);
        assert!(err.contains("violates PodSecurity \"restricted"), "without {field}: {err}");
    }
}

#[test]
fn its_account_reads_all_and_writes_nothing() {
    unless_skipped!();
    let path = path();
    fine(&["apply", "-f", path.to_str().unwrap()], "");
    let until = Instant::now() + Duration::from_secs(60);
    while !kubectl(&["auth", "can-i", "get", "secrets", "-A", "--as", ACCOUNT], "").status.success() {
        assert!(Instant::now() < until, "the binding has no effect");
    }
    let token = fine(&["-n", "aigw-backend", "create", "token", "aigw-backend-check"], "");
    let container = &pod_spec()["containers"][0];
    let args: Vec<&str> = container["args"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let output = Command::new(env!("CARGO_BIN_EXE_kubectl-aigw_backend"))
        .args(args)
        .args(["--token", &token])
        .env("KUBECONFIG", shared().kubeconfig("nobody"))
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    // the clusters of these tests have faults
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!((&report["skipped"], &report["summary"]["complete"]), (&json!([]), &json!(true)));
    let events = shared().events(ACCOUNT);
    assert!(events.len() > 10);
    assert!(events.iter().all(|it| ["get", "list"].contains(&it.verb.as_str())), "{events:?}");
}
