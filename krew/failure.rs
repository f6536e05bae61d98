//! What could not be done, and what to type next.

use std::fmt;

/// Ends a command.
#[derive(Debug)]
pub struct Failure {
    what: String,
    next: String,
}

impl Failure {
    /// What is wrong, and the next thing to type or to change.
    pub fn new(what: impl Into<String>, next: impl Into<String>) -> Self {
        Failure { what: what.into(), next: next.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "error: {}\n  next: {}", self.what, self.next)
    }
}
