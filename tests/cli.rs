//! The command line from end to end: transcripts, and what must hold for any output.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

use std::{path::Path, sync::LazyLock};

use aigw_backend::cli::{self, Answer, Terminal};
use serde_json::Value;

const NOW: &str = "2026-10-01T00:00:00Z";

/// Runs a command line, with a text as standard input.
fn run(line: &str, stdin: &str) -> Answer {
    let args = std::iter::once("kubectl-aigw_backend").chain(line.split_whitespace()).map(Into::into);
    cli::run(args, &Terminal::PIPE, NOW.parse().expect("a time"), &mut stdin.as_bytes())
}

/// Reports by whatever path they come.
fn reports() -> Vec<Value> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let plain = tests.join("cmd/check.in/plain.yaml");
    let lines = [
        "check --demo -o json".to_owned(),
        "check --demo -n nowhere -o json".to_owned(),
        format!("check -f {} -o json", plain.display()),
        format!("check -f {} --assume-complete -o json", plain.display()),
        format!("check -R -f {} --assume-complete -o json", tests.join("clusters").display()),
        format!("check -R -f {} -o json", tests.join("rules").display()),
    ];
    lines.iter().map(|line| serde_json::from_str(&run(line, "").stdout).expect(line)).collect()
}

#[test]
fn transcripts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    trycmd::TestCases::new()
        .env("AIGW_BACKEND", env!("CARGO_BIN_EXE_kubectl-aigw_backend"))
        .register_bin("kubectl", root.join("tests/cmd/bin/kubectl").as_path())
        .case("tests/cmd/*.md")
        .case("README.md");
}

fn follow(schema: &str, reports: &[Value]) {
    let schema: Value = serde_json::from_str(schema).unwrap();
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is one");
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for report in reports {
        let errors: Vec<String> =
            validator.iter_errors(report).map(|it| format!("{}: {it}", it.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new(), "{}", report["kind"]);
    }
}

#[test]
fn reports_follow_their_schema() {
    follow(include_str!("schema/health-report.schema.json"), &reports());
    let all = |lines: &[&str]| -> Vec<Value> {
        lines.iter().map(|line| serde_json::from_str(&run(line, "").stdout).expect(line)).collect()
    };
    let requests = all(&[
        "explain --demo --model gpt-4o -o json",
        "explain --demo --model claude-sonnet-4 --path /anthropic/v1/messages -o json",
        "explain --demo --model nobody-has-it --route models -o json",
        "explain --demo --gateway ai-gateway --path /v1/models --method get -o json",
        "explain --demo --gateway ai-gateway --port 4711 -o json",
    ]);
    follow(include_str!("schema/request-trace.schema.json"), &requests);
    let backends = all(&["explain --demo openai -o json", "explain --demo backend/default/claude -o json"]);
    follow(include_str!("schema/backend-trace.schema.json"), &backends);
}

#[test]
fn yaml_says_what_json_says() {
    let of = |format: &str| run(&format!("check --demo -o {format}"), "").stdout;
    let json: Value = serde_json::from_str(&of("json")).unwrap();
    let yaml: Value = serde_saphyr::from_str(&of("yaml")).unwrap();
    assert_eq!(json, yaml);
}

#[test]
fn arguments_do_not_speak_to_a_terminal() {
    let terminal = Terminal { color: true, color_stderr: true, ..Terminal::PIPE };
    for line in
        ["{}", "check --{}", "check -o {}", "check --demo {} --color never", "explain {} --color never"]
    {
        let args = line.split_whitespace().map(|it| it.replace("{}", "x\u{1b}[31m\u{202e}y").into());
        let args = std::iter::once("kubectl-aigw_backend".into()).chain(args);
        let answer = cli::run(args, &terminal, NOW.parse().unwrap(), &mut "".as_bytes());
        assert_eq!(answer.code.number(), 2, "{line}");
        assert!(!answer.stderr.contains(['\u{1b}', '\u{202e}']), "{line}: {:?}", answer.stderr);
    }
}

/// Everything but what stands there to be copied.
fn prose(text: &str) -> Vec<&str> {
    let mut inside = false;
    let copied = |line: &&str| {
        inside = if inside { *line != "EOF" } else { line.starts_with("kubectl apply -f -") };
        !inside && !line.trim_start().starts_with("kubectl ")
    };
    text.lines().filter(copied).collect()
}

/// Three backends with long names, in two namespaces.
static LONG: LazyLock<String> = LazyLock::new(|| {
    let template = include_str!("cmd/check.in/plain.yaml");
    let one = |namespace: &str, name: &str| {
        template
            .replace("namespace: models", &format!("namespace: {namespace}"))
            .replace("name: openai", &format!("name: {name}"))
    };
    let long = |start: &str, length: usize| format!("{start}-{}-end", "x".repeat(length));
    [one(&long("prod", 50), &long("openai", 200)), one("dev", &long("azure", 60)), one("dev", "a")]
        .join("---\n")
});

#[test]
fn a_pipe_gets_80_columns() {
    for (line, stdin) in [
        ("check --demo", ""),
        ("check --demo --ascii", ""),
        ("check -f - --assume-complete", LONG.as_str()),
        ("check -f -", LONG.as_str()),
        ("check -f - -n dev --ascii", LONG.as_str()),
        ("explain", ""),
        ("explain AIB302", ""),
    ] {
        let answer = run(line, stdin);
        assert!(!answer.stdout.is_empty(), "{line}: {}", answer.stderr);
        for shown in prose(&answer.stdout) {
            let columns = shown.chars().count();
            assert!(columns <= 80 || shown.starts_with("    "), "{line}: {columns} columns\n{shown}");
        }
    }
    let table = run("check -f - --assume-complete", &LONG).stdout;
    assert!(table.starts_with("NAMESPACE") && table.contains('…'), "{table}");
}

#[test]
fn a_narrow_terminal_gets_lines_that_fit() {
    for columns in [40, 60, 80, 200] {
        let terminal = Terminal { columns: Some(columns), ..Terminal::PIPE };
        for (line, stdin) in [("check --demo", ""), ("check -f - --assume-complete", LONG.as_str())] {
            let args = std::iter::once("aigw").chain(line.split_whitespace()).map(Into::into);
            let answer = cli::run(args, &terminal, NOW.parse().unwrap(), &mut stdin.as_bytes());
            for shown in prose(&answer.stdout) {
                let width = shown.chars().count();
                assert!(
                    width <= columns || shown.starts_with("    ") || shown.contains("kubectl "),
                    "{line}: {width} of {columns}\n{shown}"
                );
            }
        }
    }
}

#[test]
fn ascii_is_ascii() {
    let table = run("check -f - --assume-complete --ascii", &LONG).stdout;
    assert!(table.is_ascii(), "{table}");
}

#[test]
fn colour_changes_nothing_else() {
    let of = |flags: &str| run(&format!("check -f - --assume-complete {flags}"), &LONG).stdout;
    assert_eq!(of(""), of("--color never"));
    let colored = of("--color always");
    assert!(colored.contains("\u{1b}["));
    let mut plain = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain += before;
        rest = after.split_once('m').unwrap().1;
    }
    assert_eq!(plain + rest, of(""));
}

#[test]
fn nothing_from_a_cluster_speaks_to_a_terminal() {
    let nasty = r"\u001b[2J\u001b]0;owned\u0007\u009b31m\u007f\u202Egnp\u2066\u200B\uFEFF\nnext";
    let text = format!(
        r#"{{"apiVersion": "aigateway.envoyproxy.io/v1beta1", "kind": "AIServiceBackend",
            "metadata": {{"name": "x{nasty}", "namespace": "n{nasty}"}},
            "spec": {{"schema": {{"name": "{nasty}", "prefix": "{nasty}"}},
                      "backendRef": {{"group": "gateway.envoyproxy.io", "kind": "Backend", "name": "b{nasty}"}}}}}}"#
    );
    let bad = |it: char| {
        let hides = matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        hides || it.is_control() && it != '\n'
    };
    for format in ["table", "wide", "json", "yaml", "name", "sarif", "junit", "github", "markdown"] {
        for flags in
            ["--assume-complete", "", "-n default", "-l a=b", "--ascii", "--ignore AIB101 --assume-complete"]
        {
            let answer = run(&format!("check -f - -o {format} {flags}"), &text);
            let all = answer.stdout + &answer.stderr;
            assert!(!all.contains(bad), "{format} {flags}: {all:?}");
            assert!(!all.lines().any(|line| line == "next"), "{format} {flags}: a line of its own\n{all}");
        }
    }
    assert!(run("check -f - -o table --assume-complete", &text).stdout.contains(r"\u{202e}"));
    let report: Value = serde_json::from_str(&run("check -f - -o json", &text).stdout).unwrap();
    assert!(report["backends"][0]["name"].as_str().unwrap().contains('\u{202e}'), "JSON loses nothing");
    let yaml: Value = serde_saphyr::from_str(&run("check -f - -o yaml", &text).stdout).unwrap();
    assert_eq!(yaml, report);
}

#[test]
fn exit_codes() {
    let plain = include_str!("cmd/check.in/plain.yaml");
    for (line, code) in [
        ("check -f -", 0),
        ("check -f - --strict", 3),
        ("check -f - --assume-complete", 1),
        ("check -f - --assume-complete --strict", 1),
        ("check -f - --assume-complete --fail-on never", 0),
        ("check -f - --assume-complete --fail-on never --strict", 3),
        ("check -f - --assume-complete -n elsewhere", 0),
        ("check -f -,/no/such/file --assume-complete", 2),
        ("check -f - nosuch", 2),
        ("check -f - openai nosuch --assume-complete", 2),
        ("check --demo openai --strict", 0),
        ("check --no-such-flag", 2),
        ("check --demo -o sarif", 1),
        ("check --demo -o junit --fail-on never", 0),
        ("check -f -,/no/such/file -o github", 2),
        ("check --demo --ignore AIB304,AIB401", 0),
        ("check --demo --ignore AIB304,AIB401 --fail-on warning", 1),
        ("check --demo --ignore AIB999", 2),
        ("check --demo --baseline /no/such/file", 2),
        ("check --demo --write-baseline /no/such/file", 2),
        ("explain", 0),
        ("explain AIB302", 0),
        ("explain AIB999", 2),
        ("version", 0),
        ("--help", 0),
    ] {
        let answer = run(line, plain);
        assert_eq!(answer.code.number(), code, "{line}\n{}{}", answer.stdout, answer.stderr);
    }
}

#[test]
fn formats_go_to_files_and_leave_stdout_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (json, names) = (path("report.json"), path("names"));
    let files = format!("-o json={} -o name={}", json.display(), names.display());
    let answer = run(&format!("check --demo {files}"), "");
    assert_eq!(answer.stdout, "");
    assert_eq!(std::fs::read_to_string(&json).unwrap(), run("check --demo -o json", "").stdout);
    let answer = run(&format!("check --demo {files} -o table"), "");
    assert_eq!(answer.stdout, run("check --demo", "").stdout);
}

/// What a run says, but for where it was read from.
fn report_of(line: &str) -> Value {
    fn without_places(it: &mut Value) {
        if let Some(entries) = it.as_object_mut() {
            entries.retain(|key, _| key != "location" && key != "source");
        }
        match it {
            Value::Array(items) => items.iter_mut().for_each(without_places),
            Value::Object(entries) => entries.iter_mut().for_each(|(_, it)| without_places(it)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut report: Value = serde_json::from_str(&run(line, "").stdout).expect(line);
    without_places(&mut report);
    report
}

#[test]
fn what_was_saved_is_checked_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("saved.yaml").display().to_string();
    let again = folder.path().join("again.yaml").display().to_string();
    let answer = run(&format!("check --demo --assume-version aigw=v1.0.0 --save {saved}"), "");
    assert_eq!(answer.stdout, run("check --demo --assume-version aigw=v1.0.0", "").stdout);
    let hint = format!("kubectl aigw-backend check -f {saved} --assume-complete");
    assert!(answer.stderr.contains(&hint), "{}", answer.stderr);
    let expected = report_of("check --demo --assume-version aigw=v1.0.0 -o json");
    // it knows what it is
    for flag in ["--assume-complete", ""] {
        assert_eq!(report_of(&format!("check -f {saved} {flag} -o json")), expected);
    }
    let of = |from: &str| run(&format!("explain openai {from}"), "").stdout;
    assert_eq!(of(&format!("-f {saved}")), of("--demo --assume-version aigw=v1.0.0"));
    run(&format!("check -f {saved} --save {again}"), "");
    assert_eq!(std::fs::read_to_string(&again).unwrap(), std::fs::read_to_string(&saved).unwrap());
    // flags say more than the file
    let other = run(&format!("check -f {saved} --assume-version aigw=v1.1.0 -o json"), "");
    assert!(other.stdout.contains("\"aiGateway\": \"v1.1.0\""), "{}", other.stdout);
}

#[test]
fn only_what_was_saved_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.yaml");
    let line = format!("check --demo --save {}", path.display());
    std::fs::write(&path, "kind: mine\n").unwrap();
    let answer = run(&line, "");
    assert_eq!((answer.code.number(), answer.stdout.as_str()), (2, ""), "{}", answer.stderr);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "kind: mine\n");
    std::fs::remove_file(&path).unwrap();
    for _ in 0..2 {
        assert_eq!(run(&line, "").code.number(), 1);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let mode = |path: &Path| std::fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        run(&line, "");
        assert_eq!(mode(&path), 0o600, "whoever could read it before cannot now");
        let link = folder.path().join("link.yaml");
        for target in [path.as_path(), Path::new("/dev/null"), Path::new("nowhere"), folder.path()] {
            symlink(target, &link).unwrap();
            let answer = run(&format!("check --demo --save {}", link.display()), "");
            assert!(target == path || answer.code.number() == 2, "{}: {}", target.display(), answer.stderr);
            std::fs::remove_file(&link).unwrap();
        }
    }
    let nothing = folder.path().join("nothing.yaml");
    let answer = run(&format!("check -f /no/such/file --save {}", nothing.display()), "");
    assert!(answer.code.number() == 2 && !nothing.exists(), "{}", answer.stderr);
    // what can be read is worth a look
    run(&format!("check -f - -f /no/such/file --save {}", nothing.display()), &LONG);
    assert!(nothing.exists());
}

#[test]
fn a_capture_is_one_and_of_a_release_that_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("saved.yaml");
    run(&format!("check --demo --save {}", saved.display()), "");
    let text = std::fs::read_to_string(&saved).unwrap();
    let twice = run("check -f -", &format!("{text}---\n{text}"));
    assert!(twice.code.number() == 2 && twice.stderr.contains("a second capture"), "{}", twice.stderr);
    let newer =
        run("check -f - --assume-complete -o json", &text.replace("aigw-backend/v1", "aigw-backend/v7"));
    assert!(newer.stderr.contains("a capture by a later release (aigw-backend/v7)"), "{}", newer.stderr);
    let report: Value = serde_json::from_str(&newer.stdout).unwrap();
    assert_eq!(report["summary"]["complete"], false);
    let broken = run("check -f -", &text.replace("taken: ", "taken: of "));
    assert!(broken.stderr.contains("Capture: taken"), "{}", broken.stderr);
    // what stands beside it counts too, as with any file
    let beside = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: mistral-key}\nstringData: {apiKey: abcdefghij}\n";
    let report: Value =
        serde_json::from_str(&run("check -f - -o json", &format!("{text}{beside}")).stdout).unwrap();
    let codes: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert!(!codes.contains(&"AIB401"), "{codes:?}");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_kubectl-aigw_backend"))
        .args(["check", "-f", "tests/cmd/check.in/plain.yaml", "--assume-complete"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
