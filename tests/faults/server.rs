//! A loopback server over HTTP/1.1 that answers well, or as it is told to.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};
use tokio_rustls::TlsAcceptor;

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub path: String,
    pub query: BTreeMap<String, String>,
    /// Which one to this path it is, from 0 on.
    pub times: usize,
    pub headers: Vec<String>,
}

impl Asked {
    pub(crate) fn accepts(&self, what: &str) -> bool {
        self.headers.iter().any(|it| it.contains(what))
    }
}

/// What comes back.
pub(crate) enum Answer {
    /// A whole response.
    Whole { code: u16, headers: String, body: Vec<u8> },
    /// The first bytes of one, and how it goes on.
    Part(Vec<u8>, Then),
}

/// How a response goes on that is not whole.
#[derive(Clone)]
pub(crate) enum Then {
    /// The connection is closed.
    Close,
    /// The connection is reset.
    Reset,
    /// Nothing more comes.
    Hang,
    /// The same again and again, a chunk each.
    Repeat(Vec<u8>),
}

impl Answer {
    pub(crate) fn json(code: u16, body: &serde_json::Value) -> Self {
        Answer::Whole {
            code,
            headers: "content-type: application/json\r\n".to_owned(),
            body: body.to_string().into_bytes(),
        }
    }
}

type Handler = dyn Fn(&Asked) -> Answer + Send + Sync;

/// Told of each request before it is answered.
pub(crate) type Gate = Arc<dyn Fn() -> futures::future::BoxFuture<'static, ()> + Send + Sync>;

struct State {
    handler: Box<Handler>,
    tls: Option<TlsAcceptor>,
    gate: Option<Gate>,
    asked: Mutex<Vec<Asked>>,
    times: Mutex<BTreeMap<String, usize>>,
    connections: Mutex<BTreeMap<String, usize>>,
}

/// A running server; it ends with the process.
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
}

/// Where all servers run.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
    })
}

impl Server {
    pub(crate) fn start(handler: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Server::start_with(None, None, handler)
    }

    pub(crate) fn start_with(
        tls: Option<TlsAcceptor>,
        gate: Option<Gate>,
        handler: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            handler: Box::new(handler),
            tls,
            gate,
            asked: Mutex::default(),
            times: Mutex::default(),
            connections: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        runtime().spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(connection(stream, Arc::clone(&shared)));
            }
        });
        Server { address, state }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state.asked.lock().unwrap().clone()
    }

    /// Connections that carried a request, by the first part of its path.
    pub(crate) fn connections(&self) -> BTreeMap<String, usize> {
        self.state.connections.lock().unwrap().clone()
    }
}

async fn connection(stream: TcpStream, state: Arc<State>) {
    // so that a drop is a reset where that is wanted
    let Some(tls) = &state.tls else {
        if let Ended::Reset(stream) = serve(stream, &state).await {
            stream.set_zero_linger().ok();
        }
        return;
    };
    // a client that does not like the certificate hangs up
    if let Ok(stream) = tls.accept(stream).await {
        serve(stream, &state).await;
    }
}

enum Ended<S> {
    Closed,
    Reset(S),
}

/// Answers requests until one side has enough.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S, state: &State) -> Ended<S> {
    let mut stream = BufReader::new(stream);
    let mut is_first = true;
    while let Some(asked) = read(&mut stream, state).await {
        if std::mem::take(&mut is_first) {
            let prefix = asked.path.split('/').nth(1).unwrap_or_default().to_owned();
            *state.connections.lock().unwrap().entry(prefix).or_default() += 1;
        }
        if let Some(gate) = &state.gate {
            gate().await;
        }
        match (state.handler)(&asked) {
            Answer::Whole { code, headers, body } => {
                let head = format!("HTTP/1.1 {code} X\r\n{headers}content-length: {}\r\n\r\n", body.len());
                if stream.write_all(&[head.as_bytes(), &body].concat()).await.is_err() {
                    return Ended::Closed;
                }
            }
            Answer::Part(bytes, then) => {
                if stream.write_all(&bytes).await.is_err() || stream.flush().await.is_err() {
                    return Ended::Closed;
                }
                return go_on(stream, then).await;
            }
        }
        stream.flush().await.ok();
    }
    Ended::Closed
}

/// Bytes of an endless answer after which the server hangs up all the same: it must not eat the machine.
const ENOUGH: usize = 512 << 20;

async fn go_on<S: AsyncRead + AsyncWrite + Unpin>(mut stream: BufReader<S>, then: Then) -> Ended<S> {
    match then {
        Then::Close => {
            stream.shutdown().await.ok();
            Ended::Closed
        }
        Then::Reset => Ended::Reset(stream.into_inner()),
        Then::Hang => hang(stream).await,
        Then::Repeat(bytes) => {
            let chunk = [format!("{:x}\r\n", bytes.len()).as_bytes(), &bytes, b"\r\n"].concat();
            let mut sent = 0;
            while sent < ENOUGH {
                if stream.write_all(&chunk).await.is_err() {
                    return Ended::Closed;
                }
                sent += chunk.len();
            }
            Ended::Closed
        }
    }
}

/// Holds a connection open until the client gives up.
async fn hang<S: AsyncRead + AsyncWrite + Unpin>(mut stream: BufReader<S>) -> Ended<S> {
    let mut rest = vec![];
    let read = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest);
    tokio::time::timeout(Duration::from_secs(120), read).await.ok();
    Ended::Closed
}

/// The first byte of a TLS connection.
const TLS: u8 = 0x16;

async fn read<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>, state: &State) -> Option<Asked> {
    let mut line = String::new();
    if stream.fill_buf().await.ok()?.first() == Some(&TLS) {
        // as Go does it
        stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n").await.ok()?;
        stream.flush().await.ok()?;
        return None;
    }
    stream.read_line(&mut line).await.ok()?;
    let url = line.split(' ').nth(1)?.to_owned();
    let mut headers = vec![];
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        match line.trim_end() {
            "" => break,
            header => headers.push(header.to_owned()),
        }
    }
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let pairs = query.split('&').filter_map(|it| it.split_once('='));
    let query = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let times = {
        let mut all = state.times.lock().unwrap();
        let times = all.entry(path.to_owned()).or_default();
        *times += 1;
        *times - 1
    };
    let asked = Asked { path: path.to_owned(), query, times, headers };
    state.asked.lock().unwrap().push(asked.clone());
    Some(asked)
}
