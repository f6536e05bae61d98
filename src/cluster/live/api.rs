//! One GET at a time: with a deadline, and with an answer for everything that a server can say.

use std::{
    error::Error as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use kube::{Client, client::Body, core::Status};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::{Failure, Progress, retry::Turned, text::Text};
use crate::cluster::{Cluster, Why};

/// An API server gives a request up after a minute by itself: waiting longer is waiting for nobody.
const PATIENCE: Duration = Duration::from_secs(75);

/// Bytes of a document that is no list.
const DOCUMENT: usize = 64 << 20;
/// Bytes of an error that are read.
const WORDS: usize = 64 << 10;

/// Takes an answer piece by piece, and says what is wrong with it.
type Take<'a> = dyn FnMut(&[u8]) -> Result<(), &'static str> + Send + 'a;

/// The API server.
pub(super) struct Api {
    client: Client,
    url: String,
    until: Option<Instant>,
    patience: Duration,
    verbose: bool,
    progress: Arc<dyn Progress>,
    cut: AtomicBool,
    blank: Box<Cluster>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// 403, in the server's words.
    Forbidden(String),
    /// 404.
    NotFound,
    /// 410: the list has changed too much to go on.
    Gone,
    /// 401, in the server's words.
    Unauthorized(String),
    /// Not in time; with the status with which the server had put the request off, if it had.
    Timeout(Option<String>),
    /// No connection.
    Connect(String),
    /// No TLS.
    Tls(String),
    /// No credential to send.
    Credential(String),
    /// Anything else.
    Other(String),
}

impl Refusal {
    /// The same, as the answer to a lookup.
    pub(super) fn why(&self) -> Why {
        match self {
            Refusal::Forbidden(_) => Why::Forbidden,
            Refusal::Timeout(status) => Why::Timeout(status.clone()),
            Refusal::NotFound => Why::ServerError("404".to_owned()),
            Refusal::Gone => Why::ServerError("410: the list changes faster than it can be read".to_owned()),
            Refusal::Unauthorized(reason)
            | Refusal::Connect(reason)
            | Refusal::Tls(reason)
            | Refusal::Credential(reason)
            | Refusal::Other(reason) => Why::ServerError(reason.clone()),
        }
    }

    /// The same, where nothing can be done without the answer.
    pub(super) fn failure(self, url: &str, namespace: Option<&str>) -> Failure {
        let url = url.to_owned();
        match self {
            Refusal::Forbidden(reason) => {
                Failure::Forbidden { namespace: namespace.map(str::to_owned), reason }
            }
            Refusal::NotFound => Failure::NotInstalled { url },
            Refusal::Unauthorized(reason) => Failure::Unauthorized { url, reason },
            Refusal::Timeout(status) => Failure::Timeout { url, status },
            Refusal::Connect(reason) => Failure::Connect { url, reason },
            Refusal::Tls(reason) => Failure::Tls { url, reason },
            Refusal::Credential(reason) => Failure::Credential { reason },
            Refusal::Gone => {
                Failure::Other { url, reason: "410: the list changes faster than it can be read".into() }
            }
            Refusal::Other(reason) => Failure::Other { url, reason },
        }
    }
}

impl Api {
    pub(super) fn new(
        client: Client,
        url: String,
        until: Option<Instant>,
        progress: Arc<dyn Progress>,
    ) -> Self {
        Api {
            client,
            url,
            until,
            patience: PATIENCE,
            verbose: false,
            progress,
            cut: AtomicBool::new(false),
            blank: Box::default(),
        }
    }

    /// `--request-timeout`: how long to wait for one answer.
    pub(super) fn patience(mut self, patience: Option<Duration>) -> Self {
        self.patience = patience.filter(|it| !it.is_zero()).unwrap_or(PATIENCE);
        self
    }

    /// Each request becomes a step of the progress.
    pub(super) fn verbose(mut self, verbose: bool) -> Self {
        self.verbose = verbose;
        self
    }

    /// What is read is part of this cluster.
    pub(super) fn part_of(mut self, cluster: &Cluster) -> Self {
        self.blank = cluster.part();
        self
    }

    /// Where objects that are read find their place.
    pub(super) fn part(&self) -> Box<Cluster> {
        self.blank.part()
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn step(&self, what: &str) {
        self.progress.step(what);
    }

    /// Whether the deadline of the run has cut something off.
    pub(super) fn timed_out(&self) -> bool {
        self.cut.load(Ordering::Relaxed)
    }

    /// Sends a GET. The answer is wiped when dropped, as it may be a Secret.
    pub(super) async fn get(&self, request: Request<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        let mut text = Text::default();
        self.read(request, &mut |bytes| {
            text.push(bytes);
            if text.rest().len() > DOCUMENT { Err("the answer has no end") } else { Ok(()) }
        })
        .await?;
        Ok(text.into_bytes())
    }

    /// Sends a GET, and hands its answer over as it arrives.
    pub(super) async fn read(
        &self,
        mut request: Request<Vec<u8>>,
        take: &mut Take<'_>,
    ) -> Result<(), Refusal> {
        let path = request.uri().to_string();
        let turned = Turned::default();
        request.extensions_mut().insert(turned.clone());
        let begun = Instant::now();
        let patient = begun + self.patience;
        let until = self.until.map_or(patient, |it| it.min(patient));
        let mut bytes = 0;
        let mut counted = |some: &[u8]| {
            bytes += some.len();
            take(some)
        };
        let answer = tokio::time::timeout_at(until, self.fetch(request, &mut counted)).await;
        let answer = answer.unwrap_or_else(|_| {
            if self.until.is_some_and(|it| it <= Instant::now()) {
                self.cut.store(true, Ordering::Relaxed);
            }
            Err(Refusal::Timeout(turned.away().map(|it| it.to_string())))
        });
        if self.verbose {
            let outcome =
                answer.as_ref().map_or_else(|it| it.why().to_string(), |()| format!("{bytes} bytes"));
            self.step(&format!("GET {path} in {} ms: {outcome}", begun.elapsed().as_millis()));
        }
        answer
    }

    async fn fetch(&self, request: Request<Vec<u8>>, take: &mut Take<'_>) -> Result<(), Refusal> {
        let response = self.client.send(request.map(Body::from)).await.map_err(|error| refusal(&error))?;
        let status = response.status();
        let mut body = response.into_body();
        let mut words = vec![];
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| match innermost(&error) {
                reason if status.is_success() => {
                    Refusal::Other(format!("the answer stops halfway: {reason}"))
                }
                _ => said(status, &words),
            })?;
            let Ok(bytes) = frame.into_data() else { continue };
            if status.is_success() {
                take(&bytes).map_err(|problem| Refusal::Other(problem.to_owned()))?;
            } else if words.len() < WORDS {
                words.extend_from_slice(&bytes);
            } else {
                break;
            }
        }
        if status.is_success() { Ok(()) } else { Err(said(status, &words)) }
    }
}

/// What a server says beside its code: its own words, or those of something in between.
fn said(status: StatusCode, text: &[u8]) -> Refusal {
    let own = serde_json::from_slice::<Status>(text)
        .ok()
        .map(|it| if it.message.is_empty() { it.reason } else { it.message });
    let words =
        own.unwrap_or_else(|| status.canonical_reason().unwrap_or("no API server's answer").to_owned());
    match status.as_u16() {
        401 => Refusal::Unauthorized(words),
        403 => Refusal::Forbidden(words),
        404 => Refusal::NotFound,
        410 => Refusal::Gone,
        code => Refusal::Other(format!("{code}: {words}")),
    }
}

fn refusal(error: &kube::Error) -> Refusal {
    let reason = innermost(error);
    let chain = chain(error);
    if matches!(error, kube::Error::Auth(_)) || chain.contains("auth exec") {
        Refusal::Credential(reason)
    } else if ["certificate", "TLS", "corrupt message", "handshake"].iter().any(|word| chain.contains(word)) {
        Refusal::Tls(reason)
    } else if matches!(error, kube::Error::HyperError(_) | kube::Error::Service(_)) {
        Refusal::Connect(reason)
    } else {
        Refusal::Other(reason)
    }
}

/// The words of the last cause: those before it only say that there is one.
pub(crate) fn innermost(error: &dyn std::error::Error) -> String {
    let mut at = error;
    while let Some(source) = at.source() {
        at = source;
    }
    at.to_string()
}

fn chain(error: &kube::Error) -> String {
    let mut text = error.to_string();
    let mut at = error.source();
    while let Some(source) = at {
        text.push_str(": ");
        text.push_str(&source.to_string());
        at = source.source();
    }
    text
}
