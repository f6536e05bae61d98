//! `-o markdown`: a table of backends and what was found, for a pull request or a job summary.

use std::borrow::Cow;

use super::{
    Page, Style,
    markup::{block, cell, code, prose},
    plain, summary, table,
};
use crate::{
    report::{Entry, Report, Row, State},
    rules::{Hop, Severity},
};

/// Rows shown, and findings shown, the worst first: a comment holds 64 KiB.
const ROWS: usize = 100;
const FINDINGS: usize = 30;

pub(super) fn render(report: &Report, page: &Page<'_>) -> String {
    let style = Style { color: false, links: false, ..page.style };
    let mut parts = vec![heading(report, style)];
    parts.extend(page.failures.iter().map(|it| format!("**not done**: {}\n", prose(it))));
    if !report.backends.is_empty() {
        parts.push(backends(report, style));
    }
    parts.extend(report.findings.iter().take(FINDINGS).map(|it| finding(it, page, style)));
    let more = report.findings.len().saturating_sub(FINDINGS);
    if more > 0 {
        parts.push(format!("and {more} findings more: {}\n", code("kubectl aigw-backend check")));
    }
    let notes = notes(report, page);
    parts.extend((!notes.is_empty()).then_some(notes));
    parts.join("\n")
}

fn heading(report: &Report, style: Style) -> String {
    let of_findings =
        report.findings.iter().filter(|it| it.is_there()).map(|it| style.severity(it.severity).0);
    let worst = report.backends.iter().map(|it| it.health).chain(of_findings).min().unwrap_or(State::None);
    let counts = summary::counts(report, style);
    let changes = summary::changes(report);
    let changes = if changes.is_empty() { changes } else { format!("\n{}\n", prose(changes.trim_end())) };
    format!("### aigw-backend {} {}\n{changes}", style.sign(worst), prose(counts.trim_end()))
}

fn backends(report: &Report, style: Style) -> String {
    let found = report.by_backend();
    let hops = Hop::OF_BACKEND.map(Hop::column).join(" | ");
    let mut text = format!("| backend | {hops} | health | |\n|---|{}---|---|\n", ":-:|".repeat(6));
    let row = |row: &Row| {
        let signs = table::signs(row, style).join(" | ");
        let codes = table::codes(&found, row, usize::MAX);
        let health = row.health;
        format!("| {} | {signs} | {} {} | {codes} |\n", cell(&row.id()), style.sign(health), health.word())
    };
    text.extend(report.backends.iter().take(ROWS).map(row));
    let rest = report.backends.get(ROWS..).unwrap_or_default();
    if let Some(worst) = rest.first() {
        text += &format!("\nand {} backends more, {} at worst\n", rest.len(), worst.health.word());
    }
    text
}

fn finding(finding: &Entry, page: &Page<'_>, style: Style) -> String {
    let (_, sign) = style.severity(finding.severity);
    let object = code(&finding.object.display());
    let missing = if finding.object.exists { "" } else { " (missing)" };
    let change = finding.change.map_or(String::new(), |it| format!(" {}", it.word()));
    let head =
        format!("{sign} **{}**{change} {} {} {object}{missing}", finding.code, finding.name, style.dot());
    if finding.severity == Severity::Info || !finding.is_there() {
        return format!("{head}: {}\n", prose(&finding.message));
    }
    let mut text = format!("#### {head}\n\n{}\n\n", prose(&finding.message));
    if let Some(place) = plain::place(finding, page) {
        text += &format!("- **at** {}\n", code(&format!("{}:{}:{}", place.file, place.line, place.column)));
    }
    for (label, fact) in plain::facts(finding) {
        text += &format!("- **{label}** {}\n", prose(&fact));
    }
    for fix in &finding.fixes {
        text += &format!("- **fix** {}\n", prose(&fix.title));
        let commands: Vec<String> =
            plain::commands(fix).map(Cow::into_owned).chain(plain::apply(fix)).collect();
        if !commands.is_empty() {
            text += &format!("\n{}\n", block("sh", &commands));
        }
    }
    text.trim_end().to_owned() + "\n"
}

/// What does not count, and what nobody knows.
fn notes(report: &Report, page: &Page<'_>) -> String {
    let suppressed = summary::suppressed(report).map(|it| format!("- {}\n", prose(&it)));
    let skipped = summary::skipped(report, page.assumed_complete).into_iter();
    let remedy = |it: &str| if it.starts_with("kubectl ") { code(it) } else { prose(it) };
    let skipped = skipped.map(|it| format!("- not checked: {}: {}\n", prose(&it.what), remedy(&it.remedy)));
    suppressed.into_iter().chain(skipped).collect()
}
