//! What is known of the other end: is it a terminal, how wide, does it want colour.

use std::io::{self, IsTerminal};

use anstream::{AutoStream, ColorChoice};

/// Columns where there is no terminal to ask.
const PIPED: usize = 80;
/// Below this nothing is readable, and lines may as well be cut by the terminal.
const LEAST: usize = 40;

/// Facts about stdout and stderr, asked once.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// Columns of the terminal that stdout is; `None` for pipes and files.
    pub columns: Option<usize>,
    /// Whether stdout wants colour, by itself or because `NO_COLOR` or `CLICOLOR_FORCE` say so.
    pub color: bool,
    /// Whether stderr wants colour.
    pub color_stderr: bool,
    /// Whether stdout is a terminal that shows links, as far as it says so.
    pub links: bool,
    /// Whether stderr is a terminal, where progress may be shown.
    pub talks: bool,
    /// Whether somebody can be asked: stdin and stderr are a terminal.
    pub asks: bool,
}

impl Terminal {
    /// No terminal at all.
    pub const PIPE: Terminal = Terminal {
        columns: None,
        color: false,
        color_stderr: false,
        links: false,
        talks: false,
        asks: false,
    };

    /// Asks the streams of this process.
    pub fn detect() -> Self {
        let (stdout, stderr) = (io::stdout(), io::stderr());
        let columns = || terminal_size::terminal_size_of(&stdout).map(|(width, _)| usize::from(width.0));
        Terminal {
            columns: if stdout.is_terminal() { columns().or(Some(PIPED)) } else { None },
            color: AutoStream::choice(&stdout) != ColorChoice::Never,
            color_stderr: AutoStream::choice(&stderr) != ColorChoice::Never,
            links: supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
            talks: stderr.is_terminal(),
            asks: stderr.is_terminal() && io::stdin().is_terminal(),
        }
    }

    /// Columns to write for; `wanted` is what COLUMNS says, which counts for terminals alone.
    pub(super) fn width(&self, wanted: Option<&str>) -> usize {
        match (self.columns, wanted.and_then(|it| it.parse().ok())) {
            (None, _) => PIPED,
            (Some(_), Some(wanted)) => LEAST.max(wanted),
            (Some(columns), None) => LEAST.max(columns),
        }
    }
}
