//! Text that a terminal may see: made harmless, measured, cut and wrapped.

use std::borrow::Cow;

/// Whether a character can move the cursor, hide, reorder or imitate others.
pub(super) fn is_nasty(it: char) -> bool {
    it.is_control()
        || matches!(it,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e000}'..='\u{f8ff}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
}

/// The one way for a string of the cluster to a terminal or a text: what is nasty is shown as an escape.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_nasty) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len() + 8);
    for it in text.chars() {
        match it {
            '\n' => cleaned.push_str("\\n"),
            '\t' => cleaned.push_str("\\t"),
            '\r' => cleaned.push_str("\\r"),
            it if is_nasty(it) => cleaned.extend(it.escape_unicode()),
            it => cleaned.push(it),
        }
    }
    Cow::Owned(cleaned)
}

/// The same for text of several lines.
pub(super) fn clean_lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.lines().map(clean)
}

/// Columns of a character that is not nasty: marks that combine take none, ideographs and emoji two.
pub(super) fn char_width(it: char) -> usize {
    match u32::from(it) {
        0x300..=0x36f
        | 0x483..=0x489
        | 0x591..=0x5bd
        | 0x610..=0x61a
        | 0x64b..=0x65f
        | 0x1ab0..=0x1aff
        | 0x1dc0..=0x1dff
        | 0x20d0..=0x20ff
        | 0xfe20..=0xfe2f => 0,
        0x1100..=0x115f
        | 0x231a..=0x231b
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xa960..=0xa97f
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Columns of a text without escapes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// Cuts the middle out of what is wider than that, as names differ at their ends.
pub(super) fn shorten(text: &str, columns: usize, ellipsis: char) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(1);
    let (head, tail) = (room - room / 2, room / 2);
    let start = prefix(text.chars(), head);
    let end: String = prefix(text.chars().rev(), tail).chars().rev().collect();
    format!("{start}{ellipsis}{end}")
}

fn prefix(chars: impl Iterator<Item = char>, columns: usize) -> String {
    let mut used = 0;
    chars
        .take_while(|it| {
            used += char_width(*it);
            used <= columns
        })
        .collect()
}

/// The first few of a list, and how many more there are.
pub fn some(all: &[String], shown: usize) -> String {
    let more = all.len().saturating_sub(shown);
    let first: Vec<&str> = all.iter().take(shown).map(String::as_str).collect();
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    first.join(", ") + &rest
}

/// Breaks between words; what is longer than a line by itself is cut where the line ends.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = vec![];
    let mut line = String::new();
    for word in text.split(' ') {
        let mut word = word;
        if !line.is_empty() {
            if width(&line) + 1 + width(word) <= columns {
                line.push(' ');
                line.push_str(word);
                continue;
            }
            lines.push(std::mem::take(&mut line));
        }
        while width(word) > columns {
            let head = prefix(word.chars(), columns);
            let Some(rest) = word.strip_prefix(head.as_str()).filter(|_| !head.is_empty()) else { break };
            lines.push(head);
            word = rest;
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_nasty_reaches_a_terminal() {
        for (nasty, shown) in [
            ("\u{1b}[31mred\u{1b}]0;title\u{7}", r"\u{1b}[31mred\u{1b}]0;title\u{7}"),
            ("a\u{202e}b\u{2066}c\u{2069}", r"a\u{202e}b\u{2066}c\u{2069}"),
            ("zero\u{200b}width\u{feff}", r"zero\u{200b}width\u{feff}"),
            ("c1\u{9b}31m\u{7f}", r"c1\u{9b}31m\u{7f}"),
            ("two\r\nlines\t", r"two\r\nlines\t"),
            ("tag\u{e0041}", r"tag\u{e0041}"),
            ("plain, ünïcödé, 日本", "plain, ünïcödé, 日本"),
        ] {
            assert_eq!(clean(nasty), shown);
            assert!(!clean(nasty).chars().any(is_nasty));
        }
    }

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(shorten("openai", 6, '…'), "openai");
        assert_eq!(shorten("a-very-long-name", 7, '…'), "a-v…ame");
        assert_eq!(shorten("日本日本日本", 7, '…'), "日…本");
        assert_eq!(shorten("abc", 1, '…'), "…");
    }

    #[test]
    fn lines_are_wrapped_between_words() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("日本日本", 3), ["日", "本", "日", "本"]);
    }
}
