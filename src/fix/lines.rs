//! Lines of a text, by the bytes that stand on them.

/// The first byte of a line.
pub(super) fn start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|it| it.rfind('\n')).map_or(0, |it| it + 1)
}

/// The byte after the end of a line.
pub(super) fn end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|it| it.find('\n')).map_or(text.len(), |it| at + it + 1)
}

/// Whether nothing stands before a byte on its line.
pub(super) fn is_first(text: &str, at: usize) -> bool {
    text.get(start(text, at)..at).is_some_and(|it| it.trim().is_empty())
}
