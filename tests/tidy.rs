//! The house stays tidy: imports go one way, files stay small, nothing is left unfinished.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

use std::path::{Path, PathBuf};

/// Modules from left to right: each may import only from its left.
const LAYERS: [&str; 15] = [
    "model",
    "provider",
    "manifest",
    "cluster",
    "apply",
    "generated",
    "trace",
    "rules",
    "walk",
    "fix",
    "suppress",
    "report",
    "render",
    "demo",
    "cli",
];

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = vec![];
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // what the fuzzers are built into is written by nobody
                folders.extend((!path.ends_with("fuzz/target")).then_some(path));
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// The module of `src` that a file belongs to.
fn layer(path: &Path) -> Option<usize> {
    let inside = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).ok()?;
    let first = inside.components().next()?.as_os_str().to_string_lossy().into_owned();
    LAYERS.iter().position(|it| *it == first.trim_end_matches(".rs"))
}

#[test]
fn imports_go_from_right_to_left() {
    for (path, text) in sources("src") {
        let Some(own) = layer(&path) else { continue };
        for (at, module) in LAYERS.iter().enumerate().skip(own + 1) {
            let direct = text.contains(&format!("crate::{module}::"));
            let grouped =
                text.split("use crate::{").skip(1).filter_map(|it| it.split(";\n").next()).any(|it| {
                    it.lines().any(|line| line.trim_start().starts_with(&format!("{module}::")))
                        || it
                            .split([',', '{', ' ', '\n'])
                            .any(|word| word == *module || word.starts_with(&format!("{module}::")))
                });
            assert!(!direct && !grouped, "{} (layer {own}) imports {module} (layer {at})", path.display());
        }
    }
}

#[test]
fn files_stay_small() {
    for (path, text) in sources("src").into_iter().chain(sources("krew")) {
        let lines = text.lines().count();
        // a table or a list of types is one room however long it is
        let is_table = path.ends_with("model/gateway.rs") || path.ends_with("model/aigw.rs");
        let is_tests = path.ends_with("tests.rs");
        assert!(
            lines <= 300 || (is_table || is_tests) && lines <= 400,
            "{} has {lines} lines: two rooms?",
            path.display()
        );
    }
}

#[test]
fn one_module_writes_to_clusters() {
    let verbs = ["POST", "PUT", "PATCH", "DELETE"].map(|it| format!("Method::{it}"));
    let calls = [".post(", ".patch(", ".put(", ".delete("].map(|it| format!("Request{it}"));
    for (path, text) in
        sources("src").into_iter().filter(|(path, _)| !path.to_string_lossy().contains("/src/apply/"))
    {
        for word in verbs.iter().chain(&calls).chain([&"crate::apply".to_owned()]) {
            let is_create = path.to_string_lossy().contains("/src/cli/create/");
            assert!(
                !text.contains(word.as_str()) || is_create && word == "crate::apply",
                "{} holds `{word}`",
                path.display()
            );
        }
        let grouped = text.split("use crate::{").skip(1).filter_map(|it| it.split(";\n").next());
        let imports = grouped.flat_map(str::lines).any(|it| it.trim_start().starts_with("apply::"));
        assert!(
            !imports || path.to_string_lossy().contains("/src/cli/create/"),
            "{} imports apply",
            path.display()
        );
    }
}

#[test]
fn nothing_is_left_unfinished() {
    let words = [
        "todo".to_owned() + "!(",
        "unimplemented".to_owned() + "!(",
        "FIX".to_owned() + "ME",
        "#[igno".to_owned() + "re",
    ];
    for (path, text) in sources("src").into_iter().chain(sources("tests")) {
        for word in &words {
            assert!(!text.contains(word.as_str()), "{} holds `{word}`", path.display());
        }
    }
}

/// The list of all rules, as `src/rules/README.md` holds it.
fn rules_page() -> String {
    use aigw_backend::rules::{self, Hop};
    let mut page = "# Rules\n\nWritten by `UPDATE_DOCS=1 cargo test --test tidy`; `kubectl aigw-backend explain CODE` has the whole \
                    page of each.\n"
        .to_owned();
    for hop in Hop::ALL {
        page += &format!(
            "\n## {}xx · {hop}: {}\n\n| code | severity | name | what |\n|---|---|---|---|\n",
            hop.digit(),
            hop.question()
        );
        for rule in rules::all().filter(|it| it.hop == hop) {
            let severity = format!("{:?}", rule.severity).to_lowercase();
            page += &format!(
                "| {} | {severity} | {} | {} |\n",
                rule.code,
                rule.name,
                rule.docs.what.replace('|', "\\|")
            );
        }
    }
    page += "\n## By symptom\n";
    for symptom in &rules::SYMPTOMS {
        page += &format!("\n### {}\n\n{}.\n", symptom.title, symptom.hint);
        let rules: Vec<String> = symptom.rules().map(|it| format!("{} {}", it.code, it.name)).collect();
        if !rules.is_empty() {
            page += &format!("\n{}\n", rules.join(" · "));
        }
    }
    page
}

#[test]
fn the_list_of_rules_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules/README.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, rules_page()).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == rules_page(), "run UPDATE_DOCS=1 cargo test --test tidy");
}
