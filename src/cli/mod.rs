//! The command line: from arguments to what is printed and the exit code. Prints nothing itself.
#![allow(clippy::format_push_string)] // reads better than `write!`, and there is little to say

mod accept;
mod check;
mod completion;
mod connection;
mod create;
mod duration;
mod exit;
mod explain;
mod failure;
mod file;
mod input;
mod output;
mod progress;
mod repair;
mod request;
mod save;
mod select;
mod selector;
mod terminal;
mod version;

pub use exit::ExitCode;
pub use terminal::Terminal;

use std::{borrow::Cow, ffi::OsString, io::Read, path::Path};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

use self::connection::ConnectionFlags;
use crate::render::{Style, clean};

/// The plugin as kubectl finds it.
const PLUGIN: &str = "kubectl-aigw_backend";
/// Started under this name it is `create`: kubectl finds `kubectl create aiservicebackend` then.
const ALIAS: &str = "kubectl-create-aiservicebackend";

/// What a run comes to.
#[derive(Debug)]
pub struct Answer {
    /// The answer alone.
    pub stdout: String,
    /// Talk: warnings, notes, errors.
    pub stderr: String,
    /// Talk that ends the screen: what to type next.
    pub epilogue: String,
    /// What the process ends with.
    pub code: ExitCode,
}

impl Answer {
    fn text(stdout: String) -> Self {
        Answer { stdout, stderr: String::new(), epilogue: String::new(), code: ExitCode::Fine }
    }

    fn failure(stderr: String) -> Self {
        Answer { stdout: String::new(), stderr, epilogue: String::new(), code: ExitCode::Failure }
    }
}

/// Finds out why a backend of Envoy AI Gateway fails, and prints the line to change
#[derive(Parser)]
#[command(name = "aigw-backend", version, disable_help_subcommand = true, disable_help_flag = true)]
#[command(max_term_width = 100, args_override_self = true)] // the last one counts, as with kubectl
#[command(after_help = "Examples:
  kubectl aigw-backend check                  # backends of the current namespace
  kubectl aigw-backend check -f manifests/    # files instead of a cluster
  kubectl aigw-backend explain AIB302         # what a code means
  kubectl aigw-backend create openai --provider openai --secret openai-key
  kubectl aigw-backend check --demo           # an example")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    connection: ConnectionFlags,
    /// When to use colour; NO_COLOR and CLICOLOR_FORCE count for `auto`
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    #[arg(help_heading = "Output")]
    color: When,
    /// Plain ASCII signs
    #[arg(long, global = true, help_heading = "Output")]
    ascii: bool,
    /// Print help
    #[arg(short, long, global = true, action = clap::ArgAction::HelpShort)]
    help: Option<bool>,
    #[arg(long, global = true, hide = true, env = "COLUMNS")]
    columns: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    Check(Box<check::Check>),
    Create(Box<create::Create>),
    Explain(Box<explain::Explain>),
    /// Prints the version, and what it was made from
    Version,
    Completion(completion::Completion),
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

/// Everything a command needs beside its own arguments.
struct Context<'a> {
    connection: ConnectionFlags,
    /// For stdout.
    style: Style,
    /// For stderr.
    talk: Style,
    terminal: &'a Terminal,
    now: Timestamp,
    stdin: &'a mut dyn Read,
}

/// Runs the command line.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    terminal: &Terminal,
    now: Timestamp,
    stdin: &mut dyn Read,
) -> Answer {
    let mut args: Vec<OsString> = args.into_iter().collect();
    if args.get(1).is_some_and(|it| it == completion::COMPLETER) {
        return completion::candidates(args.get(2..).unwrap_or_default());
    }
    let (file, shown) = program(args.first());
    if file == ALIAS {
        args.insert(1, "create".into());
    }
    let command = Cli::command().bin_name(shown.as_str());
    let called = called(&shown, &args);
    let tame = args.iter().all(|it| matches!(clean(&it.to_string_lossy()), Cow::Borrowed(_)));
    let cli = match command.try_get_matches_from(args).and_then(|it| Cli::from_arg_matches(&it)) {
        Ok(cli) => cli,
        // with colour only where what it quotes has none of its own
        Err(error) if tame => return usage(&error, &called, terminal),
        Err(error) => return usage(&error, &called, &Terminal::PIPE),
    };
    let colored = |auto| match cli.color {
        When::Auto => auto,
        When::Always => true,
        When::Never => false,
    };
    let width = terminal.width(cli.columns.as_deref());
    let links = terminal.links && cli.color != When::Never;
    let style = Style { color: colored(terminal.color), links, ascii: cli.ascii, width };
    let talk = Style { color: colored(terminal.color_stderr), links: false, ..style };
    let context = Context { connection: cli.connection, style, talk, terminal, now, stdin };
    match cli.command {
        Command::Check(check) => check.run(context),
        Command::Create(create) => create.run(context),
        Command::Explain(explain) => explain.run(context),
        Command::Version => version::run(),
        Command::Completion(completion) => completion.run(&file, &context),
    }
}

/// The file name of the program, and how it is called: kubectl starts `kubectl-aigw_backend` for `kubectl aigw-backend`.
fn program(arg: Option<&OsString>) -> (String, String) {
    let name = arg.and_then(|it| Path::new(it).file_stem()).map(|it| it.to_string_lossy().into_owned());
    let file = name.unwrap_or_else(|| PLUGIN.to_owned());
    let shown = match file.strip_prefix("kubectl-") {
        _ if file == ALIAS => "kubectl aigw-backend".to_owned(),
        Some(plugin) => format!("kubectl {}", plugin.replace('-', " ").replace('_', "-")),
        None => file.clone(),
    };
    (file, shown)
}

/// Help goes to stdout, a wrong usage to stderr.
fn usage(error: &clap::Error, called: &str, terminal: &Terminal) -> Answer {
    let colored = if error.use_stderr() { terminal.color_stderr } else { terminal.color };
    let rendered = error.render();
    let text = if colored {
        rendered.ansi().to_string()
    } else {
        // it quotes arguments
        rendered.to_string().lines().map(|it| clean(it).into_owned() + "\n").collect()
    };
    // what stands there is what to type, but `--help` alone is not
    let text = match text.rsplit_once("For more information, try") {
        Some((before, _)) if error.use_stderr() => {
            format!("{before}more: {called} --help\n")
        }
        _ => text,
    };
    if error.use_stderr() { Answer::failure(text) } else { Answer::text(text) }
}

/// The program with the command that was meant.
fn called(program: &str, args: &[OsString]) -> String {
    let commands = Cli::command();
    let known = |arg: &&OsString| commands.get_subcommands().any(|it| it.get_name() == arg.as_os_str());
    let command = args.iter().skip(1).find(known);
    command.map_or(program.to_owned(), |it| format!("{program} {}", it.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn usage_names_the_plugin() {
        let shown = |arg: &str| program(Some(&arg.into())).1;
        assert_eq!(shown("/usr/bin/kubectl-aigw_backend"), "kubectl aigw-backend");
        assert_eq!(shown("kubectl-aigw_backend.exe"), "kubectl aigw-backend");
        assert_eq!(shown("aigw"), "aigw");
        assert_eq!(shown("kubectl-create-aiservicebackend"), "kubectl aigw-backend");
    }
}
