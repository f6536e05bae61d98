//! Answers that are a success by their status, and not by what they hold.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::{
    cluster::{self, page},
    run,
    server::{Answer, Asked, Server, Then},
    table::{Comes, On, Row, each, hold, row},
};

const HTML: &str = "<html><head><title>Sign in</title></head><body>example-of-a-key</body></html>";

fn html() -> Answer {
    let headers = "content-type: text/html\r\n".to_owned();
    Answer::Whole { code: 200, headers, body: HTML.into() }
}

/// The first bytes of a list, of which more is announced than comes.
fn half(then: Then) -> Answer {
    let head = "HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-length: 4096\r\n\r\n";
    Answer::Part(format!("{head}{{\"metadata\":{{}},\"items\":[{{\"metadata\":").into_bytes(), then)
}

#[test]
fn what_is_no_list_is_said_to_be_none() {
    let mut rows = vec![];
    rows.extend(each("HTML", |_| Some(html()), "cannot read AIServiceBackends", ("server-error", "")));
    rows.extend(each(
        "half a body",
        |_| Some(half(Then::Close)),
        "end of file before message length reached",
        ("server-error", ""),
    ));
    hold(rows);
}

#[test]
fn json_of_another_shape_is_not_an_empty_list() {
    let array = |_: &Asked| Some(Answer::json(200, &json!(["something", "else"])));
    let object = |_: &Asked| Some(Answer::json(200, &json!({"message": "please sign in"})));
    let error = "cannot read AIServiceBackends";
    let gap = ("server-error", "");
    let mut rows = each("an array", array, error, gap);
    rows.extend(each("an object without items", object, error, gap));
    hold(rows);
}

#[test]
fn a_body_that_hangs_costs_its_own_request() {
    let args = &["--request-timeout", "1s"];
    let head = || {
        let head = b"HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-length: 4096\r\n\r\n";
        Answer::Part(head.to_vec(), Then::Hang)
    };
    let late = "did not answer in time";
    let mut rows = each("a hang after the headers", move |_| Some(head()), late, ("timeout", "timed out"));
    rows.extend(each("a hang amid the body", |_| Some(half(Then::Hang)), late, ("timeout", "timed out")));
    rows.extend(each(
        "no answer at all",
        |_| Some(Answer::Part(vec![], Then::Hang)),
        late,
        ("timeout", "timed out"),
    ));
    hold(rows.into_iter().map(|it| it.args(args)).collect());
}

#[test]
fn a_run_ends_in_its_time_whatever_hangs() {
    let hang = |_: &Asked| Some(Answer::Part(vec![], Then::Hang));
    let rows = each("no answer at all", hang, "did not answer in time", ("timeout", "timed out"));
    let args = &["--timeout", "2s", "--fail-on", "never"];
    let code = |row: Row| if row.is_fatal() { row } else { row.code(3) };
    hold(rows.into_iter().map(|it| code(it.args(args))).collect());
}

#[test]
fn compressed_answers_work() {
    let documents = cluster::demo();
    let server = Server::start(move |asked| match cluster::answer(&documents, asked) {
        Answer::Whole { code, headers, body } => {
            assert!(asked.accepts("gzip"), "{:?}", asked.headers);
            let mut gzip = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
            gzip.write_all(&body).unwrap();
            let headers = format!("{headers}content-encoding: gzip\r\n");
            Answer::Whole { code, headers, body: gzip.finish().unwrap() }
        }
        part @ Answer::Part(..) => part,
    });
    let ran = run::check(&server, &[]);
    assert_eq!((&ran.said(), ran.skipped()), (run::healthy(), vec![]), "{}", ran.err);
}

/// What says that it is compressed, and is not, or is cut.
#[test]
fn what_cannot_be_unpacked_is_unread() {
    let fault = |_: &Asked| {
        let headers = "content-type: application/json\r\ncontent-encoding: gzip\r\n".to_owned();
        Some(Answer::Whole { code: 200, headers, body: b"{\"metadata\":{},\"items\":[]}".to_vec() })
    };
    hold(each("no gzip", fault, "Invalid gzip header", ("server-error", "Invalid gzip header")));
}

/// A policy by name, for nobody.
fn bystander(name: &str) -> Value {
    json!({"metadata": {"name": name, "namespace": "elsewhere", "generation": 1}, "spec": {
        "targetRefs": [{"group": "gateway.envoyproxy.io", "kind": "Backend", "name": name}],
        "validation": {"wellKnownCACertificates": "System", "hostname": "example.com"},
    }})
}

/// All TLS policies of the example, and others up to ten thousand in pages, one of which does not decode.
fn ten_thousand(broken: bool) -> impl Fn(&Asked) -> Option<Answer> {
    let demo = cluster::demo();
    let own = demo.into_iter().filter(|it| it["kind"] == "BackendTLSPolicy");
    let mut all: Vec<Value> = own.chain((0..9_995).map(|it| bystander(&format!("other-{it}")))).collect();
    if broken {
        all[6_543]["spec"] = json!("nonsense");
    }
    move |asked| {
        let from: usize = asked.query.get("continue").map_or(0, |it| it.parse().unwrap());
        let limit: usize = asked.query["limit"].parse().unwrap();
        let to = (from + limit).min(all.len());
        let token = (to < all.len()).then(|| to.to_string());
        Some(Answer::json(200, &page(&all[from..to], token.as_deref())))
    }
}

fn serve_policies(fault: impl Fn(&Asked) -> Option<Answer> + Send + Sync + 'static) -> Server {
    let documents = cluster::demo();
    Server::start(move |asked| {
        let meant = On::Policies.is_meant(&asked.path).then(|| fault(asked)).flatten();
        meant.unwrap_or_else(|| cluster::answer(&documents, asked))
    })
}

#[test]
fn one_bad_object_of_ten_thousand_costs_only_itself() {
    let healthy = run::check(&serve_policies(ten_thousand(false)), &[]);
    assert_eq!((healthy.code, healthy.skipped()), (Some(1), vec![]), "{}", healthy.err);
    let server = serve_policies(ten_thousand(true));
    let ran = run::check(&server, &[]);
    assert_eq!(ran.worse_than(&healthy.said()), Vec::<String>::new());
    let gaps = ran.skipped();
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert_eq!((gaps[0].kind.as_str(), gaps[0].reason.as_str()), ("BackendTLSPolicy", "undecodable"));
    assert!(gaps[0].message.contains("other-6538"), "{gaps:?}");
    assert_eq!(ran.said(), healthy.said());
    let sent = server.asked().iter().filter(|it| On::Policies.is_meant(&it.path)).count();
    assert_eq!(sent, 20);
}

/// The essential kind too. A route that it is on may fail as a whole, and of that nobody knows; of all else it is known.
#[test]
fn one_bad_backend_costs_only_itself_and_its_route() {
    for (name, is_on_the_route) in [("openai", true), ("nobody", false)] {
        let mut documents = cluster::demo();
        documents.retain(|it| it["kind"] != "AIServiceBackend" || it["metadata"]["name"] != name);
        documents.push(json!({
            "apiVersion": "aigateway.envoyproxy.io/v1beta1", "kind": "AIServiceBackend",
            "metadata": {"name": name, "namespace": "default"}, "spec": "nonsense",
        }));
        let ran = run::check(&Server::start(move |asked| cluster::answer(&documents, asked)), &[]);
        assert_eq!((ran.code, ran.wrong()), (Some(1), vec![]), "{}", ran.err);
        let gaps = ran.skipped();
        assert_eq!(gaps.len(), 1, "{gaps:?}");
        assert_eq!((gaps[0].kind.as_str(), gaps[0].reason.as_str()), ("AIServiceBackend", "undecodable"));
        assert!(gaps[0].message.contains(name), "{gaps:?}");
        let said = ran.said();
        assert_eq!(said.findings, run::healthy().findings);
        assert!(is_on_the_route || said == *run::healthy(), "{:?}", said.health);
    }
}

/// The objects of a kind in two pages, of which the second is gone on some requests.
fn paged(kind: &str, gone: fn(usize) -> bool) -> impl Fn(&Asked) -> Option<Answer> + use<> {
    let all: Vec<Value> = cluster::demo().into_iter().filter(|it| it["kind"] == kind).collect();
    move |asked| {
        let (first, rest) = all.split_at(2);
        Some(match asked.query.get("continue") {
            None => Answer::json(200, &page(first, Some("more"))),
            Some(_) if gone(asked.times) => cluster::status(410, "Expired"),
            Some(_) => Answer::json(200, &page(rest, None)),
        })
    }
}

#[test]
fn a_page_that_is_gone_begins_the_list_again() {
    let words = "410: the list changes faster than it can be read";
    let mut rows = vec![];
    for (on, kind, always) in [
        (On::Backends, "AIServiceBackend", Comes::Error(words)),
        (On::Policies, "BackendTLSPolicy", Comes::Skipped("server-error", words)),
    ] {
        rows.push(row("410 once", on, paged(kind, |times| times == 1), Comes::Well).sent(4..=4));
        // begun again three times
        rows.push(row("410 always", on, paged(kind, |_| true), always).sent(8..=8));
    }
    hold(rows);
}
