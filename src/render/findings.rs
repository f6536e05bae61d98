//! What was found, each with its cause, its effect and the way out to copy.

use std::collections::BTreeMap;

use super::{
    Page, Style, excerpt, plain,
    text::{clean, width, wrap},
};
use crate::{
    report::{Change, Entry, FixEntry, Report},
    rules::Severity,
};

/// Where the texts begin, right of their labels.
const INDENT: usize = 11;
/// Infos shown of a code.
const INFOS: usize = 3;

/// All findings, the worst first; infos take a line each, unless there is room.
pub(super) fn list(report: &Report, page: &Page<'_>, wide: bool) -> String {
    let (infos, troubles): (Vec<&Entry>, Vec<&Entry>) =
        report.findings.iter().partition(|it| it.severity == Severity::Info && !wide);
    let mut parts: Vec<String> = troubles.into_iter().map(|it| finding(it, page)).collect();
    let infos = self::infos(&infos, page.style);
    parts.extend((!infos.is_empty()).then_some(infos));
    parts.join("\n")
}

/// A line each, and a few of each code.
fn infos(infos: &[&Entry], style: Style) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut text = String::new();
    for finding in infos {
        let count = counts.entry(finding.code).or_default();
        *count += 1;
        if *count <= INFOS {
            text += &info(finding, style);
        }
    }
    for (code, count) in counts.into_iter().filter(|(_, count)| *count > INFOS) {
        let (state, sign) = style.severity(Severity::Info);
        let code = style.state(state, &format!("{sign} {code}"));
        text += &format!("{code} and {} more of these: -o wide\n", count - INFOS);
    }
    text
}

/// Code, name and object; a long object has lines of its own.
fn heading(finding: &Entry, style: Style) -> String {
    let (state, sign) = style.severity(finding.severity);
    let code = format!("{sign} {}", finding.code);
    let missing = if finding.object.exists { "" } else { " (missing)" };
    let code = finding.change.map_or(code.clone(), |it| format!("{code} {}", it.word()));
    let object = finding.object.display();
    let object = format!("{}{missing}", clean(&object));
    let shown = format!("{} {}", style.state(state, &code), style.bold(finding.name));
    if width(&code) + width(finding.name) + width(&object) + 4 <= style.width {
        return format!("{shown} {} {object}\n", style.dot());
    }
    let lines = wrap(&object, style.width.saturating_sub(2));
    lines.iter().fold(shown + "\n", |text, line| text + &format!("  {line}\n"))
}

fn info(finding: &Entry, style: Style) -> String {
    let (state, sign) = style.severity(finding.severity);
    let code = style.state(state, &format!("{sign} {}", finding.code));
    let text = clean(&finding.message).into_owned();
    let mut lines = wrap(&text, style.width.saturating_sub(9)).into_iter();
    let first = lines.next().unwrap_or_default();
    let mut text = format!("{code} {first}\n");
    lines.for_each(|line| text += &format!("  {line}\n"));
    text
}

fn finding(finding: &Entry, page: &Page<'_>) -> String {
    let style = page.style;
    let mut text = heading(finding, style);
    match finding.location.as_ref() {
        Some(place) => text += &excerpt::show(place, &finding.message, page),
        None => {
            for line in wrap(&clean(&finding.message), style.width.saturating_sub(2)) {
                text += &format!("  {line}\n");
            }
        }
    }
    if finding.change == Some(Change::Fixed) {
        return text;
    }
    for (label, fact) in plain::facts(finding) {
        text += &labelled(label, &fact, style);
    }
    finding.fixes.iter().for_each(|it| text += &fix(it, style));
    text
}

/// `effect   text`, wrapped beside its label; nothing for nothing.
fn labelled(label: &str, text: &str, style: Style) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut lines = wrap(&clean(text), style.width.saturating_sub(INDENT)).into_iter();
    let first = lines.next().unwrap_or_default();
    let mut text = format!("  {} {first}\n", style.dim(&format!("{label:8}")));
    lines.for_each(|line| text += &format!("{:INDENT$}{line}\n", ""));
    text
}

/// Commands and objects stand whole on their lines, so that they can be copied.
fn fix(fix: &FixEntry, style: Style) -> String {
    let mut text = labelled("fix", &fix.title, style);
    for line in plain::commands(fix) {
        text += &format!("{:INDENT$}{line}\n", "");
    }
    // a here-document must end at the margin, or the shell waits for more
    for line in plain::apply(fix) {
        text += &format!("{line}\n");
    }
    text
}
