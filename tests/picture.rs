//! The picture of the README is what the program prints. `UPDATE_DOCS=1 cargo test --test picture` draws it anew.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use std::{fs, path::Path, process::Command};

use anstyle_svg::Term;

/// The table alone: a picture of the whole would be three screens high.
fn drawn() -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kubectl-aigw_backend"))
        .args(["check", "--demo", "--color", "always"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let first = text.split("\n\n").take(2).collect::<Vec<_>>().join("\n\n");
    let shell = "$ kubectl aigw-backend check --demo\n";
    Term::new().render_svg(&format!("{shell}{first}\n"))
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
