//! A report as bytes: one file per format. Only here are colours, signs and widths known.
#![allow(clippy::format_push_string, clippy::format_collect)] // reads better than `write!`, and a report is small

mod branch;
pub mod diff;
pub mod docs;
mod excerpt;
mod findings;
mod github;
pub mod graph;
mod json;
mod junit;
pub mod manifest;
mod markdown;
mod markup;
pub mod matrix;
mod name;
mod plain;
mod sarif;
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

use crate::{
    cluster::Places,
    report::{Entry, Report},
    rules::Severity,
};

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
    /// For code scanning.
    Sarif,
    /// For CI that knows tests.
    Junit,
    /// For the log of GitHub Actions.
    Github,
    /// For a pull request.
    Markdown,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 9] = [
        Format::Table,
        Format::Wide,
        Format::Json,
        Format::Yaml,
        Format::Name,
        Format::Sarif,
        Format::Junit,
        Format::Github,
        Format::Markdown,
    ];

    /// As `-o` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Table => "table",
            Format::Wide => "wide",
            Format::Json => "json",
            Format::Yaml => "yaml",
            Format::Name => "name",
            Format::Sarif => "sarif",
            Format::Junit => "junit",
            Format::Github => "github",
            Format::Markdown => "markdown",
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
    /// From which severity on a finding fails the run.
    pub fail_on: Option<Severity>,
    /// What could not be done, each in a line.
    pub failures: &'a [String],
}

impl Page<'_> {
    /// Whether a finding fails the run.
    fn fails(&self, finding: &Entry) -> bool {
        finding.counts() && self.fail_on.is_some_and(|it| finding.severity <= it)
    }
}

/// Shows a report.
pub fn render(format: Format, report: &Report, page: &Page<'_>) -> String {
    match format {
        Format::Table => people(report, page, table::table(report, page.style), false),
        Format::Wide => people(report, page, wide::table(report, page.style), true),
        Format::Json => json::text(report),
        Format::Yaml => yaml::text(report),
        Format::Name => name::render(report),
        Format::Sarif => sarif::render(report, page),
        Format::Junit => junit::render(report, page),
        Format::Github => github::render(report, page),
        Format::Markdown => markdown::render(report, page),
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

/// Findings alone, as they stand between the table and the summary.
pub fn findings(report: &Report, page: &Page<'_>) -> String {
    findings::list(report, page, false)
}

/// Columns of text, one space apart.
pub fn columns<const N: usize>(
    heading: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    style: Style,
) -> String {
    let heading = heading.map(str::to_owned).to_vec();
    table::columns([heading].into_iter().chain(rows.into_iter().map(Vec::from)).collect(), style)
}

/// Anything that is part of a report, as JSON.
pub fn json(value: &impl serde::Serialize) -> String {
    json::text(value)
}

/// Anything that is part of a report, as YAML.
pub fn yaml(value: &impl serde::Serialize) -> String {
    yaml::text(value)
}
