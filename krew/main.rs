//! `cargo krew`: the archives of a release, its krew manifest, and the proof that both are what krew takes.
//! `krew/README.md` says how a release is made.

mod archive;
mod cli;
mod empty_root;
mod failure;
mod files;
mod install;
mod manifest;
mod notices;
mod platform;
mod render;
mod rules;
mod selector;
mod smoke;
mod tag;
mod template;
mod unpack;
mod validate;

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
