//! The first line and the last ones: how the controllers fare, what it comes to, what was not looked at, what to type next.

use std::collections::BTreeMap;

use super::{
    Page, Style,
    text::{self, clean, wrap},
};
use crate::{
    model::Kind,
    report::{Change, Entry, Report, Skipped, SourceKind, State},
    rules::{self, Hop, Severity},
    suppress::By,
};

/// Lines about what was not looked at.
const SKIPPED: usize = 6;

/// Kinds that users write, and that a finding about the platform may be about.
const USERS: [&str; 4] = ["AIGatewayRoute", "GatewayConfig", "EnvoyProxy", "QuotaPolicy"];

/// A line above the table where the controllers are not well.
pub(super) fn banner(report: &Report, style: Style) -> String {
    let state = report.platform.state;
    let severity = if state == State::Fail { Severity::Error } else { Severity::Warning };
    let worst = report.findings.iter().filter(|it| it.hop == Hop::Platform && it.severity == severity);
    // a route or a GatewayConfig can stop a Gateway as well
    let of_controllers = worst.clone().any(|it| !USERS.contains(&it.object.kind.as_str()));
    let text = match state {
        State::Fail if of_controllers => "the controllers are not set up to act: see below".to_owned(),
        State::Warn if of_controllers => "the controllers may not act as they should: see below".to_owned(),
        State::Fail => {
            let first = worst.map(|it| it.object.display()).next().unwrap_or_default();
            format!("{} stops a whole Gateway: see below", clean(&first))
        }
        State::Warn => {
            let first = worst.map(|it| it.object.display()).next().unwrap_or_default();
            format!("{} concerns a whole Gateway: see below", clean(&first))
        }
        // in files this is the rule rather than the exception, and the end says it
        State::Unknown if report.source.kind == SourceKind::Live => {
            "the controllers could not be looked at: see the end".to_owned()
        }
        State::Unknown | State::Ok | State::None => return String::new(),
    };
    style.state(state, &format!("{} {text}", style.sign(state))) + "\n"
}

/// What it comes to, what was not looked at, what to type next.
pub(super) fn summary(report: &Report, page: &Page<'_>) -> String {
    let style = page.style;
    let nothing = report.backends.is_empty() && report.findings.is_empty() && report.suppressed.is_empty();
    if nothing && report.source.kind != SourceKind::Live {
        return String::new();
    }
    let mut text = if nothing { String::new() } else { counts(report, style) + &changes(report) };
    if let Some(line) = suppressed(report) {
        text += &format!("{line}: -o json lists them\n");
    }
    for line in skipped(report, page.assumed_complete) {
        text += &line.show(style.width);
    }
    if let Some(next) = next(report) {
        text += &format!("more: {next}\n");
    }
    text
}

/// How many backends fare how.
pub(super) fn counts(report: &Report, style: Style) -> String {
    let summary = &report.summary;
    let plural = if summary.backends == 1 { "" } else { "s" };
    let all_ok = summary.backends > 0 && summary.ok == summary.backends;
    let troubles = summary.findings.error + summary.findings.warning > 0;
    if all_ok && summary.complete && !troubles {
        let count = rules::all().count();
        let version = |name: &str, version: &Option<String>| {
            version.as_ref().map_or(String::new(), |it| format!(", {name} {}", clean(it)))
        };
        let gateway = version("AI Gateway", &report.platform.ai_gateway);
        let envoy = version("Envoy Gateway", &report.platform.envoy_gateway);
        let text = format!("{} backend{plural}, all ok ({count} rules{gateway}{envoy})", summary.backends);
        return style.good(&text) + "\n";
    }
    let states = [
        (State::Fail, summary.fail),
        (State::Warn, summary.warn),
        (State::Unknown, summary.unknown),
        (State::Ok, summary.ok),
    ];
    let states = states.into_iter().filter(|(_, count)| *count > 0);
    let states: Vec<String> =
        states.map(|(state, count)| style.state(state, &format!("{count} {}", state.word()))).collect();
    let mut text = format!("{} backend{plural}", summary.backends);
    if !states.is_empty() {
        text += &format!(": {}", states.join(", "));
    }
    if all_ok && !summary.complete {
        text += " as far as could be seen";
    }
    text + &beside(report) + "\n"
}

/// What the files would do to the cluster.
pub(super) fn changes(report: &Report) -> String {
    if report.source.kind != SourceKind::Overlay {
        return String::new();
    }
    let of = |change| {
        let count = report.findings.iter().filter(|it| it.change == Some(change)).count();
        format!("{count} {}", change.word())
    };
    let all = [Change::Introduced, Change::Fixed, Change::Unchanged].map(of);
    format!("with these files: {}\n", all.join(", "))
}

/// What is wrong, and with no backend: a route that leads nowhere, a controller that nobody waits for.
fn beside(report: &Report) -> String {
    let alone = |severity| {
        let is_alone = |it: &&Entry| it.is_there() && it.severity == severity && it.backends.is_empty();
        report.findings.iter().filter(is_alone).count()
    };
    let parts = [(alone(Severity::Error), "error"), (alone(Severity::Warning), "warning")];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> =
        parts.map(|(count, what)| format!("{count} {what}{}", if *count == 1 { "" } else { "s" })).collect();
    if parts.is_empty() { String::new() } else { format!("; {} beside them", parts.join(" and ")) }
}

/// How many findings do not count, and on whose word.
pub(super) fn suppressed(report: &Report) -> Option<String> {
    let mut counts: BTreeMap<By, usize> = BTreeMap::new();
    report.suppressed.iter().for_each(|it| *counts.entry(it.by).or_default() += 1);
    let by: Vec<String> = counts.iter().map(|(by, count)| format!("{count} by {}", by.word())).collect();
    (!by.is_empty()).then(|| format!("suppressed: {}", by.join(", ")))
}

/// Something that was not looked at, and what shows or mends it.
pub(super) struct Line {
    pub(super) what: String,
    pub(super) remedy: String,
}

impl Line {
    /// The remedy is there to be copied, so that it is never broken.
    fn show(&self, width: usize) -> String {
        let Line { what, remedy } = self;
        let whole = format!("not checked: {what}: {remedy}");
        if text::width(&whole) <= width {
            return whole + "\n";
        }
        let lines = wrap(&format!("not checked: {what}"), width.saturating_sub(2)).join("\n  ");
        format!("{lines}\n  {remedy}\n")
    }
}

/// What was not looked at, in few lines: what has the same reason and the same remedy stands together.
pub(super) fn skipped(report: &Report, assumed_complete: bool) -> Vec<Line> {
    let live = report.source.kind == SourceKind::Live;
    let lacking = |it: &&Skipped| !live && it.reason == "not-fetched";
    let mut kinds: Vec<&str> = report.skipped.iter().filter(lacking).map(|it| it.kind.as_str()).collect();
    kinds.dedup();
    let mut lines = vec![];
    if !kinds.is_empty() {
        let kinds = kinds.join(", ");
        lines.push(if assumed_complete {
            Line {
                what: format!("no object of these kinds is there: {kinds}"),
                remedy: "dump them too".to_owned(),
            }
        } else {
            Line {
                what: format!("what is beside these files, of {kinds}"),
                remedy: "--assume-complete says that there is nothing".to_owned(),
            }
        });
    }
    let rest = report.skipped.iter().filter(|it| !lacking(it));
    let (late, rest): (Vec<&Skipped>, Vec<&Skipped>) = rest.partition(|it| it.reason == "timeout");
    let mut by_words: BTreeMap<&str, Vec<&Skipped>> = BTreeMap::new();
    for it in late {
        by_words.entry(it.message.rsplit(": ").next().unwrap_or_default()).or_default().push(it);
    }
    for (words, late) in by_words {
        let mut kinds: Vec<&str> = late.iter().map(|it| it.kind.as_str()).collect();
        kinds.dedup();
        let remedy = late.first().map_or(String::new(), |it| it.remedy.clone());
        lines.push(Line { what: format!("{words}: {}", kinds.join(", ")), remedy });
    }
    let (elsewhere, rest) = apart(rest);
    lines.extend(grouped(rest.into_iter()));
    lines.extend(elsewhere);
    let more = lines.len().saturating_sub(SKIPPED);
    if more > 0 {
        lines.truncate(SKIPPED);
        let remedy = "kubectl aigw-backend check -o json".to_owned();
        lines.push(Line { what: format!("{more} more"), remedy });
    }
    lines
}

/// Kinds that may not be listed in all namespaces, and of which no other place is missing, as one line: whoever has one
/// namespace lacks them all, and what is missing there must not drown among them.
fn apart(all: Vec<&Skipped>) -> (Option<Line>, Vec<&Skipped>) {
    let is_wide = |it: &&Skipped| it.reason == "forbidden" && it.remedy.ends_with(" -A");
    let is_alone = |it: &&Skipped| all.iter().filter(|other| other.kind == it.kind).count() == 1;
    let is_namespaced = |it: &&Skipped| Kind::named(&it.kind).is_some_and(Kind::is_namespaced);
    let (wide, rest): (Vec<&Skipped>, Vec<&Skipped>) =
        all.iter().copied().partition(|it| is_wide(it) && is_alone(it) && is_namespaced(it));
    let [first, _, _, ..] = wide.as_slice() else { return (None, all) };
    let kinds: Vec<&str> = wide.iter().map(|it| it.kind.as_str()).collect();
    let what = format!("forbidden across all namespaces: {}", kinds.join(", "));
    (Some(Line { what, remedy: clean(&first.remedy).into_owned() }), rest)
}

/// One line per kind and reason, with the remedy of the first.
fn grouped<'a>(all: impl Iterator<Item = &'a Skipped>) -> Vec<Line> {
    let mut groups: BTreeMap<(&str, &str), Vec<&Skipped>> = BTreeMap::new();
    for skipped in all {
        groups.entry((&skipped.kind, skipped.reason)).or_default().push(skipped);
    }
    let line = |group: Vec<&Skipped>| {
        let first = group.first()?;
        let more = match group.len() {
            1 => String::new(),
            2 => " (and in one more namespace)".to_owned(),
            count => format!(" (and in {} more namespaces)", count - 1),
        };
        let what = format!("{}{more}", clean(&first.message));
        Some(Line { what, remedy: clean(&first.remedy).into_owned() })
    };
    groups.into_values().filter_map(line).collect()
}

/// The page of the worst finding.
fn next(report: &Report) -> Option<&str> {
    let first = report.findings.first()?;
    (first.severity != Severity::Info || !report.backends.is_empty()).then_some(first.explain.as_str())
}
