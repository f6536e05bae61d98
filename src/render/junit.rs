//! `-o junit`: a suite per namespace, a case per backend, which fails where the exit code would.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use super::{Page, Style, clean, plain, summary};
use crate::{
    report::{Entry, Report, Row, State},
    rules::Hop,
};

/// The suite of what is about no backend and no object.
const OWN: &str = "aigw-backend";

pub(super) fn render(report: &Report, page: &Page<'_>) -> String {
    let found = report.by_backend();
    let mut suites: BTreeMap<&str, Vec<TestCase>> = BTreeMap::new();
    for row in &report.backends {
        let mine = found.get(row.id().as_str()).map_or(&[][..], Vec::as_slice);
        suites.entry(&row.namespace).or_default().push(backend(row, mine, page));
    }
    for finding in report.findings.iter().filter(|it| it.is_there() && it.backends.is_empty()) {
        suites.entry(&finding.object.namespace).or_default().push(beside(finding, page));
    }
    let mut junit = Junit::new(OWN);
    junit.add_test_suite(suite(OWN, OWN, [run(report, page)]));
    for (namespace, cases) in suites {
        let name = clean(if namespace.is_empty() { "objects of the cluster" } else { namespace });
        junit.add_test_suite(suite(&name, &format!("{OWN}.{name}"), cases));
    }
    junit.to_string().expect("memory takes what is written")
}

fn suite(name: &str, class: &str, cases: impl IntoIterator<Item = TestCase>) -> TestSuite {
    let mut suite = TestSuite::new(name);
    for mut case in cases {
        case.set_classname(class);
        suite.add_test_case(case);
    }
    suite
}

/// Whether everything was looked at, so that a report of nothing is not taken for one of nothing wrong.
fn run(report: &Report, page: &Page<'_>) -> TestCase {
    let status = if !page.failures.is_empty() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        let failures: Vec<_> = page.failures.iter().map(|it| clean(it)).collect();
        status.set_message("not all could be done").set_description(failures.join("\n"));
        status
    } else if report.summary.complete {
        TestCaseStatus::success()
    } else {
        skipped("not everything could be looked at")
    };
    let mut case = TestCase::new("everything was looked at", status);
    let all = summary::summary(report, &Page { style: Style::PLAIN, ..*page });
    case.set_system_out(all);
    case
}

fn backend(row: &Row, mine: &[&Entry], page: &Page<'_>) -> TestCase {
    let unseen = |hop: &Hop| row.hops.get(*hop).is_some_and(|it| it.state == State::Unknown);
    let unseen: Vec<&str> = Hop::OF_BACKEND.into_iter().filter(unseen).map(Hop::column).collect();
    let unseen = (!unseen.is_empty()).then(|| format!("could not be looked at: {}", unseen.join(", ")));
    let (failing, rest): (Vec<&Entry>, Vec<&Entry>) = mine.iter().partition(|it| page.fails(it));
    let status = match &unseen {
        _ if !failing.is_empty() => failure(&failing),
        Some(unseen) if row.health == State::Unknown => skipped(unseen),
        _ => TestCaseStatus::success(),
    };
    let mut case = TestCase::new(&*clean(&row.name), status);
    let words: Vec<String> = unseen.into_iter().chain(rest.into_iter().map(text)).collect();
    if !words.is_empty() {
        case.set_system_out(words.join("\n\n"));
    }
    case
}

fn beside(finding: &Entry, page: &Page<'_>) -> TestCase {
    let fails = page.fails(finding);
    let status = if fails { failure(&[finding]) } else { TestCaseStatus::success() };
    let name = format!("{} {} {}", finding.code, finding.object.display(), finding.path);
    let mut case = TestCase::new(&*clean(name.trim_end()), status);
    if !fails {
        case.set_system_out(text(finding));
    }
    case
}

fn skipped(message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(message);
    status
}

/// All that is wrong, the worst of it as the message.
fn failure(findings: &[&Entry]) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    if let Some(first) = findings.first() {
        status.set_type(first.code).set_message(clean(&first.message));
    }
    let texts: Vec<String> = findings.iter().map(|it| text(it)).collect();
    status.set_description(texts.join("\n\n"));
    status
}

fn text(finding: &Entry) -> String {
    format!("{}\n{}", plain::title(finding), plain::lines(finding).join("\n"))
}
