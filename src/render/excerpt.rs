//! The line of a file at which a finding points.

use super::{
    Page,
    text::{char_width, clean, shorten, width, wrap},
};
use crate::cluster::Place;

/// The place, the line with its carets, and what is wrong there. Lines of Secrets are not known here, and not shown.
pub(super) fn show(place: &Place, message: &str, page: &Page<'_>) -> String {
    let style = page.style;
    let mut text = format!("  {} {}:{}:{}\n", style.dim("-->"), clean(&place.file), place.line, place.column);
    let message = clean(message);
    let Some(line) = page.places.line(place) else {
        return wrap(&message, style.width.saturating_sub(2))
            .iter()
            .fold(text, |text, it| text + &format!("  {it}\n"));
    };
    let number = place.line.to_string();
    let gutter = number.len() + 1;
    let room = style.width.saturating_sub(gutter + 3).max(20);
    let start = column(line, place.column);
    let (line, start) = if start < room { (line, start) } else { (line.trim_start(), 0) };
    let shown = shorten(&clean(line), room, style.ellipsis());
    let rest = shown.get(offset(&shown, start)..).unwrap_or_default();
    // up to a comment, which is not what is wrong
    let marked = width(rest.split(" #").next().unwrap_or_default().trim_end()).max(1);
    let bar = style.dim("|");
    text += &format!("{:gutter$}{bar}\n", "");
    text += &format!("{} {bar} {shown}\n", style.dim(&number));
    text += &format!("{:gutter$}{bar} {:start$}{}\n", "", "", style.bad(&"^".repeat(marked)));
    for it in wrap(&message, room) {
        text += &format!("{:gutter$}{bar} {it}\n", "");
    }
    text
}

/// Columns before a character of a line, once it is made harmless.
fn column(line: &str, place: usize) -> usize {
    let before: String = line.chars().take(place.saturating_sub(1)).collect();
    width(&clean(&before))
}

/// Bytes before a column.
fn offset(text: &str, columns: usize) -> usize {
    let mut used = 0;
    text.char_indices()
        .find(|(_, it)| {
            used += char_width(*it);
            used > columns
        })
        .map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cluster::files::{Request, load_text},
        model::{Key, Kind},
        render::Style,
    };

    fn excerpt(text: &str, key: &Key, pointer: &str, width: usize) -> String {
        let places = load_text(&Request::default(), "x.yaml", text).places;
        let style = Style { color: false, links: false, ascii: false, width };
        let page = Page { style, places: &places, assumed_complete: false, fail_on: None, failures: &[] };
        show(&places.locate(key, pointer).unwrap(), "wrong here", &page)
    }

    #[test]
    fn the_line_is_shown_and_marked() {
        let text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  type: \u{202e}nasty # no\n";
        let key = Key::new(Kind::Service, "default", "a");
        assert_eq!(
            excerpt(text, &key, "/metadata/name", 80),
            "  --> x.yaml:4:9\n  |\n4 |   name: a\n  |         ^\n  | wrong here\n"
        );
        assert_eq!(
            excerpt(text, &key, "/spec/type", 80),
            "  --> x.yaml:6:9\n  |\n6 |   type: \\u{202e}nasty # no\n  |         ^^^^^^^^^^^^^\n  | wrong here\n"
        );
    }

    #[test]
    fn a_long_line_is_cut() {
        let text = format!("{{apiVersion: v1, kind: Service, metadata: {{name: {}}}}}", "a".repeat(200));
        let key = Key::new(Kind::Service, "default", "a".repeat(200));
        let shown = excerpt(&text, &key, "/metadata/name", 60);
        assert!(shown.lines().all(|line| width(line) <= 60), "{shown}");
    }

    #[test]
    fn lines_of_secrets_are_not_shown() {
        let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {key: canary}\n";
        let key = Key::new(Kind::Secret, "default", "a");
        let shown = excerpt(text, &key, "/stringData/key", 80);
        assert_eq!(shown, "  --> x.yaml:4:19\n  wrong here\n");
    }
}
