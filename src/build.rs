//! What the program was made from: the commit and its date, for `version`.

#![allow(clippy::disallowed_methods, reason = "cargo speaks by the environment")]

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=src/build.rs");
    println!("cargo::rerun-if-env-changed=AIGW_BACKEND_COMMIT");
    set("TARGET", std::env::var("TARGET").ok());
    let release = std::env::var("PROFILE").is_ok_and(|it| it == "release");
    // a build for a test need not be made anew with each commit
    let commit = release.then(commit).flatten();
    set("COMMIT", commit);
}

fn set(name: &str, value: Option<String>) {
    println!("cargo::rustc-env=AIGW_BACKEND_{name}={}", value.unwrap_or_default());
}

/// `HASH of DATE`: as a packager says, of the working tree, or of the package of crates.io.
fn commit() -> Option<String> {
    if let Ok(said) = std::env::var("AIGW_BACKEND_COMMIT") {
        return Some(said);
    }
    watch(".cargo_vcs_info.json");
    if let Ok(package) = std::fs::read_to_string(".cargo_vcs_info.json") {
        let (_, rest) = package.split_once("\"sha1\": \"")?;
        return rest.get(..12).map(str::to_owned);
    }
    // only of this project: an unpacked archive may stand in somebody else's repository
    if !std::path::Path::new(".git").exists() {
        return None;
    }
    for file in ["HEAD", "logs/HEAD"] {
        watch(&git(&["rev-parse", "--git-path", file])?);
    }
    git(&["log", "-1", "--no-show-signature", "--abbrev=12", "--format=%h of %cs"])
}

/// A file that is not there would be new at each build.
fn watch(path: &str) {
    if std::path::Path::new(path).exists() {
        println!("cargo::rerun-if-changed={path}");
    }
}

/// The last line of what git says of this folder, whatever repository a hook runs for.
fn git(args: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    let answer = git.args(args).env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").output().ok()?;
    let text = String::from_utf8(answer.stdout).ok().filter(|_| answer.status.success())?;
    text.lines().last().map(str::to_owned).filter(|it| !it.is_empty())
}
