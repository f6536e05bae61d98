//! What is to change in a file, as `diff -u` has it.

use std::ops::Range;

use serde_json::Value;
use similar::{DiffOp, TextDiff};

use super::{Style, clean};
use crate::cluster::{Place, Places};

/// Lines around a change.
const CONTEXT: usize = 3;
/// Stands for a line that may hold a credential.
const HIDDEN: &str = "(not shown, as it may hold a credential)";

/// A file, before or after.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// What it holds, without a byte order mark.
    pub text: &'a str,
    /// Which of its lines may be shown.
    pub places: &'a Places,
}

/// The lines of a side.
struct Lines<'a> {
    lines: Vec<&'a str>,
    shown: Vec<bool>,
}

impl<'a> Lines<'a> {
    fn of(side: Side<'a>, name: &str) -> Self {
        let lines: Vec<&str> = side.text.split_inclusive('\n').collect();
        let place = |line| Place { file: name.to_owned(), line, column: 1 };
        let shown = (1..=lines.len()).map(|line| side.places.line(&place(line)).is_some()).collect();
        Lines { lines, shown }
    }

    fn is_shown(&self, index: usize) -> bool {
        self.shown.get(index).copied().unwrap_or_default()
    }

    /// A line with its sign; what ends it stays, so that the text can be fed to `patch`.
    fn line(&self, index: usize, sign: char) -> (String, &'static str) {
        let line = self.lines.get(index).copied().unwrap_or_default();
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => line.strip_suffix('\r').map_or((line, "\n"), |line| (line, "\r\n")),
            None => (line, "\n\\ No newline at end of file\n"),
        };
        if !self.is_shown(index) {
            return (format!("{sign}{HIDDEN}"), "\n");
        }
        let parts: Vec<_> = line.split('\t').map(clean).collect();
        (format!("{sign}{}", parts.join("\t")), end)
    }
}

/// The changes of one file; nothing for none.
pub fn unified(name: &str, old: Side<'_>, new: Side<'_>, style: Style) -> String {
    let (old, new) = (Lines::of(old, name), Lines::of(new, name));
    let diff = TextDiff::from_slices(&old.lines, &new.lines);
    let hunks: String = diff.grouped_ops(CONTEXT).iter().map(|ops| hunk(ops, &old, &new, style)).collect();
    if hunks.is_empty() {
        return hunks;
    }
    let name = clean(name);
    format!("{}\n{}\n{hunks}", style.bold(&format!("--- {name}")), style.bold(&format!("+++ {name}")))
}

/// What is to change in an object, which is no Secret; values of headers may be credentials all the same.
pub fn values(name: &str, old: &Value, new: &Value, style: Style) -> String {
    let text = |it: &Value| {
        let mut it = it.clone();
        hide_headers(&mut it);
        super::yaml::text(&it)
    };
    let (old, new) = (text(old), text(new));
    let diff = TextDiff::from_lines(&old, &new);
    let line = |it: similar::Change<&str>| {
        let text = clean(it.value().trim_end_matches('\n')).into_owned();
        match it.tag() {
            similar::ChangeTag::Delete => style.bad(&format!("-{text}")) + "\n",
            similar::ChangeTag::Insert => style.good(&format!("+{text}")) + "\n",
            similar::ChangeTag::Equal => format!(" {text}\n"),
        }
    };
    let changes = diff.iter_all_changes().map(line);
    format!("{}\n{}", style.bold(name), changes.collect::<String>())
}

fn hide_headers(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let set = fields.get_mut("headerMutation").and_then(|it| it.get_mut("set")?.as_array_mut());
            for it in set.into_iter().flatten().filter_map(|it| it.get_mut("value")) {
                *it = format!("({} bytes, not shown)", it.as_str().map_or(0, str::len)).into();
            }
            fields.values_mut().for_each(hide_headers);
        }
        Value::Array(items) => items.iter_mut().for_each(hide_headers),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn hunk(ops: &[DiffOp], old: &Lines<'_>, new: &Lines<'_>, style: Style) -> String {
    let mut body = String::new();
    let (mut from, mut to): (Option<Range<usize>>, Option<Range<usize>>) = (None, None);
    for (at, op) in ops.iter().enumerate() {
        let (mut was, mut is) = (op.old_range(), op.new_range());
        let is_context = matches!(op, DiffOp::Equal { .. });
        if is_context {
            // around a change nothing needs to be shown that must not be
            let hidden = |it: &usize| !old.is_shown(*it);
            if at == 0 {
                let skip = was.clone().rev().find(hidden).map_or(0, |it| it + 1 - was.start);
                (was.start, is.start) = (was.start + skip, is.start + skip);
            }
            if at + 1 == ops.len() {
                let keep = was.clone().find(hidden).map_or(was.len(), |it| it - was.start);
                (was.end, is.end) = (was.start + keep, is.start + keep);
            }
        }
        grow(&mut from, &was);
        grow(&mut to, &is);
        for index in was {
            let (line, end) = old.line(index, if is_context { ' ' } else { '-' });
            body += &if is_context { line } else { style.bad(&line) };
            body += end;
        }
        for index in is.filter(|_| !is_context) {
            let (line, end) = new.line(index, '+');
            body += &style.good(&line);
            body += end;
        }
    }
    let head = format!("@@ -{} +{} @@", range(from), range(to));
    format!("{}\n{body}", style.dim(&head))
}

/// Where nothing is taken, it is not said after what.
fn grow(all: &mut Option<Range<usize>>, by: &Range<usize>) {
    match all {
        Some(_) if Range::is_empty(by) => {}
        Some(all) if !Range::is_empty(all) => all.end = by.end,
        _ => *all = Some(by.clone()),
    }
}

/// First line and number of lines; the line before for none.
fn range(lines: Option<Range<usize>>) -> String {
    let lines = lines.unwrap_or_default();
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        many => format!("{},{many}", lines.start + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::files::{Request, load_text};

    fn diff(old: &str, new: &str) -> String {
        let load = |text| load_text(&Request::default(), "x.yaml", text).places;
        let (was, is) = (load(old), load(new));
        let style = Style { color: false, links: false, ascii: false, width: 80 };
        unified("x.yaml", Side { text: old, places: &was }, Side { text: new, places: &is }, style)
    }

    #[test]
    fn it_is_what_diff_says() {
        let old = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  type: x\r\n  a: 1";
        let new = old.replace("x\r\n", "y\t\u{202e}\r\n");
        assert_eq!(
            diff(old, &new),
            "--- x.yaml\n+++ x.yaml\n@@ -3,5 +3,5 @@\n metadata:\n   name: a\n spec:\n-  type: x\r\n+  type: y\t\\u{202e}\r\n   \
             a: 1\n\\ No newline at end of file\n"
        );
        assert_eq!(diff(old, old), "");
        // the lines that are alike may be taken for others of the same text
        let old = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n# a\n# b\n";
        let new = &old.replace("# a", "# b");
        assert!(diff(old, new).contains("@@ -1,5 +1,5 @@\n"), "{}", diff(old, new));
        assert_eq!(
            diff("", "apiVersion: v1\n"),
            "--- x.yaml\n+++ x.yaml\n@@ -0,0 +1 @@\n+(not shown, as it may hold a credential)\n"
        );
    }

    #[test]
    fn a_secret_nearby_is_not_shown() {
        let old = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {k: canary}\n---\napiVersion: v1\nkind: \
                   Service\nmetadata: {name: a}\nspec: {type: x}\n---\napiVersion: v1\nkind: Secret\nmetadata: \
                   {name: b}\nstringData: {k: canary}\n";
        let shown = diff(old, &old.replace("type: x", "type: y"));
        assert!(!shown.contains("canary") && !shown.contains(HIDDEN), "{shown}");
        assert!(shown.contains("\n-spec: {type: x}\n+spec: {type: y}\n"), "{shown}");
        let shown = diff(old, &old.replace("canary", "other"));
        assert!(!shown.contains("canary") && !shown.contains("other") && shown.contains(HIDDEN), "{shown}");
    }
}
