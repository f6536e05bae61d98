//! Markdown out of strings that anyone may have written: nothing in them becomes markup, a link, HTML or a mention.
//!
//! A backslash keeps no `@name`, `#1` or address from being linked, as that happens after Markdown. Code does: whatever
//! is not an ordinary word becomes code.

use super::text::clean;

/// A text of words. What stands in backticks is code, and so is everything that is more than letters.
pub(super) fn prose(text: &str) -> String {
    let text = clean(text);
    let parts = text.trim().split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { code(part) } else { words(part) }).collect()
}

fn words(text: &str) -> String {
    let words: Vec<String> = text.split(' ').map(word).collect();
    words.join(" ")
}

fn word(word: &str) -> String {
    let (open, rest) = word.strip_prefix('(').map_or(("", word), |rest| ("(", rest));
    let core = rest.trim_end_matches([',', ';', ':', '.', ')']);
    let tail = rest.get(core.len()..).unwrap_or_default();
    let letters = |it: char| it.is_alphabetic() || it == '-' || it == '\'' || !it.is_ascii();
    let is_word = core.chars().all(letters) && !core.starts_with(['-', '\'']);
    // but `1.` and `1)` begin a list
    let is_number =
        core.len() <= 4 && core.chars().all(|it| it.is_ascii_digit()) && !tail.starts_with(['.', ')']);
    let is_plain = (is_word || is_number) && (!core.is_empty() || word.is_empty());
    if is_plain { word.to_owned() } else { format!("{open}{}{tail}", code(core)) }
}

/// A text as it is.
pub(super) fn code(text: &str) -> String {
    let text = clean(text);
    if text.trim().is_empty() {
        return text.into_owned();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The same in a cell of a table, where no backslash can be relied on to keep a bar from ending the cell.
pub(super) fn cell(text: &str) -> String {
    code(text).replace('|', "\\u{7c}")
}

/// Lines as they are.
pub(super) fn block(language: &str, lines: &[String]) -> String {
    let longest = lines.iter().map(|it| longest_run(it)).max().unwrap_or_default();
    let fence = "`".repeat(3.max(longest + 1));
    let lines: String = lines.iter().map(|it| format!("{}\n", clean(it))).collect();
    format!("{fence}{language}\n{lines}{fence}\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|it| it != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words_and_the_rest_becomes_code() {
        for (text, shown) in [
            ("Envoy speaks plain HTTP, (mostly) so: yes", "Envoy speaks plain HTTP, (mostly) so: yes"),
            ("targets Service `claude`, and not", "targets Service `claude`, and not"),
            ("to api.openai.com:443, API key", "to `api.openai.com:443`, API key"),
            ("400 or 503; 2 more", "400 or 503; 2 more"),
            ("1. x", "`1`. x"),
            ("Envoy's – naïve → 日本", "Envoy's – naïve → 日本"),
            ("hi @admin #12 a@b.c !1", "hi `@admin` `#12` `a@b.c` `!1`"),
            ("- x", "`-` x"),
            ("<b>x</b> &lt; [a](b) **c** _d_ $e$", "`<b>x</b>` `&lt`; `[a](b`) `**c**` `_d_` `$e$`"),
            (":tada: \\@x http://a www.a.b", "`:tada`: `\\@x` `http://a` `www.a.b`"),
            ("`a` `@b` ` c", "`a` `@b` ` c`"),
            ("a\nb\u{202e}", "`a\\nb\\u{202e}`"),
            ("", ""),
        ] {
            assert_eq!(prose(text), shown, "{text}");
        }
    }

    #[test]
    fn nothing_ends_the_code_that_it_stands_in() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code(""), "");
        assert_eq!(cell("a\\|b"), "`a\\\\u{7c}b`");
        assert_eq!(block("sh", &["a ````".into(), "b\u{7}".into()]), "`````sh\na ````\nb\\u{7}\n`````\n");
    }
}
