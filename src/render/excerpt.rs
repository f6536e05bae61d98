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
    let marked = width(shown.get(offset(&shown, start)..).unwrap_or_default().trim_end()).max(1);
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
