//! A line on stderr while a person waits.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{cluster::live, render::clean};

/// Silent for the first second, and for ever where stderr is no terminal.
pub(super) struct Line {
    bar: ProgressBar,
    since: Instant,
    verbose: bool,
}

impl Line {
    /// `verbose` prints each step, whoever reads.
    pub(super) fn new(terminal: bool, verbose: bool) -> Self {
        let target =
            if terminal && !verbose { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(
            ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()),
        );
        Line { bar, since: Instant::now(), verbose }
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

impl live::Progress for Line {
    #[allow(clippy::print_stderr)] // what is told while it happens cannot wait for the answer
    fn step(&self, what: &str) {
        let what = clean(what);
        if self.verbose {
            eprintln!("{:>6} ms  {what}", self.since.elapsed().as_millis());
        } else if self.since.elapsed() >= Duration::from_secs(1) {
            self.bar.set_message(format!("{what} …"));
        }
    }
}
