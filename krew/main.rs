//! `cargo krew`: the archives of a release, its krew manifest, and the proof that both are what krew takes.
//! `krew/README.md` says how a release is made.

pub mod archive;
pub mod cli;
pub mod empty_root;
pub mod failure;
pub mod files;
pub mod install;
pub mod manifest;
pub mod notices;
pub mod platform;
pub mod render;
pub mod rules;
pub mod selector;
pub mod smoke;
pub mod tag;
pub mod template;
pub mod unpack;
pub mod validate;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(text) => match io::stdout().write_all(text.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
            _ => ExitCode::SUCCESS,
        },
        Err(failure) => {
            let _ = writeln!(io::stderr(), "{failure}");
            ExitCode::FAILURE
        }
    }
}
