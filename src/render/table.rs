//! The health table: fits the width, and grows no further than its contents.

use std::collections::BTreeMap;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

use super::{
    Style,
    text::{clean, shorten, width},
};
use crate::{
    report::{Entry, Report, Row, State},
    rules::{Hop, Severity},
};

/// What hits each backend.
pub(super) type ByBackend<'a> = BTreeMap<&'a str, Vec<&'a Entry>>;

/// A table as rows of plain text, the first one the heading.
pub(super) struct Grid {
    rows: Vec<Vec<String>>,
    /// Columns whose cells are signs, and are centred.
    signs: std::ops::Range<usize>,
}

/// How columns of hops are headed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heading {
    Word,
    Short,
    Letter,
}

/// How much is given up to make the rows fit.
#[derive(Clone, Copy)]
struct Squeeze {
    gap: u16,
    heading: Heading,
    /// Columns of each name.
    name: usize,
}

/// The table of all backends; empty without any.
pub(super) fn table(report: &Report, style: Style) -> String {
    if report.backends.is_empty() {
        return String::new();
    }
    let found = report.by_backend();
    let roomy = Squeeze { gap: 2, heading: Heading::Word, name: usize::MAX };
    let fits = |squeeze: Squeeze| {
        let text = lay_out(&grid(report, &found, style, squeeze), squeeze.gap);
        (text.lines().map(width).max().unwrap_or_default() <= style.width).then_some(text)
    };
    let short = Squeeze { gap: 1, heading: Heading::Short, ..roomy };
    let letter = Squeeze { heading: Heading::Letter, ..short };
    let cut = |from: Squeeze, least: usize| (least..=60).rev().map(move |name| Squeeze { name, ..from });
    let steps = [roomy, Squeeze { gap: 1, ..roomy }, short].into_iter().chain(cut(short, 12));
    let text = steps.chain([letter]).chain(cut(letter, 4)).find_map(fits);
    let least = Squeeze { name: 4, ..letter };
    paint(&text.unwrap_or_else(|| lay_out(&grid(report, &found, style, least), 1)), style)
}

/// NAMESPACE, where there is more than one; NAME.
pub(super) fn names(report: &Report) -> bool {
    report.backends.iter().any(|row| report.backends.first().is_some_and(|it| it.namespace != row.namespace))
}

fn grid(report: &Report, found: &ByBackend<'_>, style: Style, squeeze: Squeeze) -> Grid {
    let namespaces = names(report);
    let name = |text: &str| shorten(&clean(text), squeeze.name, style.ellipsis());
    let letter = squeeze.heading == Heading::Letter;
    let mut heading =
        if namespaces { vec![if letter { "NS" } else { "NAMESPACE" }, "NAME"] } else { vec!["NAME"] };
    let first = heading.len();
    heading.extend(Hop::OF_BACKEND.map(|hop| heading_of(hop, squeeze.heading)));
    heading.extend([if letter { "" } else { "HEALTH" }, ""]);
    let mut rows: Vec<Vec<String>> = vec![heading.into_iter().map(str::to_owned).collect()];
    for row in &report.backends {
        let mut cells = if namespaces { vec![name(&row.namespace)] } else { vec![] };
        cells.push(name(&row.name));
        cells.extend(signs(row, style));
        let sign = style.sign(row.health);
        cells.push(if letter { sign.to_string() } else { format!("{sign} {}", row.health.word()) });
        cells.push(codes(found, row, if squeeze.heading == Heading::Word { 2 } else { 1 }));
        rows.push(cells);
    }
    Grid { rows, signs: first..first + Hop::OF_BACKEND.len() }
}

/// The signs of the six hops.
pub(super) fn signs(row: &Row, style: Style) -> [String; 6] {
    Hop::OF_BACKEND.map(|hop| style.sign(row.hops.get(hop).map_or(State::None, |it| it.state)).to_string())
}

fn heading_of(hop: Hop, heading: Heading) -> &'static str {
    match heading {
        Heading::Word => hop.column(),
        Heading::Short => short(hop),
        Heading::Letter => hop.column().get(..1).unwrap_or_default(),
    }
}

fn short(hop: Hop) -> &'static str {
    match hop {
        Hop::Reference => "BACK",
        Hop::Endpoint => "ENDP",
        Hop::Tls => "TLS",
        Hop::Credential => "AUTH",
        Hop::Schema => "SCHM",
        Hop::Route => "ROUT",
        Hop::Platform => "PLAT",
    }
}

/// Codes of what is wrong with a backend, the worst first; infos are no reason for anything.
pub(super) fn codes(found: &ByBackend<'_>, row: &Row, shown: usize) -> String {
    let mine = found.get(row.id().as_str()).into_iter().flatten();
    let mut codes: Vec<&str> = vec![];
    for finding in mine.filter(|it| it.severity != Severity::Info) {
        if !codes.contains(&finding.code) {
            codes.push(finding.code);
        }
    }
    let more = codes.len().saturating_sub(shown);
    codes.truncate(shown);
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    codes.join(" ") + &more
}

/// Pads the cells.
fn lay_out(grid: &Grid, gap: u16) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    for row in &grid.rows {
        table.add_row(row.iter().enumerate().map(|(at, text)| {
            let align = if grid.signs.contains(&at) { CellAlignment::Center } else { CellAlignment::Left };
            Cell::new(text).set_alignment(align)
        }));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, gap));
    }
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// Lays a grid out at whatever width it has.
pub(super) fn wide(rows: Vec<Vec<String>>, signs: std::ops::Range<usize>, style: Style) -> String {
    paint(&lay_out(&Grid { rows, signs }, 2), style)
}

/// Lays a grid without signs out.
pub(super) fn columns(rows: Vec<Vec<String>>, style: Style) -> String {
    paint(&lay_out(&Grid { rows, signs: 0..0 }, 1), style)
}

/// Colours the signs, with the word beside them; names hold no sign, and words of a heading no lower case.
fn paint(table: &str, style: Style) -> String {
    if !style.color {
        return table.to_owned();
    }
    let states = [State::Fail, State::Warn, State::Unknown, State::Ok, State::None];
    let mut lines = table.lines();
    let mut text = lines.next().map(|heading| style.bold(heading) + "\n").unwrap_or_default();
    for line in lines {
        for (at, part) in line.split(' ').enumerate() {
            text += if at > 0 { " " } else { "" };
            let of = states.into_iter().find(|it| part == style.sign(*it).to_string() || part == it.word());
            text += &of.filter(|_| at > 0).map_or_else(|| part.to_owned(), |state| style.state(state, part));
        }
        text.push('\n');
    }
    text
}
