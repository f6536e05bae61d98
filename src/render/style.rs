//! Colours and signs. A sign never stands alone where a word fits, and a colour never says what nothing else says.

use owo_colors::{OwoColorize, Style as Paint};

use crate::{report::State, rules::Severity};

/// How to write for the other end.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// With colours.
    pub color: bool,
    /// With links, which a terminal shows as their text alone.
    pub links: bool,
    /// With ASCII signs alone.
    pub ascii: bool,
    /// Columns that a line may fill.
    pub width: usize,
}

impl Style {
    /// For what lays out lines by itself.
    pub const PLAIN: Style = Style { color: false, links: false, ascii: false, width: usize::MAX };

    fn paint(self, text: &str, paint: Paint) -> String {
        if self.color { text.style(paint).to_string() } else { text.to_owned() }
    }

    /// A text that leads to a page (OSC 8).
    pub(super) fn link(self, text: &str, page: &str) -> String {
        if self.links { format!("\x1b]8;;{page}\x1b\\{text}\x1b]8;;\x1b\\") } else { text.to_owned() }
    }

    /// What is wrong.
    pub fn bad(self, text: &str) -> String {
        self.paint(text, Paint::new().red().bold())
    }

    /// What may be wrong.
    pub fn warn(self, text: &str) -> String {
        self.paint(text, Paint::new().yellow().bold())
    }

    /// What is well.
    pub fn good(self, text: &str) -> String {
        self.paint(text, Paint::new().green())
    }

    /// What matters less.
    pub fn dim(self, text: &str) -> String {
        self.paint(text, Paint::new().dimmed())
    }

    /// What matters.
    pub fn bold(self, text: &str) -> String {
        self.paint(text, Paint::new().bold())
    }

    /// In the colour of a state.
    pub(super) fn state(self, state: State, text: &str) -> String {
        match state {
            State::Fail => self.bad(text),
            State::Warn => self.warn(text),
            State::Unknown => self.paint(text, Paint::new().magenta()),
            State::Ok => self.good(text),
            State::None => self.dim(text),
        }
    }

    /// The sign of a state, without colour.
    pub(super) fn sign(self, state: State) -> char {
        match (state, self.ascii) {
            (State::Fail, false) => '✖',
            (State::Fail, true) => 'x',
            (State::Warn, false) => '▲',
            (State::Warn, true) => '!',
            (State::Unknown, _) => '?',
            (State::Ok, false) => '✔',
            (State::Ok, true) => '+',
            (State::None, false) => '·',
            (State::None, true) => '-',
        }
    }

    /// The sign of a severity.
    pub(super) fn severity(self, severity: Severity) -> (State, char) {
        match severity {
            Severity::Error => (State::Fail, self.sign(State::Fail)),
            Severity::Warning => (State::Warn, self.sign(State::Warn)),
            Severity::Info => (State::None, 'i'),
        }
    }

    /// Stands between words.
    pub(super) fn dot(self) -> char {
        if self.ascii { '-' } else { '·' }
    }

    /// Stands for what was left out.
    pub(super) fn ellipsis(self) -> char {
        if self.ascii { '~' } else { '…' }
    }
}
