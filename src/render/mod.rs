//! A report as bytes: one file per format. Only here are colours, signs and widths known.
#![allow(clippy::format_push_string, clippy::format_collect)] // reads better than `write!`, and a report is small

mod branch;
pub mod docs;
mod excerpt;
mod findings;
pub mod graph;
mod json;
pub mod matrix;
mod name;
mod style;
mod summary;
mod table;
mod text;
pub mod tree;
pub mod walk;
mod wide;
mod yaml;

pub use style::Style;
pub use text::{clean, some};

use crate::{cluster::Places, report::Report};

/// How a report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people: 80 columns, or those of the terminal.
    Table,
    /// For people with wide screens.
    Wide,
    /// The report itself.
    Json,
    /// The report itself.
    Yaml,
    /// Backends that are not ok, one a line.
    Name,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 5] = [Format::Table, Format::Wide, Format::Json, Format::Yaml, Format::Name];

    /// As `-o` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Table => "table",
            Format::Wide => "wide",
            Format::Json => "json",
            Format::Yaml => "yaml",
            Format::Name => "name",
        }
    }
}

/// What there is beside the report.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Colours, signs, width.
    pub style: Style,
    /// For excerpts of files.
    pub places: &'a Places,
    /// What was read is said to be all there is.
    pub assumed_complete: bool,
}

/// Shows a report.
pub fn render(format: Format, report: &Report, page: &Page<'_>) -> String {
    match format {
        Format::Table => people(report, page, table::table(report, page.style), false),
        Format::Wide => people(report, page, wide::table(report, page.style), true),
        Format::Json => json::text(report),
        Format::Yaml => yaml::text(report),
        Format::Name => name::render(report),
    }
}

/// The banner, the table, the findings, the summary.
fn people(report: &Report, page: &Page<'_>, table: String, wide: bool) -> String {
    let banner = summary::banner(report, page.style);
    let findings = findings::list(report, page, wide);
    let parts = [banner, table, findings, summary::summary(report, page)];
    let parts: Vec<String> = parts.into_iter().filter(|it| !it.is_empty()).collect();
    parts.join("\n")
}

/// Anything that is part of a report, as JSON.
pub fn json(value: &impl serde::Serialize) -> String {
    json::text(value)
}

/// Anything that is part of a report, as YAML.
pub fn yaml(value: &impl serde::Serialize) -> String {
    yaml::text(value)
}
