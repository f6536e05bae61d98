//! What is done with the objects.

use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::cli::duration;

/// How long `--wait` waits where it does not say.
const PATIENCE: &str = "60s";

/// What is done with the objects.
#[derive(Args)]
#[command(next_help_heading = "Output")]
pub(super) struct DeedFlags {
    /// Only show what would be done: without a cluster, or with the word of its server
    #[arg(long, value_enum, value_name = "WHERE", default_value_t = DryRun::None, hide_default_value = true)]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "client")]
    pub dry_run: DryRun,
    /// yaml, json or name
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    pub output: Option<Format>,
    /// Change objects that are there already, by server-side apply
    #[arg(long)]
    pub apply: bool,
    /// Take fields over that others own
    #[arg(long, requires = "apply")]
    pub force_conflicts: bool,
    /// Create it although it would not work
    #[arg(long)]
    pub force: bool,
    /// Wait for the controllers' verdict [default: 60s]
    #[arg(long, value_name = "D", value_parser = duration::parse)]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = PATIENCE)]
    pub wait: Option<Duration>,
}

/// `--dry-run`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DryRun {
    /// Write
    None,
    /// No cluster is asked
    Client,
    /// The server says what it would do
    Server,
}

/// `-o`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Yaml,
    Json,
    Name,
}
