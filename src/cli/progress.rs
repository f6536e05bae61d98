//! A line on stderr while a person waits.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::{cluster::live, render::clean};

/// Most runs are over before.
const PATIENCE: Duration = Duration::from_secs(1);

/// Silent for the first second, and for ever where stderr is no terminal.
pub(super) struct Line {
    bar: ProgressBar,
    what: Arc<Mutex<String>>,
    since: Instant,
    verbose: bool,
}

impl Line {
    /// `verbose` prints each step, whoever reads.
    pub(super) fn new(terminal: bool, verbose: bool) -> Self {
        let shown = terminal && !verbose;
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let what = Arc::new(Mutex::new(String::new()));
        let told = Arc::clone(&what);
        let tell = move |state: &ProgressState, out: &mut dyn fmt::Write| {
            if state.elapsed() >= PATIENCE {
                let what = told.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = write!(out, "{what} … {} s", state.elapsed().as_secs());
            }
        };
        if let Ok(style) = ProgressStyle::with_template("{what}") {
            bar.set_style(style.with_key("what", tell));
        }
        if shown {
            bar.enable_steady_tick(PATIENCE / 2);
        }
        Line { bar, what, since: Instant::now(), verbose }
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
        } else {
            *self.what.lock().unwrap_or_else(PoisonError::into_inner) = what.into_owned();
        }
    }
}
