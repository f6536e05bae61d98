//! Fixes that are safe, as they are printed: run by a shell with the real kubectl, against a real API server.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use aigw_backend::{
    cluster::files::{Request, load_text},
    fix,
    model::Kind,
    rules::{self, Applicability},
    trace::{AssumedVersions, World},
};
use serde_json::{Value, json};

use crate::support::{Crds, Server, documents, folder, say};

/// Fixtures that must have been healed; others may hold objects that a real server refuses.
const LEAST: usize = 30;
/// Fixes of one fixture at most: several findings of a rule are healed one by one.
const ROUNDS: usize = 5;

/// What became of a fixture.
enum End {
    /// So many fixes, and the rule is silent.
    Healed(usize),
    /// Why it could not be tried.
    Left(String),
}

/// Fixtures of which a finding of their own rule has a safe fix that is nothing but commands, with the rule's code.
fn candidates() -> Vec<(PathBuf, &'static str)> {
    let list = |path: &Path| {
        let entries = std::fs::read_dir(path).into_iter().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|it| it.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let mut found = vec![];
    for rule in list(&folder("rules")).iter().flat_map(|it| list(it)) {
        let Some(code) = rules::find(&rule.file_name().unwrap().to_string_lossy()).map(|it| it.code) else {
            continue;
        };
        let fires = list(&rule).into_iter().filter(|it| {
            let name = it.file_name().unwrap().to_string_lossy().into_owned();
            name.starts_with("fires") && name.ends_with(".yaml")
        });
        // more would take too long
        found.extend(fires.filter(|it| has_commands(it, code)).take(2).map(|it| (it, code)));
    }
    found
}

fn has_commands(path: &Path, code: &str) -> bool {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": documents(path)}).to_string();
    let cluster = load_text(&Request { complete: true, ..Request::default() }, "fixture", &list).cluster;
    let world = World::new(&cluster, "2026-10-01T00:00:00Z".parse().unwrap(), &AssumedVersions::default());
    let findings = rules::run(&world);
    findings.iter().filter(|it| it.rule.code == code).flat_map(|it| &it.fixes).any(|it| {
        it.applicability == Applicability::Safe && it.manifests.is_empty() && !fix::commands(it).is_empty()
    })
}

/// Creates the objects of a file with their status; those that the server refuses are left out, and why.
fn create(server: &Server, path: &Path, namespaces: &mut BTreeSet<String>) -> (Vec<Value>, Vec<String>) {
    let (mut made, mut refused) = (vec![], vec![]);
    for mut object in documents(path) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let Some(kind) = Kind::of(&text(&object["apiVersion"]), &text(&object["kind"])) else { continue };
        let name = text(&object["metadata"]["name"]);
        if kind == Kind::Namespace {
            server.apply(&object);
            namespaces.insert(name);
            continue;
        }
        if kind.is_namespaced() {
            let namespace = object["metadata"]["namespace"].as_str().unwrap_or("default").to_owned();
            object["metadata"]["namespace"] = json!(namespace);
            if namespaces.insert(namespace.clone()) {
                server.apply(
                    &json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}),
                );
            }
        }
        if let Some(meta) = object["metadata"].as_object_mut() {
            meta.retain(|key, _| ["name", "namespace", "labels", "annotations"].contains(&key.as_str()));
        }
        let status = object.as_object_mut().unwrap().remove("status");
        match server.create(&object) {
            Ok(_) => {
                if let Some(status) = status {
                    server.set_status(&object, status);
                }
                made.push(object);
            }
            Err(error) => {
                let words = error.split(" (Status").next().unwrap_or_default();
                refused.push(format!("{kind} {name}: {words}"));
            }
        }
    }
    (made, refused)
}

/// The findings of the plugin, as kubectl runs it.
fn check(server: &Server) -> Vec<Value> {
    let args = ["aigw-backend", "check", "-A", "-o", "json", "--fail-on", "never"];
    let output = server.kubectl("admin").args(args).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    report["findings"].as_array().unwrap().clone()
}

fn errors(findings: &[Value]) -> BTreeSet<String> {
    let errors = findings.iter().filter(|it| it["severity"] == "error");
    errors.map(|it| format!("{} {} {}", it["code"], it["object"], it["path"])).collect()
}

/// The commands of the first safe fix of a rule.
fn commands(findings: &[Value], code: &str) -> Option<Vec<String>> {
    let own = findings.iter().filter(|it| it["code"] == code);
    let fixes = own.flat_map(|it| it["fixes"].as_array().unwrap());
    let texts = |it: &Value| -> Vec<String> {
        let all = it["commands"].as_array().into_iter().flatten();
        all.map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    let whole = |it: &&Value| it["manifests"].as_array().is_none_or(Vec::is_empty);
    fixes.filter(|it| it["applicability"] == "safe").filter(whole).map(texts).find(|it| !it.is_empty())
}

/// Heals what a rule finds on the server.
fn heal(server: &Server, code: &str, refused: &[String]) -> End {
    let before = check(server);
    let mut now = before.clone();
    for round in 0..ROUNDS {
        if !now.iter().any(|it| it["code"] == code) {
            let why =
                || if refused.is_empty() { "does not fire live".to_owned() } else { refused.join("; ") };
            return if round == 0 { End::Left(why()) } else { End::Healed(round) };
        }
        let Some(commands) = commands(&now, code) else {
            return End::Left("no safe fix live".to_owned());
        };
        for command in commands {
            let ran = server.shell("admin", &command).output().unwrap();
            assert!(ran.status.success(), "{code}: {command}\n{}", String::from_utf8_lossy(&ran.stderr));
        }
        now = check(server);
        let new: Vec<String> = errors(&now).difference(&errors(&before)).cloned().collect();
        assert_eq!(new, [""; 0], "{code}: a safe fix brings errors");
    }
    panic!("{code} still fires after {ROUNDS} fixes: {now:?}");
}

#[test]
fn safe_fixes_heal_when_kubectl_applies_them() {
    unless_skipped!();
    let server = Server::start();
    server.install(&Crds::All);
    let mut namespaces = BTreeSet::new();
    let (mut healed, mut fixes, mut refusals, mut left) = (0, 0, 0, vec![]);
    for (path, code) in candidates() {
        let (made, refused) = create(&server, &path, &mut namespaces);
        refusals += refused.len();
        match heal(&server, code, &refused) {
            End::Healed(count) => {
                healed += 1;
                fixes += count;
            }
            End::Left(why) => {
                let path = path.strip_prefix(folder("rules")).unwrap();
                left.push(format!("{code} {}: {why}", path.display()));
            }
        }
        std::thread::scope(|scope| {
            for object in &made {
                scope.spawn(|| server.delete(object));
            }
        });
    }
    say(&format!(
        "{healed} fixtures healed by {fixes} fixes; {refusals} objects refused; not tried:\n{}",
        left.join("\n")
    ));
    assert!(healed >= LEAST, "{healed} of at least {LEAST}");
}
