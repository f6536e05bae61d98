//! Through the real kubectl, which finds the plugin on its path.

use std::process::Output;

use serde_json::Value;

use crate::support::{Server, shared};

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run(server: &Server, user: &str, args: &[&str]) -> Ran {
    let Output { status, stdout, stderr } =
        server.kubectl(user).arg("aigw-backend").args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let ran = Ran { code: status.code().unwrap(), out: text(stdout), err: text(stderr) };
    for stream in [&ran.out, &ran.err] {
        assert!(!stream.contains("canary") && !stream.contains("Y2FuYXJ5"), "{args:?}: {stream}");
    }
    ran
}

fn backends(ran: &Ran) -> Vec<String> {
    let report: Value =
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    let rows = report["backends"].as_array().unwrap();
    let mut names: Vec<String> = rows
        .iter()
        .map(|it| format!("{}/{}", it["namespace"].as_str().unwrap(), it["name"].as_str().unwrap()))
        .collect();
    names.sort();
    names
}

#[test]
fn which_backends_are_checked() {
    unless_skipped!();
    let shop = ["shop/deepseek", "shop/ghost", "shop/plain"];
    let cases: [(&[&str], &[&str]); 7] = [
        (&[], &shop),
        (&["-n", "shop"], &shop),
        (&["-n", "models"], &["models/openai", "models/vllm"]),
        (
            &["-A"],
            &["models/openai", "models/vllm", "owners/cohere", "shop/deepseek", "shop/ghost", "shop/plain"],
        ),
        (&["-A", "-l", "tier=paid"], &["models/openai"]),
        (&["ghost"], &["shop/ghost"]),
        (&["-n", "models", "aiservicebackend/vllm"], &["models/vllm"]),
    ];
    for (args, expected) in cases {
        let args = [&["check", "-o", "json"], args].concat();
        assert_eq!(backends(&run(shared(), "plugin", &args)), expected, "{args:?}");
    }
}

#[test]
fn exit_codes_tell_what_happened() {
    unless_skipped!();
    let cases: [(&str, &[&str], i32); 6] = [
        ("plugin", &["check"], 1),
        ("plugin", &["check", "--fail-on", "never"], 0),
        ("plugin", &["check", "no-such-backend"], 2),
        ("nobody", &["check"], 2),
        ("tenant", &["check", "-A"], 2),
        ("plugin", &["check", "--context", "no-such-context"], 2),
    ];
    for (user, args, code) in cases {
        let ran = run(shared(), user, args);
        assert_eq!(ran.code, code, "{user} {args:?}: {}{}", ran.out, ran.err);
        if code == 2 {
            assert_eq!(ran.out, "", "{args:?}");
            assert!(!ran.err.is_empty(), "{args:?}");
        }
    }
}

#[test]
fn every_format_keeps_secrets() {
    unless_skipped!();
    for format in ["table", "wide", "json", "yaml", "name"] {
        let ran = run(shared(), "plugin", &["check", "-A", "-o", format, "-v", "9"]);
        assert_eq!(ran.code, 1, "{format}: {}", ran.err);
        assert!(ran.out.contains("ghost"), "{format}: {}", ran.out);
    }
}

#[test]
fn what_may_not_be_read_is_named() {
    unless_skipped!();
    let ran = run(shared(), "blind", &["check", "-A", "-o", "json", "--fail-on", "never"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let skipped = report["skipped"].as_array().unwrap();
    assert!(skipped.iter().any(|it| it["kind"] == "Secret" && it["reason"] == "forbidden"), "{skipped:?}");
    assert_eq!(run(shared(), "blind", &["check", "-n", "models", "--strict"]).code, 3);
}

#[test]
fn kubectl_s_impersonation_reaches_the_server() {
    unless_skipped!();
    let ran = run(shared(), "admin", &["check", "-A", "--as", "nobody"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("aiservicebackends") || ran.err.contains("AIServiceBackends"), "{}", ran.err);
}
