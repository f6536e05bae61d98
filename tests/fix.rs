//! `check --fix`: what it writes into files, over all fixtures of the catalogue and over odd layouts.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

fn plugin(args: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-aigw_backend"));
    command.arg("check").args(args).current_dir(folder).env_remove("CLICOLOR_FORCE").env("NO_COLOR", "1");
    command.stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Findings as (name, object, whether the first safe fix has edits).
fn findings(report: &Value) -> Vec<(String, String, bool)> {
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|it| {
            let object = &it["object"];
            let id = ["kind", "namespace", "name"].map(|key| object[key].as_str().unwrap_or_default());
            let safe = it["fixes"].as_array().into_iter().flatten().find(|it| it["applicability"] == "safe");
            let edits =
                |key: &str| safe.is_some_and(|it| it[key].as_array().is_some_and(|it| !it.is_empty()));
            (it["name"].as_str().unwrap().to_owned(), id.join(" "), edits("patches") || edits("manifests"))
        })
        .collect()
}

fn report(folder: &Path, file: &str) -> Value {
    let output = plugin(&["-f", file, "--assume-complete", "-o", "json"], folder);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)))
}

fn fix(folder: &Path, file: &str) -> Output {
    plugin(&["-f", file, "--assume-complete", "--fix"], folder)
}

/// All fixtures on which a rule fires: the rule, and the file.
fn fixtures() -> Vec<(String, PathBuf)> {
    let below = |path: &Path| -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = fs::read_dir(path).unwrap().map(|it| it.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut found = vec![];
    for folder in below(&root).iter().flat_map(|hop| below(hop)) {
        for path in below(&folder) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("fires") && name.ends_with(".yaml") {
                found.push((folder.file_name().unwrap().to_string_lossy().into_owned(), path));
            }
        }
    }
    found
}

/// Applies the hunks of a diff, each of which must say where it belongs and what stands there.
fn patched(old: &str, diff: &str) -> String {
    let lines: Vec<&str> = old.split_inclusive('\n').collect();
    let mut new = String::new();
    let mut at = 0;
    let mut hunk = false;
    let mut diff = diff.split_inclusive('\n').peekable();
    while let Some(line) = diff.next() {
        if let Some(range) = line.strip_prefix("@@ -") {
            let (start, length) = range
                .split_once(' ')
                .unwrap()
                .0
                .split_once(',')
                .unwrap_or((range.split_once(' ').unwrap().0, "1"));
            let start: usize = start.parse().unwrap();
            let start = if length == "0" { start } else { start - 1 };
            new.extend(lines[at..start].iter().copied());
            at = start;
            hunk = true;
            continue;
        }
        if !hunk || line.is_empty() {
            continue;
        }
        let open = diff.peek().is_some_and(|it| it.starts_with('\\'));
        let body = if open { line[1..].trim_end_matches('\n') } else { &line[1..] };
        match &line[..1] {
            " " => {
                assert_eq!(lines[at], body);
                new += body;
                at += 1;
            }
            "-" => {
                assert!(lines[at] == body || body.contains("(not shown"), "{body:?} is not {:?}", lines[at]);
                at += 1;
            }
            "+" => new += body,
            "\\" => {}
            _ => hunk = false,
        }
    }
    new.extend(lines[at..].iter().copied());
    new
}

#[test]
fn every_safe_fix_of_the_catalogue_is_written_and_heals() {
    let (mut tried, mut left) = (0, vec![]);
    for (rule, fixture) in fixtures() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.yaml");
        fs::copy(&fixture, &file).unwrap();
        let old = fs::read_to_string(&file).unwrap();
        let before = findings(&report(folder.path(), "x.yaml"));
        let fixable = before.iter().filter(|it| it.0 == rule && it.2).count();
        if fixable == 0 {
            continue;
        }
        tried += 1;
        let place = fixture.display();
        let dry = plugin(&["-f", "x.yaml", "--assume-complete", "--fix", "--dry-run"], folder.path());
        assert_eq!(fs::read_to_string(&file).unwrap(), old, "{place}: a dry run writes nothing");
        let output = fix(folder.path(), "x.yaml");
        assert_eq!(text(&dry.stdout), text(&output.stdout), "{place}");
        assert_eq!(dry.status, output.status, "{place}");
        let new = fs::read_to_string(&file).unwrap();
        let diff = text(&output.stdout);
        if !diff.starts_with("---") {
            left.push(format!("{place}: {}", text(&output.stderr)));
            continue;
        }
        assert!(diff.starts_with("--- x.yaml\n+++ x.yaml\n@@"), "{place}: {diff}{}", text(&output.stderr));
        let diff = diff.split("\n\n").next().unwrap().to_owned() + "\n";
        if !diff.contains("(not shown") {
            assert_eq!(patched(&old, &diff), new, "{place}: {diff}");
        }
        let after = findings(&report(folder.path(), "x.yaml"));
        let stays: Vec<_> = after.iter().filter(|it| it.0 == rule && it.2).collect();
        if !stays.is_empty() {
            left.push(format!("{place}: {}", text(&output.stderr)));
        }
        let again = fix(folder.path(), "x.yaml");
        assert_eq!(fs::read_to_string(&file).unwrap(), new, "{place}: {}", text(&again.stdout));
        assert!(
            !text(&again.stdout).contains("+++ x.yaml"),
            "{place}: the second time there is nothing to do"
        );
    }
    assert!(tried > 20, "{tried} fixtures have safe fixes");
    assert_eq!(left, [""; 0]);
}

/// A broken schema among comments, other objects and a Secret; `AIB508` has a safe fix for its prefix.
const FILES: &str = "# who: team a\n---\n# the backend\napiVersion: aigateway.envoyproxy.io/v1beta1\nkind: AIServiceBackend\n\
metadata: {name: a, namespace: m} # here\nspec:\n  schema:   # dialect\n    name: OpenAI\n    prefix: '/v1/'   # ours\n  \
backendRef: {group: gateway.envoyproxy.io, kind: Backend, name: a}\n---\n\n# of another team\napiVersion: v1\nkind: Secret\n\
metadata: {name: k, namespace: m}\nstringData: {apiKey: canary}\n---\n# calls itself\napiVersion: gateway.envoyproxy.io/v1alpha1\n\
kind: Backend\nmetadata: {name: a, namespace: m}\nspec:\n  endpoints:\n  - fqdn: {hostname: 10.1.2.3,   port: 8000}\n# end";

fn folder(name: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    folder
}

#[test]
fn everything_else_stays_byte_by_byte() {
    let healed = FILES.replace("fqdn: {hostname: 10.1.2.3,   port", "ip: {address: 10.1.2.3,   port");
    for dress in [
        |it: &str| it.to_owned(),
        |it: &str| it.replace('\n', "\r\n"),
        |it: &str| format!("\u{feff}{it}"),
        |it: &str| format!("{it}\n"),
    ] {
        let folder = folder("a.yml", &dress(FILES));
        let output = plugin(&["-f", "a.yml", "--fix"], folder.path());
        assert_eq!(fs::read_to_string(folder.path().join("a.yml")).unwrap(), dress(&healed));
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
        assert!(!text(&output.stdout).contains("canary"));
    }
}

#[test]
fn what_is_for_machines_has_no_diff() {
    let folder = folder("a.yml", FILES);
    let output = plugin(&["-f", "a.yml", "--fix", "--dry-run", "-o", "json"], folder.path());
    serde_json::from_slice::<Value>(&output.stdout).unwrap();
    let talk = text(&output.stderr);
    assert!(
        talk.contains("would fix: AIB201 host-is-ip-address on Backend m/a: put the address under `ip`\n"),
        "{talk}"
    );
    assert!(talk.contains("\n+  - ip: {address: 10.1.2.3,   port: 8000}\n"), "{talk}");
    let output = plugin(&["-f", "a.yml", "--fix", "--dry-run", "-o", "json=left.json"], folder.path());
    assert!(
        text(&output.stdout).starts_with("--- a.yml\n+++ a.yml\n@@ -23,5 +23,5 @@\n"),
        "{}",
        text(&output.stdout)
    );
}

#[test]
fn only_what_was_asked_for_is_fixed() {
    let folder = folder("a.yml", FILES);
    for args in [["-n", "other"], ["-l", "x=y"], ["--ignore", "AIB201"]] {
        let output = plugin(&[&["-f", "a.yml", "--fix"], &args[..]].concat(), folder.path());
        assert_eq!(fs::read_to_string(folder.path().join("a.yml")).unwrap(), FILES);
        assert!(text(&output.stderr).contains("nothing to fix"), "{}", text(&output.stderr));
    }
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = folder("a.yml", FILES);
    for (args, why) in [
        (&["--fix"][..], "error: --fix rewrites files, and this is none"),
        (&["--fix", "-f", "-"], "error: --fix rewrites files, and standard input is none"),
        (&["--fix", "--demo"], "error: --fix rewrites files, and this is none"),
        (&["--fix", "-f", "a.yml", "--on-cluster"], "cannot be used with"),
        (&["--dry-run", "-f", "a.yml"], "error: the following required arguments were not provided"),
        (&["--fix", "-f", "a.yml", "-f", "none.yml"], "error: nothing is fixed, for the reason above"),
    ] {
        let output = plugin(args, folder.path());
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(text(&output.stderr).contains(why), "{args:?}: {}", text(&output.stderr));
    }
    assert_eq!(fs::read_to_string(folder.path().join("a.yml")).unwrap(), FILES);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("real")).unwrap();
    fs::write(at("real/a.yml"), FILES).unwrap();
    symlink("real", at("folder")).unwrap();
    symlink("real/a.yml", at("link.yml")).unwrap();
    for name in ["folder", "link.yml"] {
        let output = plugin(&["-f", name, "--fix"], folder.path());
        assert_eq!(output.status.code(), Some(1));
        let talk = text(&output.stderr);
        assert!(talk.contains("left: AIB201") && talk.contains("a symbolic link leads there"), "{talk}");
        assert!(!text(&output.stdout).contains("+++"));
    }
    assert_eq!(fs::read_to_string(at("real/a.yml")).unwrap(), FILES);
    fs::set_permissions(at("real/a.yml"), fs::Permissions::from_mode(0o604)).unwrap();
    assert_eq!(plugin(&["-f", "real", "--fix"], folder.path()).status.code(), Some(0));
    assert_eq!(fs::metadata(at("real/a.yml")).unwrap().permissions().mode() & 0o777, 0o604);
    assert_eq!(fs::read_dir(at("real")).unwrap().count(), 1);
}

#[test]
fn lists_and_json_are_rewritten_too() {
    let object = |text: &str| text.replace("HOST", "{\"hostname\": \"10.1.2.3\", \"port\": 80}");
    let list = object(
        "{\n  \"apiVersion\": \"v1\", \"kind\": \"List\",\n  \"items\": [\n    {\"apiVersion\": \
         \"aigateway.envoyproxy.io/v1beta1\", \"kind\": \"AIServiceBackend\", \"metadata\": {\"name\": \"a\"},\n     \"spec\": \
         {\"schema\": {\"name\": \"OpenAI\"}, \"backendRef\": {\"group\": \"gateway.envoyproxy.io\", \"kind\": \"Backend\", \
         \"name\": \"a\"}}},\n    {\"apiVersion\": \"gateway.envoyproxy.io/v1alpha1\", \"kind\": \"Backend\", \"metadata\": \
         {\"name\": \"a\"},\n     \"spec\": {\"endpoints\": [{\"fqdn\": HOST}]}}\n  ]\n}\n",
    );
    let folder = folder("a.json", &list);
    plugin(&["-f", "a.json", "--fix"], folder.path());
    let healed = list.replace("\"fqdn\": {\"hostname\"", "\"ip\": {\"address\"");
    assert_eq!(fs::read_to_string(folder.path().join("a.json")).unwrap(), healed);
}

#[test]
fn a_fix_that_cannot_be_written_is_left_whole_and_named() {
    let place = "endpoints:\n  - fqdn: {hostname: 10.1.2.3,   port: 8000}";
    let aliased = FILES.replace(place, "x: &e {hostname: 10.1.2.3, port: 8000}\n  endpoints:\n  - fqdn: *e");
    let folder = folder("a.yml", &aliased);
    let output = plugin(&["-f", "a.yml", "--fix"], folder.path());
    assert_eq!(fs::read_to_string(folder.path().join("a.yml")).unwrap(), aliased);
    assert_eq!(output.status.code(), Some(1));
    let left = "left: AIB201 host-is-ip-address on Backend m/a: an alias of YAML stands there: change its anchor by hand\n";
    assert_eq!(text(&output.stderr), left);
}
