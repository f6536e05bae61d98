//! `completion`: scripts for shells, the one that kubectl calls, and manual pages.

mod candidates;
mod install;

use std::path::PathBuf;

use clap::{Args, CommandFactory, ValueEnum};
use clap_complete::Shell;

pub(super) use self::candidates::{COMPLETER, candidates};
use super::{Answer, Cli, Context, failure::Failure};

/// Prints what completes the command line, or manual pages
#[derive(Args)]
#[command(after_help = "\
kubectl completes a plugin by asking kubectl_complete-aigw_backend, which has to be on the PATH.

Examples:
  kubectl aigw-backend completion kubectl --install ~/.local/bin
  kubectl aigw-backend completion kubectl --install ~/.local/bin --alias # and `kubectl create aiservicebackend`
  source <(kubectl aigw-backend completion bash)                         # for kubectl-aigw_backend itself
  kubectl aigw-backend completion man --install ~/.local/share/man/man1")]
pub(super) struct Completion {
    /// For whom
    #[arg(value_name = "FOR")]
    target: Target,
    /// Write to this folder instead: scripts belong on the PATH
    #[arg(long, value_name = "DIR")]
    install: Option<PathBuf>,
    /// With the script for kubectl: `kubectl create aiservicebackend`, which is `create`
    #[arg(long, requires = "install")]
    alias: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Target {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
    /// The script that kubectl calls to complete `kubectl aigw-backend`
    Kubectl,
    /// Manual pages
    Man,
}

impl Target {
    fn shell(self) -> Option<Shell> {
        match self {
            Target::Bash => Some(Shell::Bash),
            Target::Elvish => Some(Shell::Elvish),
            Target::Fish => Some(Shell::Fish),
            Target::Powershell => Some(Shell::PowerShell),
            Target::Zsh => Some(Shell::Zsh),
            Target::Kubectl | Target::Man => None,
        }
    }
}

impl Completion {
    pub(super) fn run(&self, program: &str, context: &Context<'_>) -> Answer {
        match self.files(program) {
            Ok(files) => match &self.install {
                Some(folder) => install::install(folder, &files, context),
                None => Answer::text(files.into_iter().next().map_or(String::new(), |it| it.text)),
            },
            Err(failure) => Answer::failure(failure.show(context.talk)),
        }
    }

    /// What is asked for; what is printed without a folder comes first.
    fn files(&self, program: &str) -> Result<Vec<install::File>, Failure> {
        if self.alias && self.target != Target::Kubectl {
            return Err(Failure::new("--alias goes with `completion kubectl`")
                .help("kubectl aigw-backend completion kubectl --install DIR --alias"));
        }
        match self.target {
            Target::Kubectl => Ok(install::scripts(self.alias)),
            Target::Man => install::pages().map_err(|error| Failure::new(format!("no pages: {error}"))),
            Target::Bash | Target::Elvish | Target::Fish | Target::Powershell | Target::Zsh => {
                let shell = self.target.shell().unwrap_or(Shell::Bash);
                if self.install.is_some() {
                    return Err(Failure::new("where a shell looks for scripts is up to the shell")
                        .help(format!("print it: kubectl aigw-backend completion {shell}")));
                }
                let mut script = vec![];
                clap_complete::generate(shell, &mut Cli::command(), program, &mut script);
                let text = String::from_utf8_lossy(&script).into_owned();
                Ok(vec![install::File { name: String::new(), text, is_program: false }])
            }
        }
    }
}
