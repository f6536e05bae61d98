//! What becomes of a fix: commands to copy, or edits of the files that hold its objects.
//!
//! Edits touch what changes and nothing else: comments, order and layout stay. Each is read again before it counts, and
//! must come to exactly what the fix says; what cannot be written that way is refused with a word, never half done.

mod commands;
mod edit;
mod lines;
mod repair;
mod scalar;
#[cfg(test)]
mod tests;
mod text;
mod tree;

pub use commands::commands;
pub(crate) use commands::quote;
pub use repair::{Judge, Left, Mended, Outcome, Repair, Wanted};
pub use text::Refusal;
