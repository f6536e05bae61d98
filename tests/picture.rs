//! The picture of the README is what the program prints. `UPDATE_DOCS=1 cargo test --test picture` draws it anew.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use std::{fs, path::Path, process::Command};

use anstyle_svg::Term;

/// The table and one finding: a picture of the whole would be three screens high. Commands to copy are cut: they are as
/// wide as they are, and a picture is not copied from.
fn drawn() -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kubectl-aigw_backend"))
        .args(["check", "--demo", "--color", "always"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let first = text.split("\n\n").take(2).collect::<Vec<_>>().join("\n\n");
    let cut = |line: &str| {
        let is_long = line.chars().count() > 80 && !line.contains('\u{1b}');
        if is_long { line.chars().take(79).chain(['…', '\n']).collect() } else { format!("{line}\n") }
    };
    let first: String = first.lines().map(cut).collect();
    let shell = "$ kubectl aigw-backend check --demo\n";
    Term::new().render_svg(&format!("{shell}{first}"))
}

#[test]
fn the_picture_is_what_the_program_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/check.svg");
    let drawn = drawn();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &drawn).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap();
    assert!(there == drawn, "UPDATE_DOCS=1 cargo test --test picture");
}
