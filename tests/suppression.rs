//! What is accepted does not count anywhere, and is shown as such.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

use std::path::Path;

use aigw_backend::cli::{self, Answer, Terminal};
use serde_json::Value;

const DEMO: &str = include_str!("../src/demo/cluster.yaml");

/// Runs a command line over the example cluster, or what a test makes of it.
fn run(line: &str, cluster: &str) -> Answer {
    let line = format!("kubectl-aigw_backend {line} -f - --assume-complete");
    let args = line.split_whitespace().map(Into::into);
    cli::run(args, &Terminal::PIPE, "2026-10-01T00:00:00Z".parse().unwrap(), &mut cluster.as_bytes())
}

fn report(flags: &str, cluster: &str) -> Value {
    let answer = run(&format!("check -o json {flags}"), cluster);
    serde_json::from_str(&answer.stdout).expect(&answer.stderr)
}

fn codes(of: &Value) -> Vec<&str> {
    of.as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect()
}

fn code(flags: &str, cluster: &str) -> u8 {
    run(&format!("check {flags}"), cluster).code.number()
}

/// The example, with an annotation on an AIServiceBackend that has a warning.
fn annotated(text: &str) -> String {
    let meta = "kind: AIServiceBackend\nmetadata: {name: azure, ";
    assert!(DEMO.contains(meta));
    DEMO.replace(meta, &format!("{meta}annotations: {{aigw-backend/ignore: '{text}'}}, "))
}

#[test]
fn what_is_suppressed_counts_nowhere() {
    let all = report("", DEMO);
    assert_eq!(codes(&all["findings"]), ["AIB304", "AIB401", "AIB503"]);
    assert_eq!((&all["summary"]["suppressed"], &all["suppressed"]), (&0.into(), &Value::Array(vec![])));
    let flags =
        "--ignore aib304:backendtlspolicy/default/claude-tls,AIB401:Secret/default/other --ignore AIB503";
    let left = report(flags, DEMO);
    assert_eq!(codes(&left["findings"]), ["AIB401"]);
    assert_eq!(codes(&left["suppressed"]), ["AIB304", "AIB503"]);
    assert_eq!(left["summary"]["findings"]["error"], 1);
    assert_eq!(left["summary"]["suppressed"], 2);
    assert_eq!(left["summary"]["ok"], 5);
    let first = &left["suppressed"][0];
    assert_eq!(first["by"], "flag");
    assert_eq!(first["reason"], "--ignore AIB304:BackendTLSPolicy/default/claude-tls");
    assert_eq!(first["object"], all["findings"][0]["object"]);
    let names = run(&format!("check -o name {flags}"), DEMO).stdout;
    assert_eq!(names, "aiservicebackend.aigateway.envoyproxy.io/mistral\n");
    let table = run(&format!("check {flags}"), DEMO).stdout;
    assert!(table.contains("\nsuppressed: 2 by flag: -o json lists them\n"), "{table}");
    assert_eq!(code(flags, DEMO), 1);
    assert_eq!(code(&format!("{flags},secret-missing --fail-on info --strict"), DEMO), 0);
}

#[test]
fn an_annotation_is_a_reason() {
    let cluster = annotated("AIB503, AIB304 the preview API is meant");
    let left = report("--ignore AIB503", &cluster);
    assert_eq!(codes(&left["findings"]), ["AIB304", "AIB401"], "an annotation is about its own object");
    assert_eq!(left["suppressed"][0]["by"], "annotation");
    assert_eq!(left["suppressed"][0]["reason"], "the preview API is meant");
    let tree = run("explain backend/default/azure", &cluster).stdout;
    assert!(tree.starts_with("default/azure · ✔ ok"), "as check says: {tree}");
    assert!(
        tree.contains("· AIB503 azure-without-api-version, ignored by annotation: the preview API"),
        "{tree}"
    );
}

#[test]
fn a_slip_in_an_annotation_is_told() {
    let answer = run("check -o name --fail-on warning", &annotated("AIB5O3 \\e[1m"));
    assert_eq!(answer.code.number(), 1);
    assert!(answer.stdout.contains("/azure\n"));
    assert_eq!(
        answer.stderr,
        "note: AIServiceBackend default/azure: annotation aigw-backend/ignore: no rule `AIB5O3`\n"
    );
}

#[test]
fn a_baseline_lets_only_new_findings_fail() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("known.json");
    let (write, read) =
        (format!("--write-baseline {}", file.display()), format!("--baseline {}", file.display()));
    let known = || -> Value { serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap() };

    let healed = DEMO.replace("kind: Service, name: claude}", "kind: Backend, name: claude}").replace(
        "{group: \"\", kind: Backend, name: claude}",
        "{group: gateway.envoyproxy.io, kind: Backend, name: claude}",
    );
    assert_eq!(codes(&report("", &healed)["findings"]), ["AIB401", "AIB503"]);
    let answer = run(&format!("check -o name {write}"), &healed);
    assert_eq!((answer.code.number(), answer.stderr.as_str()), (1, ""), "it is a check all the same");
    let schema: Value = serde_json::from_str(include_str!("schema/baseline.schema.json")).unwrap();
    jsonschema::draft202012::new(&schema).unwrap().validate(&known()).unwrap();
    assert_eq!(codes(&known()["findings"]), ["AIB401", "AIB503"]);

    assert_eq!(code(&format!("{read} --fail-on info --strict"), &healed), 0);
    let left = report(&read, DEMO);
    assert_eq!(codes(&left["findings"]), ["AIB304"]);
    assert_eq!(codes(&left["suppressed"]), ["AIB401", "AIB503"]);
    assert_eq!(left["suppressed"][0]["by"], "baseline");
    assert_eq!(code(&read, DEMO), 1);

    // a fault that is gone is told, but not of places that nobody looked at
    assert_eq!(code(&format!("{write} {read}"), DEMO), 1);
    assert_eq!(codes(&known()["findings"]), ["AIB304", "AIB401", "AIB503"]);
    let stderr = |flags: &str| run(&format!("check -o name {read} {flags}"), &healed).stderr;
    assert_eq!(stderr(""), "note: 1 finding of the baseline did not occur\n");
    assert_eq!(stderr("-n default"), "note: 1 finding of the baseline did not occur\n");
    assert_eq!(stderr("-l x=y").matches("baseline").count(), 0);
    assert_eq!(stderr("-n nowhere").matches("baseline").count(), 0);
    run(&format!("check {write} {read} -n nowhere"), &healed);
    assert_eq!(codes(&known()["findings"]), ["AIB304", "AIB401", "AIB503"], "what was not looked at stays");
    run(&format!("check {write} {read} --ignore AIB401"), &healed);
    assert_eq!(codes(&known()["findings"]), ["AIB503"], "what another word accepts need not be known");
}

#[test]
fn a_baseline_that_is_none_ends_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("known.json");
    for (text, said) in [
        (None, "No such file"),
        (Some("findings: []"), "it is not JSON"),
        (Some(r#"{"apiVersion": "aigw-backend/v1", "kind": "HealthReport"}"#), "it is a HealthReport of"),
        (
            Some(r#"{"apiVersion": "aigw-backend/v2", "kind": "Baseline"}"#),
            "it is a Baseline of aigw-backend/v2",
        ),
        (Some(r#"{"apiVersion": "aigw-backend/v1", "kind": "Baseline", "findings": 1}"#), "invalid type"),
    ] {
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let answer = run(&format!("check --baseline {}", file.display()), DEMO);
        assert_eq!((answer.code.number(), answer.stdout.as_str()), (2, ""));
        assert!(
            answer.stderr.contains(said) && answer.stderr.contains("--write-baseline"),
            "{}",
            answer.stderr
        );
    }
}

#[test]
fn a_baseline_of_a_part_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("known.json");
    std::fs::write(&file, "mine").unwrap();
    let answer = run(&format!("check -f /no/such/file --write-baseline {}", file.display()), DEMO);
    assert_eq!(answer.code.number(), 2);
    assert!(answer.stderr.contains("not all could be read"), "{}", answer.stderr);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    let answer = run(&format!("check --write-baseline {}", Path::new("/dev/null").display()), DEMO);
    assert_eq!(answer.code.number(), 2, "{}", answer.stderr);
}
