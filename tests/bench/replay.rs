//! A server that asks the real one once, and from then on answers from memory.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use kube::{Client, client::Body};

/// An answer: its code, its type, its bytes.
type Answer = Arc<(u16, String, Vec<u8>)>;

#[derive(Default)]
struct State {
    /// By URL and accepted types.
    answers: Mutex<BTreeMap<(String, String), Answer>>,
    /// URLs in the order in which they were asked for.
    asked: Mutex<Vec<String>>,
    /// Before each answer.
    latency: Mutex<Duration>,
    /// Nothing is known beyond what was recorded.
    sealed: AtomicBool,
}

/// A running server; it ends with the process.
pub(crate) struct Replay {
    port: u16,
    state: Arc<State>,
}

impl Replay {
    /// Starts one that asks `upstream` for what it does not know.
    pub(crate) fn start(upstream: Client) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (state, upstream, stream) = (Arc::clone(&shared), upstream.clone(), stream.unwrap());
                std::thread::spawn(move || serve(&stream, &state, &upstream));
            }
        });
        Replay { port, state }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on nothing is asked of the real server.
    pub(crate) fn seal(&self) {
        self.state.sealed.store(true, Ordering::Relaxed);
    }

    /// Waits before each answer from now on.
    pub(crate) fn delay(&self, latency: Duration) {
        *self.state.latency.lock().unwrap() = latency;
    }

    /// URLs that were asked for since the last call.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.asked.lock().unwrap())
    }

    /// Bytes of the answers to some URLs.
    pub(crate) fn bytes(&self, urls: &[String]) -> usize {
        let answers = self.state.answers.lock().unwrap();
        let size =
            |url: &String| answers.iter().find(|((it, _), _)| it == url).map_or(0, |(_, it)| it.2.len());
        urls.iter().map(size).sum()
    }
}

/// Answers requests until the client hangs up.
fn serve(stream: &TcpStream, state: &State, upstream: &Client) {
    stream.set_nodelay(true).unwrap();
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    while let Some(line) = lines.next() {
        let headers: Vec<String> = lines.by_ref().take_while(|it| !it.is_empty()).collect();
        let url = line.split(' ').nth(1).unwrap().to_owned();
        let accepts = |it: &String| {
            Some(it.split_once(": ").filter(|it| it.0.eq_ignore_ascii_case("accept"))?.1.to_owned())
        };
        let accepted = headers.iter().find_map(accepts).unwrap_or_default();
        state.asked.lock().unwrap().push(url.clone());
        let known = state.answers.lock().unwrap().get(&(url.clone(), accepted.clone())).cloned();
        let answer = known.unwrap_or_else(|| {
            assert!(!state.sealed.load(Ordering::Relaxed), "not recorded: {url} {accepted}");
            let answer = Arc::new(crate::RUNTIME.block_on(ask(upstream, &url, &accepted)));
            state.answers.lock().unwrap().insert((url, accepted), Arc::clone(&answer));
            answer
        });
        let latency = *state.latency.lock().unwrap();
        std::thread::sleep(latency);
        let (code, type_, body) = &*answer;
        let head =
            format!("HTTP/1.1 {code} X\r\ncontent-type: {type_}\r\ncontent-length: {}\r\n\r\n", body.len());
        let mut to = stream;
        if to.write_all(head.as_bytes()).and_then(|()| to.write_all(body)).is_err() {
            return;
        }
    }
}

async fn ask(upstream: &Client, url: &str, accepted: &str) -> (u16, String, Vec<u8>) {
    let request = http::Request::get(url).header("accept", accepted).body(Body::empty()).unwrap();
    let response = upstream.send(request).await.unwrap();
    let type_ = response.headers().get("content-type").map_or("", |it| it.to_str().unwrap()).to_owned();
    (response.status().as_u16(), type_, response.into_body().collect_bytes().await.unwrap().to_vec())
}
