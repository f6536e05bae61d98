//! `.github/actions/check`, with archives of this machine instead of a download.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

use crate::{
    folder,
    release::TAG,
    tools::{
        archive::{Member, pack},
        files::sha256,
        platform::{PLATFORMS, Platform, binary},
        unpack::Format,
    },
};

/// An archive that runs the binary of these tests, and `checksums.txt`.
fn archives() -> TempDir {
    let dist = tempfile::tempdir().unwrap();
    let host = Platform::host();
    let platform = PLATFORMS.iter().find(|it| (it.os, it.arch) == host).unwrap();
    let script = format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_kubectl-aigw_backend"));
    let member = Member { path: binary(host.0), mode: 0o755, bytes: script.into_bytes() };
    let (name, bytes) = (platform.archive(TAG), pack(Format::TarGz, vec![member], 0).unwrap());
    fs::write(dist.path().join("checksums.txt"), format!("{}  {name}\n", sha256(&bytes))).unwrap();
    fs::write(dist.path().join(name), bytes).unwrap();
    dist
}

struct Ran {
    code: i32,
    log: String,
    outputs: String,
    summary: String,
    sarif: Option<String>,
}

fn run(archives: &Path, inputs: &[(&str, &str)]) -> Ran {
    let temporary = tempfile::tempdir().unwrap();
    let (outputs, summary) = (temporary.path().join("outputs"), temporary.path().join("summary"));
    let script = folder("../.github/actions/check/check.sh");
    let mut command = Command::new("bash");
    command.arg(script).current_dir(folder("rules/tls/tls-policy-targets-nothing"));
    for name in ["GITHUB_ACTIONS", "RUNNER_OS", "RUNNER_ARCH", "KUBECONFIG"] {
        command.env_remove(name);
    }
    command.env("RUNNER_TEMP", temporary.path()).env("AIGW_BACKEND_ARCHIVES", archives);
    command.env("GITHUB_OUTPUT", &outputs).env("GITHUB_STEP_SUMMARY", &summary);
    command.envs(inputs.iter().map(|(name, value)| (format!("INPUT_{name}"), value)));
    let output = command.output().unwrap();
    let outputs = fs::read_to_string(outputs).unwrap_or_default();
    let sarif = outputs.lines().find_map(|it| it.strip_prefix("sarif="));
    Ran {
        code: output.status.code().unwrap(),
        log: String::from_utf8(output.stdout).unwrap(),
        summary: fs::read_to_string(summary).unwrap_or_default(),
        sarif: sarif.map(|it| fs::read_to_string(it).unwrap()),
        outputs,
    }
}

/// What GitHub would read as workflow commands.
fn commands(log: &str) -> Vec<&str> {
    let mut found = vec![];
    let mut until = None;
    for line in log.lines().map(str::trim_start).filter(|it| it.starts_with("::")) {
        match &until {
            Some(end) if line == *end => until = None,
            Some(_) => {}
            None => match line.strip_prefix("::stop-commands::") {
                Some(token) => until = Some(format!("::{token}::")),
                None => found.push(line),
            },
        }
    }
    assert_eq!(until, None, "commands are taken again: {log}");
    found
}

#[test]
fn the_step_ends_as_check_does() {
    let archives = archives();
    let complete = ("ARGS", "--assume-complete");
    let good = run(archives.path(), &[("FILES", "silent.yaml"), complete]);
    assert_eq!(good.code, 0, "{}", good.log);
    assert!(good.outputs.contains("exit-code=0\n") && good.outputs.contains(&format!("version={TAG}\n")));

    let bad = run(archives.path(), &[("FILES", "\n  fires.yaml\n"), ("VERSION", TAG), complete]);
    assert_eq!(bad.code, 1, "{}", bad.log);
    assert!(commands(&bad.log)[0].starts_with("::error file=fires.yaml,line=23,"), "{}", bad.log);
    assert!(bad.sarif.unwrap().contains("AIB304") && bad.summary.contains("AIB304"));
    assert!(bad.outputs.contains("exit-code=1\n"));

    let more = "--assume-complete\n--ignore AIB601 --ignore AIB406";
    let let_by = [("FILES", "fires.yaml"), ("ARGS", more), ("FAIL_ON", "never"), ("FORMAT", "json")];
    let ran = run(archives.path(), &let_by);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert!(ran.log.contains("\"suppressed\": 2"), "{}", ran.log);
}

#[test]
fn bad_input_ends_with_2_and_runs_nothing() {
    let archives = archives();
    let shell = "$(touch pwned) `touch pwned`; touch pwned";
    let cases = [
        ("VERSION", "1.2"),
        ("VERSION", "v0.1.0/../../v0.0.1"),
        ("VERSION", "v99.0.0"),
        ("VERSION", shell),
        ("FORMAT", "json=elsewhere"),
        ("FORMAT", shell),
        ("FAIL_ON", "sometimes"),
        ("FAIL_ON", "error\n::set-env name=A::b"),
        ("ATTESTATION", "yes"),
        ("FILES", "no-such-file.yaml"),
        ("FILES", shell),
        ("ARGS", "--no-such-flag"),
        ("ARGS", shell),
        ("NAMESPACE", shell),
    ];
    for (name, value) in cases {
        let mut inputs = vec![(name, value)];
        if name != "FILES" {
            inputs.push(("FILES", "silent.yaml"));
        }
        let ran = run(archives.path(), &inputs);
        if name == "NAMESPACE" {
            // a namespace without objects
            assert_eq!(ran.code, 0, "{name}={value}: {}", ran.log);
        } else {
            assert_eq!(ran.code, 2, "{name}={value}: {}", ran.log);
            assert!(ran.outputs.contains("exit-code=2\n"), "{name}={value}: {}", ran.outputs);
        }
        let is_known = |it: &&str| ["::error ", "::notice "].iter().any(|known| it.starts_with(known));
        assert!(commands(&ran.log).iter().all(is_known), "{name}={value}: {}", ran.log);
        assert!(!folder("rules/tls/tls-policy-targets-nothing/pwned").exists(), "{name}={value}");
    }
}

#[test]
fn an_archive_of_another_sum_is_not_run() {
    let files = [("FILES", "silent.yaml")];
    let archives = archives();
    let sums = archives.path().join("checksums.txt");
    let text = fs::read_to_string(&sums).unwrap();
    let (sum, name) = text.trim_end().split_once("  ").unwrap();
    let other = "0".repeat(64);
    for wrong in [
        format!("{other}  {name}\n"),
        format!("{sum}  else.tar.gz\n"),
        format!("{text}{other}  {name}\n"),
        String::new(),
    ] {
        fs::write(&sums, &wrong).unwrap();
        let ran = run(archives.path(), &files);
        assert_eq!((ran.code, ran.sarif), (2, None), "{wrong}: {}", ran.log);
        assert!(ran.log.contains("checksums.txt"), "{wrong}: {}", ran.log);
    }
}

/// A cluster may hold what looks like a command: in a format of our own it is data, and elsewhere no commands are taken.
#[test]
fn nothing_of_a_file_becomes_a_workflow_command() {
    let archives = archives();
    let hostile = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(folder("rules/tls/tls-policy-targets-nothing/fires.yaml")).unwrap();
    let file = hostile.path().join("hostile.yaml");
    fs::write(&file, text.replace("hostname: api.openai.com", "hostname: \"a\\n::add-mask::b\\n\"")).unwrap();
    for format in ["github", "table", "wide", "json", "yaml", "name", "junit", "markdown", "sarif"] {
        let inputs = [("FILES", file.to_str().unwrap()), ("ARGS", "--assume-complete"), ("FORMAT", format)];
        let ran = run(archives.path(), &inputs);
        let is_known =
            |it: &&str| ["::error ", "::warning ", "::notice "].iter().any(|known| it.starts_with(known));
        assert!(commands(&ran.log).iter().all(is_known), "{format}: {}", ran.log);
        assert_eq!(format == "github", !commands(&ran.log).is_empty(), "{format}");
    }
}
