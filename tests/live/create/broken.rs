//! Runs that do not come to their end, and what they may not show.

use std::process::{Command, Stdio};

use super::{CANARY, KINDS, create, create_by, namespace, ran, server, there};
use crate::support::{Fault, Proxy};

/// A backend with everything: seven writes.
const ALL: [&str; 13] = [
    "full",
    "-n",
    "faults",
    "--provider",
    "openai",
    "--secret-stdin",
    "--route",
    "edge/chat",
    "--gateway",
    "models/ai",
    "--model",
    "m",
    "--force",
];

#[test]
fn whatever_fails_in_the_middle_nothing_is_left() {
    unless_skipped!();
    namespace("faults");
    namespace("edge");
    let counted = Proxy::start(server(), 0, Fault::None);
    let whole = create_by(&counted, &ALL, CANARY);
    assert_eq!((whole.code, counted.writes()), (0, 8), "{}", whole.err);
    assert_eq!(there("faults").len() + there("edge").len(), 8);
    clear("faults");
    clear("edge");
    for at in 0..counted.writes() {
        let faults = [403, 409, 422, 500].map(Fault::Status);
        for fault in faults.into_iter().chain([Fault::CutBefore, Fault::CutAfter]) {
            let proxy = Proxy::start(server(), at, fault);
            let ran = create_by(&proxy, &ALL, CANARY);
            assert_eq!((ran.code, ran.out.as_str()), (2, ""), "write {at}: {}", ran.err);
            assert!(ran.err.contains("nothing of this run is left"), "write {at}: {}", ran.err);
            let left = [there("faults"), there("edge")].concat();
            assert!(left.is_empty(), "write {at}: {left:?}\n{}", ran.err);
        }
    }
}

fn clear(namespace: &str) {
    for kind in KINDS {
        let all = kind.info().url(kind.info().versions[0], Some(namespace));
        server().send(http::Request::delete(all).body(vec![]).unwrap()).unwrap();
    }
}

#[test]
fn of_two_at_once_one_wins() {
    unless_skipped!();
    namespace("race");
    let args = ["one", "-n", "race", "--provider", "openai", "--secret-stdin"];
    let other = move || {
        let first = create(&args, CANARY);
        assert_eq!(first.code, 0, "{}", first.err);
    };
    let proxy = Proxy::start(server(), 0, Fault::Meanwhile(Box::new(other)));
    let second = create_by(&proxy, &args, CANARY);
    assert_eq!(second.code, 2, "{}", second.out);
    assert!(second.err.contains("somebody has created it in the meantime"), "{}", second.err);
    assert_eq!(there("race").len(), 5);
}

#[test]
fn an_interrupted_run_leaves_nothing() {
    unless_skipped!();
    namespace("stopped");
    for signal in ["INT", "TERM", "HUP"] {
        let (told, heard) = std::sync::mpsc::channel();
        let pause = move || {
            told.send(()).unwrap();
            std::thread::sleep(std::time::Duration::from_secs(1));
        };
        let proxy = Proxy::start(server(), 2, Fault::Meanwhile(Box::new(pause)));
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-aigw_backend"));
        command.args(["create", "x", "-n", "stopped", "--provider", "openai", "--secret", "k", "--force"]);
        command.args(["--server", &proxy.url()]).env("KUBECONFIG", server().kubeconfig("admin"));
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        heard.recv().unwrap();
        let kill = format!("kill -{signal} {}", child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let stopped = ran(child.wait_with_output().unwrap());
        assert_eq!(stopped.code, 2, "{signal}: {}{}", stopped.out, stopped.err);
        assert!(stopped.err.contains("interrupted"), "{signal}: {}", stopped.err);
        assert_eq!(there("stopped"), [] as [String; 0], "{signal}");
    }
}

#[test]
fn what_a_server_quotes_is_not_shown() {
    unless_skipped!();
    namespace("quoted");
    let proxy = Proxy::start(server(), 0, Fault::Quote);
    let quoted = create_by(&proxy, &["q", "-n", "quoted", "--provider", "openai", "--secret-stdin"], CANARY);
    assert_eq!(quoted.code, 2, "{}", quoted.out);
    assert!(quoted.err.contains("Secret quoted/q-key: the server's words are not shown"), "{}", quoted.err);
}

#[test]
fn no_key_reaches_the_audit_log() {
    unless_skipped!();
    namespace("audit");
    assert_eq!(create(&["k", "-n", "audit", "--provider", "openai", "--secret-stdin"], CANARY).code, 0);
    let log = server().audit();
    assert!(log.contains("\"audit\"") && !log.contains("canary") && !log.contains("c2stY2FuYXJ5"));
}
