//! What the process says with its exit code, in every format.

use crate::{report::Report, rules::Severity};

/// The exit code; what is worse is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitCode {
    /// Nothing at or above `--fail-on`.
    Fine,
    /// `--strict` and something could not be checked, or `--timeout` cut the run short: 3.
    Incomplete,
    /// Findings at or above `--fail-on`: 1.
    Findings,
    /// It could not be done: 2.
    Failure,
}

impl ExitCode {
    /// The number: 2 wins over 1, and 1 over 3.
    pub fn number(self) -> u8 {
        match self {
            ExitCode::Fine => 0,
            ExitCode::Findings => 1,
            ExitCode::Failure => 2,
            ExitCode::Incomplete => 3,
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        std::process::ExitCode::from(code.number())
    }
}

/// From which severity on a finding fails the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum FailOn {
    /// Errors.
    Error,
    /// Warnings and errors.
    Warning,
    /// Whatever was found.
    Info,
    /// Nothing.
    Never,
}

impl FailOn {
    /// The least severity that fails the run, if any does.
    pub(super) fn least(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Info => Some(Severity::Info),
            FailOn::Never => None,
        }
    }
}

/// The exit code that a report calls for; `cut_short` where a deadline ended the run.
pub(super) fn of_report(report: &Report, fail_on: FailOn, strict: bool, cut_short: bool) -> ExitCode {
    let fails = |severity| fail_on.least().is_some_and(|least| severity <= least);
    if report.findings.iter().any(|it| it.counts() && fails(it.severity)) {
        ExitCode::Findings
    } else if cut_short || strict && !report.summary.complete {
        ExitCode::Incomplete
    } else {
        ExitCode::Fine
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_wins_over_one_and_one_over_three() {
        let mut codes = [ExitCode::Failure, ExitCode::Fine, ExitCode::Findings, ExitCode::Incomplete];
        codes.sort();
        assert_eq!(codes.map(ExitCode::number), [0, 3, 1, 2]);
    }
}
