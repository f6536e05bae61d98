//! Lists that have no end.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::{
    cluster::page,
    server::{Answer, Asked, Then},
    table::{Comes, On, Row, hold, row},
};

/// An answer without a length that begins so and goes on so.
fn endless(start: &str, again: &str) -> Answer {
    let head = "HTTP/1.1 200 X\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let first = format!("{head}{:x}\r\n{start}\r\n", start.len());
    Answer::Part(first.into_bytes(), Then::Repeat(again.repeat(64 * 1024 / again.len()).into_bytes()))
}

fn rows(args: &'static [&'static str]) -> Vec<Row> {
    let object = r#"{"metadata":{"name":"again","namespace":"elsewhere"},"spec":{}},"#;
    let cases = [
        ("endless whitespace", "{\"metadata\":{},", " "),
        ("one endless string", "{\"metadata\":{},\"items\":[{\"metadata\":{\"name\":\"", "a"),
        ("endless objects", "{\"metadata\":{},\"items\":[", object),
    ];
    let mut rows = vec![];
    for (name, start, again) in cases {
        let fault = move |_: &Asked| Some(endless(start, again));
        for on in [On::Policies, On::Secret] {
            rows.push(row(name, on, fault, Comes::Unread).args(args));
        }
        rows.push(row(name, On::Backends, fault, Comes::Error("127.0.0.1")).args(args));
    }
    rows
}

#[test]
fn an_endless_answer_ends_with_its_time_or_its_size() {
    hold(rows(&["--request-timeout", "20s"]));
}

#[test]
fn a_token_that_loops_ends_the_list() {
    let looping = |_: &Asked| Some(Answer::json(200, &page(&[], Some("again"))));
    let args = &["--timeout", "3s"];
    hold(vec![
        row("a token that loops", On::Policies, looping, Comes::Skipped("server-error", ""))
            .args(args)
            .sent(2..=4),
        row("a token that loops", On::Backends, looping, Comes::Error("127.0.0.1")).args(args).sent(2..=4),
    ]);
}

/// Each page leads to another one: the run ends all the same.
#[test]
fn pages_without_end_end_with_the_run() {
    let pages = AtomicUsize::new(0);
    let next = move |_: &Asked| {
        let token = pages.fetch_add(1, Ordering::Relaxed).to_string();
        let item = json!({"metadata": {"name": token, "namespace": "elsewhere"}});
        Some(Answer::json(200, &page(&[item], Some(&token))))
    };
    let args = &["--timeout", "3s", "--fail-on", "never"];
    let row = row("pages without end", On::Policies, next, Comes::Unread);
    hold(vec![row.args(args).code(3).sent(2..=1_000_000)]);
}
