//! `-o sarif`: SARIF 2.1.0, as code scanning takes it.

mod log;
mod uri;

use std::collections::BTreeMap;

use self::log::{
    ArtifactLocation, Configuration, Descriptor, Driver, Fingerprints, Invocation, Level, Location, Log,
    LogicalLocation, Message, Notification, PhysicalLocation, Properties, Region, Run, SarifResult,
    Suppression, Tags, Tool,
};
use super::{Page, Style, docs, json, plain};
use crate::{
    cluster::{Place, files},
    report::{Change, Entry, ObjectId, Report, SuppressedEntry},
    rules::{self, Rule, Severity},
    suppress::By,
};

/// A log with all rules, whether they fired or not.
pub(super) fn render(report: &Report, page: &Page<'_>) -> String {
    let index: BTreeMap<&str, usize> = rules::all().map(|it| it.code).zip(0..).collect();
    let result = |it: &Entry, suppressions| of_finding(it, index.get(it.code).copied(), suppressions, page);
    // readers that know no `baselineState` would take what is gone for what is there
    let there = report.findings.iter().filter(|it| it.is_there());
    let counting = there.map(|it| result(it, vec![]));
    let suppressed = report.suppressed.iter().map(|it| result(&it.finding, vec![suppression(it)]));
    let driver = Driver {
        name: "aigw-backend",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: rules::all().map(descriptor).collect(),
    };
    let run = Run {
        tool: Tool { driver },
        invocations: [invocation(report, page)],
        column_kind: "unicodeCodePoints",
        results: counting.chain(suppressed).collect(),
    };
    json::text(&Log { schema: log::SCHEMA, version: "2.1.0", runs: [run] })
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Info => Level::Note,
    }
}

/// Brackets that would make a link are kept from it by a blank.
fn text(text: &str) -> Message {
    Message { text: text.replace("](", "] ("), markdown: None }
}

fn descriptor(rule: &'static Rule) -> Descriptor {
    Descriptor {
        id: rule.code,
        name: rule.name,
        short_description: text(rule.docs.what),
        full_description: text(&format!("{} {}", rule.docs.what, rule.docs.why)),
        help: Message { markdown: Some(docs::markdown(rule)), ..text(&docs::page(rule, Style::PLAIN)) },
        default_configuration: Configuration { level: level(rule.severity) },
        properties: Tags { tags: [rule.hop.word()] },
    }
}

/// What could not be done, and what was not looked at.
fn invocation(report: &Report, page: &Page<'_>) -> Invocation {
    let failures = page.failures.iter().map(|it| Notification { level: Level::Error, message: text(it) });
    let skipped = report.skipped.iter().map(|it| Notification {
        level: Level::Note,
        message: text(&format!(
            "not checked: {}; affects {}: {}",
            it.message,
            it.affects.join(", "),
            it.remedy
        )),
    });
    let late = report.skipped.iter().any(|it| it.reason == "timeout");
    Invocation {
        execution_successful: page.failures.is_empty() && !late,
        tool_execution_notifications: failures.chain(skipped).collect(),
    }
}

fn of_finding(
    finding: &Entry,
    rule_index: Option<usize>,
    suppressions: Vec<Suppression>,
    page: &Page<'_>,
) -> SarifResult {
    let object = qualified(&finding.object);
    let place = plain::place(finding, page);
    let related = finding.related.iter().zip(1..).map(|(it, id)| Location {
        id: Some(id),
        message: Some(text(&it.message)),
        ..location(&it.object, it.location.as_ref())
    });
    SarifResult {
        rule_id: finding.code,
        rule_index,
        level: level(finding.severity),
        message: text(&plain::lines(finding).join("\n")),
        locations: [location(&finding.object, place.as_ref())],
        // some readers refuse places that are in no file
        related_locations: related.filter(|it| it.physical_location.is_some()).collect(),
        partial_fingerprints: Fingerprints {
            code_object_path: format!("{}:{object}:{}", finding.code, finding.path),
        },
        baseline_state: finding.change.map(|it| if it == Change::Introduced { "new" } else { "unchanged" }),
        suppressions,
        properties: Properties { path: finding.path.clone(), backends: finding.backends.clone() },
    }
}

fn suppression(it: &SuppressedEntry) -> Suppression {
    let kind = match it.by {
        By::Annotation => "inSource",
        By::Flag | By::Baseline => "external",
    };
    Suppression { kind, status: "accepted", justification: it.reason.clone() }
}

/// `Kind/namespace/name`, as `--ignore` takes it.
fn qualified(object: &ObjectId) -> String {
    format!("{}/{}/{}", object.kind, object.namespace, object.name)
}

fn location(object: &ObjectId, place: Option<&Place>) -> Location {
    let in_file = place.filter(|it| it.file != files::STDIN).map(|it| PhysicalLocation {
        artifact_location: ArtifactLocation { uri: uri::of(&plain::path(&it.file)) },
        region: Region { start_line: it.line, start_column: it.column },
    });
    Location {
        id: None,
        physical_location: in_file,
        logical_locations: [LogicalLocation {
            name: object.name.clone(),
            fully_qualified_name: qualified(object),
            kind: "resource",
        }],
        message: None,
    }
}
