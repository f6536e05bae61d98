//! Answers that are no success.

use std::ops::RangeInclusive;

use crate::{
    cluster::{self, status},
    run,
    server::{Answer, Asked, Server},
    table::{Comes, On, Row, each, hold, row},
};

/// A refusal that says when to come back.
fn later(code: u16, seconds: &str) -> Answer {
    match status(code, "TooManyRequests") {
        Answer::Whole { code, headers, body } => {
            Answer::Whole { code, headers: format!("{headers}retry-after: {seconds}\r\n"), body }
        }
        part @ Answer::Part(..) => part,
    }
}

/// A fault of the first requests alone.
fn first(times: usize, fault: impl Fn() -> Answer) -> impl Fn(&Asked) -> Option<Answer> {
    move |asked| (asked.times < times).then(&fault)
}

#[test]
fn a_refusal_is_final() {
    let mut rows = vec![];
    rows.extend(each(
        "401",
        |_| Some(status(401, "Unauthorized")),
        "does not accept the credential (401): the words of a 401",
        ("server-error", "the words of a 401"),
    ));
    rows.extend(each(
        "500",
        |_| Some(status(500, "InternalError")),
        "500: the words of a 500",
        ("server-error", "500: the words of a 500"),
    ));
    rows.extend(each(
        "502",
        |_| Some(status(502, "BadGateway")),
        "502: the words of a 502",
        ("server-error", "502: the words of a 502"),
    ));
    hold(rows);
}

#[test]
fn forbidden_and_not_found() {
    hold(vec![
        row(
            "403",
            On::Backends,
            |_| Some(status(403, "Forbidden")),
            Comes::Error("kubectl auth can-i list aiservicebackends.aigateway.envoyproxy.io -A"),
        ),
        // then in the one namespace that is in question
        row(
            "403",
            On::Policies,
            |_| Some(status(403, "Forbidden")),
            Comes::Skipped("forbidden", "BackendTLSPolicy"),
        )
        .sent(2..=2),
        row("403", On::Secret, |_| Some(status(403, "Forbidden")), Comes::Skipped("forbidden", "openai-key")),
        row(
            "404",
            On::Backends,
            |_| Some(status(404, "NotFound")),
            Comes::Error("Envoy AI Gateway is not installed there"),
        )
        // the group serves an older version, which may have them
        .sent(2..=2),
        row(
            "404",
            On::Policies,
            |_| Some(status(404, "NotFound")),
            Comes::Skipped("not-installed", "BackendTLSPolicy"),
        ),
    ]);
}

/// 404 for an object by name is an answer: the only fault here that makes a finding.
#[test]
fn a_secret_that_is_not_found_is_missing() {
    let documents = cluster::demo();
    let server = Server::start(move |asked| {
        let found = !On::Secret.is_meant(&asked.path);
        if found { cluster::answer(&documents, asked) } else { status(404, "NotFound") }
    });
    let ran = run::check(&server, &[]);
    let said = ran.said();
    let new: Vec<&String> = said.findings.iter().filter(|it| !run::healthy().findings.contains(it)).collect();
    assert_eq!((ran.code, new.len(), ran.skipped()), (Some(1), 1, vec![]), "{new:?}");
    assert!(new[0].starts_with("AIB401") && new[0].contains("openai-key"), "{new:?}");
}

#[test]
fn what_passes_is_tried_again() {
    let mut rows: Vec<Row> = vec![];
    for on in [On::Backends, On::Policies, On::Secret] {
        rows.push(
            row("503 once", on, first(1, || status(503, "ServiceUnavailable")), Comes::Well).sent(2..=2),
        );
        rows.push(
            row("429 thrice", on, first(3, || status(429, "TooManyRequests")), Comes::Well).sent(4..=4),
        );
        rows.push(row("504 twice", on, first(2, || status(504, "Timeout")), Comes::Well).sent(3..=3));
        rows.push(row("429 with Retry-After", on, first(1, || later(429, "1")), Comes::Well).sent(2..=2));
    }
    hold(rows);
}

/// Faults that last, and the requests that they draw in two seconds: 5 ms apart, then twice that each time.
const LASTING: [(&str, u16, Option<&str>, RangeInclusive<usize>); 3] = [
    ("503 always", 503, None, 4..=16),
    ("429 always", 429, None, 4..=16),
    ("429 with a Retry-After of an hour", 429, Some("3600"), 1..=1),
];

fn lasting(args: &'static [&'static str], code: i32) -> Vec<Row> {
    let mut rows = vec![];
    for (name, status_code, after, sent) in LASTING {
        let (said, words) = if status_code == 503 {
            (
                "timed out (it said 503 Service Unavailable)",
                "did not answer in time (it said 503 Service Unavailable)",
            )
        } else {
            (
                "timed out (it said 429 Too Many Requests)",
                "did not answer in time (it said 429 Too Many Requests)",
            )
        };
        let fault = move |_: &Asked| {
            Some(after.map_or_else(|| status(status_code, "Busy"), |it| later(status_code, it)))
        };
        for on in [On::Policies, On::Secret] {
            let row = row(name, on, fault, Comes::Skipped("timeout", said));
            rows.push(row.sent(sent.clone()).args(args).code(code));
        }
        let row = row(name, On::Backends, fault, Comes::Error(words));
        rows.push(row.sent(sent).args(args));
    }
    rows
}

#[test]
fn what_does_not_pass_ends_with_the_run() {
    hold(lasting(&["--timeout", "2s", "--fail-on", "never"], 3));
}

/// All else is read, as only that one request has had its time.
#[test]
fn what_does_not_pass_costs_its_own_request() {
    hold(lasting(&["--request-timeout", "2s"], 1));
}
