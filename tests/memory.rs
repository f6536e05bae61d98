//! What is held in memory grows with what is kept, and not with what a server sends.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails may panic")]

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::Arc,
};

use aigw_backend::cluster::live::{self, Connection, Progress, Scope};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

struct Quiet;

impl Progress for Quiet {
    fn step(&self, _: &str) {}
}

/// Pages of one kind; all other lists are empty.
struct Pages {
    number: usize,
    /// Objects as JSON, with a comma between them; each has the same name in each page.
    items: String,
}

fn serve(stream: &TcpStream, pages: &Pages) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    while let Some(request) = lines.next() {
        lines.by_ref().take_while(|it| !it.is_empty()).for_each(drop);
        let is_it = request.contains("/v1alpha1/backends?");
        let page =
            request.split("continue=").nth(1).map_or(1, |it| it.split(' ').next().unwrap().parse().unwrap());
        let token = if is_it && page < pages.number { (page + 1).to_string() } else { String::new() };
        let items = if is_it { pages.items.as_str() } else { "" };
        let (start, end) = ("{\"items\":[", format!("],\"metadata\":{{\"continue\":\"{token}\"}}}}"));
        let length = start.len() + items.len() + end.len();
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
        let mut to = stream;
        for part in [&head, start, items, &end] {
            if to.write_all(part.as_bytes()).is_err() {
                return;
            }
        }
    }
}

/// The most bytes that are held at once while all pages are read, those before it left out.
fn peak(pages: Pages) -> usize {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let pages = Arc::new(pages);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (pages, stream) = (Arc::clone(&pages), stream.unwrap());
            std::thread::spawn(move || serve(&stream, &pages));
        }
    });
    let connection =
        Connection { kubeconfig: Some("/dev/null".into()), server: Some(server), ..Connection::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let scope = Scope { all_namespaces: true, ..Scope::default() };
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let live = runtime.block_on(live::load(&connection, &scope, None, Arc::new(Quiet))).unwrap();
    assert!(!live.cluster.backends.is_empty());
    MEMORY.peak_usage() - before
}

/// A backend with noise in a field that nobody reads.
fn backend(number: usize, noise: usize) -> String {
    let noise = "x".repeat(noise);
    format!(
        r#"{{"metadata":{{"name":"b{number}","namespace":"a","annotations":{{"noise":"{noise}"}}}},"spec":{{"endpoints":[{{"fqdn":{{"hostname":"a.example.com","port":443}}}}]}}}}"#
    )
}

const MIB: usize = 1 << 20;

/// One test, as the memory is that of the process.
#[test]
fn what_is_not_kept_is_not_held() {
    let items =
        |number: usize, noise: usize| (0..number).map(|it| backend(it, noise)).collect::<Vec<_>>().join(",");
    // a connection and its buffers; the first one also fills what is filled once
    peak(Pages { number: 1, items: items(1, 0) });
    let little = peak(Pages { number: 1, items: items(500, 0) });
    // 200 MB in all
    let much = peak(Pages { number: 20, items: items(500, 20_000) });
    assert!(much < little + 4 * MIB, "{much} bytes, and {little} without the noise");
    // a page of 100 MB, as objects are that large
    let large = peak(Pages { number: 1, items: items(50, 2_000_000) });
    assert!(large < little + 16 * MIB, "{large} bytes, and {little} without the noise");
    // what is kept of a backend of one address
    let many = peak(Pages { number: 1, items: items(5_000, 0) });
    let each = (many - little) / 4_500;
    assert!(each < 2_000, "{each} bytes of each backend");
}
