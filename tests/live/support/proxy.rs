//! A proxy before the API server that fails on demand, over plain HTTP, as admin.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

use kube::{Client, Config, client::Body, config::KubeConfigOptions};

use super::Server;

/// What happens to one write.
pub(crate) enum Fault {
    /// The server answers with this code, and does nothing.
    Status(u16),
    /// The server refuses it, and quotes what it was sent.
    Quote,
    /// The connection is cut before the server has heard of it.
    CutBefore,
    /// The connection is cut once the server has done it.
    CutAfter,
    /// Something else happens first.
    Meanwhile(Box<dyn Fn() + Send + Sync>),
    /// Nothing, so that writes are counted.
    None,
}

struct State {
    server: String,
    kubeconfig: std::path::PathBuf,
    /// Which write, from 0 on.
    at: usize,
    fault: Fault,
    writes: Mutex<usize>,
}

/// A running proxy; it ends with the process.
pub(crate) struct Proxy {
    port: u16,
    state: Arc<State>,
}

impl Proxy {
    /// Starts one whose write number `at` fails.
    pub(crate) fn start(server: &Server, at: usize, fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (kubeconfig, server) = (server.kubeconfig("admin"), server.url());
        let state = Arc::new(State { server, kubeconfig, at, fault, writes: Mutex::new(0) });
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (state, stream) = (Arc::clone(&shared), stream.unwrap());
                std::thread::spawn(move || serve(&stream, &state));
            }
        });
        Proxy { port, state }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// How many writes of objects have come so far, rehearsals left out.
    pub(crate) fn writes(&self) -> usize {
        *self.state.writes.lock().unwrap()
    }
}

/// Answers requests until one side hangs up.
fn serve(stream: &TcpStream, state: &State) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = runtime.block_on(async {
        let kubeconfig = kube::config::Kubeconfig::read_from(&state.kubeconfig).unwrap();
        let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
        assert_eq!(config.cluster_url.to_string().trim_end_matches('/'), state.server);
        Client::try_from(config).unwrap()
    });
    let mut reader = BufReader::new(stream);
    while let Some((request, is_write)) = read(&mut reader) {
        let number = is_write.then(|| {
            let mut writes = state.writes.lock().unwrap();
            *writes += 1;
            *writes - 1
        });
        let fault = if number == Some(state.at) { &state.fault } else { &Fault::None };
        let forward = |request| runtime.block_on(async { send(&client, request).await });
        let (code, body) = match fault {
            Fault::CutBefore => return,
            Fault::CutAfter => {
                forward(request);
                return;
            }
            Fault::Status(code) => (*code, refusal(*code, "words of the server")),
            Fault::Quote => {
                let sent = runtime.block_on(request.into_body().collect_bytes()).unwrap();
                (422, refusal(422, &String::from_utf8_lossy(&sent)))
            }
            Fault::Meanwhile(happens) => {
                happens();
                forward(request)
            }
            Fault::None => forward(request),
        };
        let head = format!(
            "HTTP/1.1 {code} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        if (&mut &*stream).write_all(&[head.as_bytes(), &body].concat()).is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<(http::Request<Body>, bool)> {
    let mut lines = reader.by_ref().lines().map_while(Result::ok);
    let line = lines.next()?;
    let headers: Vec<String> = lines.take_while(|it| !it.is_empty()).collect();
    let header = |name: &str| {
        let found =
            headers.iter().filter_map(|it| it.split_once(": ")).find(|it| it.0.eq_ignore_ascii_case(name));
        found.map(|it| it.1.to_owned())
    };
    let length = header("content-length").map_or(0, |it| it.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut words = line.split(' ');
    let (method, url) = (words.next()?.to_owned(), words.next()?.to_owned());
    let is_write = url.contains("fieldManager=") && !url.contains("dryRun=All");
    let mut request = http::Request::builder().method(method.as_str()).uri(url);
    for name in ["content-type", "accept"] {
        if let Some(value) = header(name) {
            request = request.header(name, value);
        }
    }
    Some((request.body(Body::from(body)).unwrap(), is_write))
}

async fn send(client: &Client, request: http::Request<Body>) -> (u16, Vec<u8>) {
    let response = client.send(request).await.unwrap();
    let code = response.status().as_u16();
    (code, response.into_body().collect_bytes().await.unwrap().to_vec())
}

fn refusal(code: u16, words: &str) -> Vec<u8> {
    let reason = match code {
        403 => "Forbidden",
        409 => "Conflict",
        422 => "Invalid",
        _ => "InternalError",
    };
    let status = serde_json::json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": words,
    });
    status.to_string().into_bytes()
}
