//! `completion SHELL`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Answer, Cli};

/// Prints a script that completes the command line
#[derive(Args)]
#[command(after_help = "Example:\n  source <(kubectl aigw-backend completion bash)")]
pub(super) struct Completion {
    /// The shell
    shell: Shell,
}

impl Completion {
    pub(super) fn run(&self, program: &str) -> Answer {
        let mut script = vec![];
        clap_complete::generate(self.shell, &mut Cli::command(), program, &mut script);
        Answer::text(String::from_utf8_lossy(&script).into_owned())
    }
}
