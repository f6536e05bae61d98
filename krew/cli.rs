//! The command line.

use super::{archive, failure::Failure, render, smoke, validate};

const EXAMPLES: &str = "Examples:
  cargo krew archive --tag v0.1.0 --target x86_64-unknown-linux-musl
  cargo krew render --tag v0.1.0 --repository OWNER/REPO
  cargo krew validate dist/aigw-backend.yaml --archives dist
  cargo krew smoke dist/aigw-backend.yaml --archives dist";

/// Makes what a release ships through krew, and proves that krew takes it
#[derive(Debug, clap::Parser)]
#[command(name = "cargo krew", bin_name = "cargo krew", after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Archive(archive::Args),
    Render(render::Args),
    Validate(validate::Args),
    Smoke(smoke::Args),
}

impl Cli {
    /// Runs it; the text is for stdout.
    pub fn run(&self) -> Result<String, Failure> {
        match &self.command {
            Command::Archive(args) => args.run(),
            Command::Render(args) => args.run(),
            Command::Validate(args) => args.run(),
            Command::Smoke(args) => args.run(),
        }
    }
}
