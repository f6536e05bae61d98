//! The real kubectl completes `kubectl aigw-backend` by what the plugin installs.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use crate::support::shared;

/// Adds a folder to the front of a command's path.
fn with(folder: &Path, mut command: Command) -> Command {
    let path = command.get_envs().find(|(key, _)| *key == "PATH").and_then(|(_, value)| value);
    let paths = std::env::split_paths(path.unwrap_or_default()).collect::<Vec<PathBuf>>();
    let path = std::env::join_paths([folder.to_owned()].into_iter().chain(paths)).unwrap();
    command.env("PATH", path);
    command
}

fn installed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut kubectl = with(folder.path(), shared().kubectl("plugin"));
    kubectl.args(["aigw-backend", "completion", "kubectl", "--alias", "--install"]).arg(folder.path());
    let Output { status, stdout, stderr } = kubectl.output().unwrap();
    assert!(status.success() && stderr.is_empty(), "{}", String::from_utf8_lossy(&stderr));
    assert_eq!(String::from_utf8(stdout).unwrap().lines().count(), 2);
    folder
}

/// What kubectl offers, without its explanations.
fn complete(folder: &Path, user: &str, words: &[&str]) -> Vec<String> {
    let mut kubectl = with(folder, shared().kubectl(user));
    let Output { stdout, .. } = kubectl.args(["__complete", "aigw-backend"]).args(words).output().unwrap();
    let text = String::from_utf8(stdout).unwrap();
    text.lines().map(|it| it.split('\t').next().unwrap().to_owned()).collect()
}

#[test]
fn kubectl_completes_what_there_is() {
    unless_skipped!();
    let folder = installed();
    let cases: [(&[&str], &[&str]); 14] = [
        (&["check", "--demo", ""], &[]),
        (&["c"], &["check", "create", "completion"]),
        (&["check", ""], &["deepseek", "ghost", "plain"]),
        (&["check", "-n", "models", ""], &["openai", "vllm"]),
        (&["check", "-A", "de"], &["deepseek"]),
        (&["check", "-n", "mo"], &["models"]),
        (&["check", "--namespace=mo"], &["--namespace=models"]),
        (&["explain", "-n", "models", "v"], &["vllm"]),
        (&["explain", "AIB401"], &["AIB401"]),
        (&["check", "-o", "mark"], &["markdown"]),
        (&["check", "--secrets", "l"], &["list"]),
        (&["create", "x", "--provider", "open"], &["openai", "openrouter"]),
        (&["explain", "--gateway", "nowhere/"], &[]),
        (&["completion", "k"], &["kubectl"]),
    ];
    for (words, offered) in cases {
        let found = complete(folder.path(), "admin", words);
        let offered: Vec<&str> = offered.iter().copied().chain([":4"]).collect();
        let mut sorted = offered.clone();
        sorted.sort_unstable();
        let mut found_sorted = found.clone();
        found_sorted.sort_unstable();
        assert_eq!(found_sorted, sorted, "{words:?}: {found:?}");
    }
    let routes = complete(folder.path(), "plugin", &["explain", "-n", "models", "--route", ""]);
    assert!(routes.len() > 1, "{routes:?}");
}

#[test]
fn who_may_see_nothing_is_offered_nothing() {
    unless_skipped!();
    let folder = installed();
    assert_eq!(complete(folder.path(), "nobody", &["check", ""]), [":4"]);
    let begun = Instant::now();
    let nowhere = ["check", "--server", "https://127.0.0.1:1", ""];
    assert_eq!(complete(folder.path(), "plugin", &nowhere), [":4"]);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

/// It says something on stderr, and reads what is typed.
const PLUGIN: &str = "apiVersion: v1
kind: Config
current-context: c
clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
users:
- name: u
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: sh
      args: [-c, 'echo LOUD >&2; read line; echo $line > GOT']
      interactiveMode: IfAvailable
";

#[test]
fn a_credential_plugin_is_not_heard_and_reads_nothing() {
    unless_skipped!();
    let folder = tempfile::tempdir().unwrap();
    let kubeconfig = folder.path().join("config");
    std::fs::write(&kubeconfig, PLUGIN).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-aigw_backend"));
    command.args(["__complete", "check", ""]).env("KUBECONFIG", &kubeconfig).current_dir(folder.path());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"typed by the user\n").unwrap();
    let Output { stdout, stderr, .. } = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(stdout).unwrap(), ":4\n");
    assert_eq!(String::from_utf8(stderr).unwrap(), "");
    let got = std::fs::read_to_string(folder.path().join("GOT")).unwrap_or_default();
    assert!(!got.contains("typed"), "{got}");
}

#[test]
fn the_alias_is_a_kind_to_create() {
    unless_skipped!();
    let folder = installed();
    let mut kubectl = with(folder.path(), shared().kubectl("plugin"));
    kubectl.args(["create", "aiservicebackend", "x", "--provider", "openai", "--secret", "key"]);
    let Output { stdout, stderr, .. } = kubectl.args(["--dry-run=client", "-o", "name"]).output().unwrap();
    let text = String::from_utf8(stdout).unwrap();
    assert!(
        text.contains("aiservicebackend.aigateway.envoyproxy.io/x"),
        "{text}{}",
        String::from_utf8_lossy(&stderr)
    );
}
