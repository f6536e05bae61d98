//! What `cargo krew` makes, and whether it refuses what krew, its CI and its reviewers would.

// `cfg(test)` tells clippy that helpers are tests too

#[cfg(test)]
#[cfg(unix)]
mod action;
#[cfg(test)]
#[path = "../live/support/assets.rs"]
#[allow(dead_code, reason = "only kubectl is needed here")]
mod assets;
#[cfg(test)]
mod binstall;
#[cfg(test)]
mod made;
#[cfg(test)]
mod notices;
#[cfg(test)]
#[cfg(unix)]
mod oracle;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod release;
#[cfg(test)]
#[path = "../../krew/main.rs"]
#[allow(dead_code, reason = "`main` is for cargo")]
mod tools;

#[cfg(test)]
use std::{io::Write as _, path::PathBuf};

/// A folder of the tests.
#[cfg(test)]
fn folder(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).join(name)
}

/// Says something that the test harness does not capture.
#[cfg(test)]
fn say(text: &str) {
    writeln!(std::io::stderr(), "{text}").ok();
}

/// Whether tests that need Go and kubectl are left out.
#[cfg(test)]
fn skipped() -> bool {
    let skip = std::env::var_os("AIGW_SKIP_LIVE_TESTS").is_some_and(|it| it == "1");
    if skip {
        say("left out by AIGW_SKIP_LIVE_TESTS=1");
    }
    skip
}
