//! Connections that break, hang, or do not come about.

use std::net::TcpListener;

use crate::{
    run::{self, Ran, kubeconfig},
    server::{Answer, Asked, Then},
    table::{each, hold},
    tls::Identity,
};

#[test]
fn a_connection_that_breaks_costs_its_own_request() {
    let gap = ("server-error", "");
    let reset = |_: &Asked| Some(Answer::Part(vec![], Then::Reset));
    let mut rows = each("reset before the answer", reset, "cannot connect to http://127.0.0.1", gap);
    let reset = |_: &Asked| {
        let head = b"HTTP/1.1 200 X\r\ncontent-length: 99\r\n\r\n{\"metadata\":";
        Some(Answer::Part(head.to_vec(), Then::Reset))
    };
    rows.extend(each("reset amid the answer", reset, "127.0.0.1", gap));
    let closed = |_: &Asked| Some(Answer::Part(vec![], Then::Close));
    rows.extend(each("closed before the answer", closed, "cannot connect to http://127.0.0.1", gap));
    let garbage = |_: &Asked| Some(Answer::Part(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec(), Then::Close));
    rows.extend(each("no HTTP", garbage, "127.0.0.1", gap));
    hold(rows);
}

/// One error that names the server.
fn one_error(ran: &Ran, words: &str) {
    assert_eq!(ran.wrong(), Vec::<String>::new());
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains(words) && ran.err.contains("127.0.0.1"), "{}", ran.err);
}

#[test]
fn a_port_that_nobody_listens_on_is_one_error() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for scheme in ["http", "https"] {
        let ran = run::run(&kubeconfig(&format!("{scheme}://127.0.0.1:{port}"), ""), &[], &[]);
        one_error(&ran, "Connection refused");
        assert!(ran.err.contains("kubectl version"), "{}", ran.err);
    }
}

/// The system takes the connection, and nobody says a word.
#[test]
fn a_server_that_accepts_and_never_answers_is_one_error() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let trust = Identity::new(&["127.0.0.1"], false).trust;
    for (scheme, more) in [("http", ""), ("https", trust.as_str())] {
        for args in [["--timeout", "1s"], ["--request-timeout", "1s"]] {
            let ran = run::run(&kubeconfig(&format!("{scheme}://127.0.0.1:{port}"), more), &args, &[]);
            one_error(&ran, "in time");
        }
    }
}
