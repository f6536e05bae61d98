//! One GET at a time: with a deadline, and with an answer for everything that a server can say.

use std::{
    error::Error as _,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use http::Request;
use kube::Client;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::{Failure, Progress};
use crate::cluster::Why;

/// An API server gives a request up after a minute by itself: waiting longer is waiting for nobody.
const PATIENCE: Duration = Duration::from_secs(75);

/// The API server.
pub(super) struct Api<'a> {
    client: Client,
    url: String,
    until: Option<Instant>,
    patience: Duration,
    verbose: bool,
    progress: &'a dyn Progress,
    cut: AtomicBool,
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
    /// Not in time.
    Timeout,
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
            Refusal::Timeout => Why::Timeout,
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
            Refusal::Timeout => Failure::Timeout { url },
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

impl<'a> Api<'a> {
    pub(super) fn new(
        client: Client,
        url: String,
        until: Option<Instant>,
        progress: &'a dyn Progress,
    ) -> Self {
        Api { client, url, until, patience: PATIENCE, verbose: false, progress, cut: AtomicBool::new(false) }
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

    /// Sends a GET. The text is wiped when dropped, as it may be a Secret.
    pub(super) async fn get(&self, request: Request<Vec<u8>>) -> Result<Zeroizing<String>, Refusal> {
        let path = request.uri().to_string();
        let begun = Instant::now();
        let patient = begun + self.patience;
        let until = self.until.map_or(patient, |it| it.min(patient));
        let answer = tokio::time::timeout_at(until, self.client.request_text(request)).await;
        let answer = match answer {
            Ok(Ok(text)) => Ok(Zeroizing::new(text)),
            Ok(Err(error)) => Err(refusal(&error)),
            Err(_) => {
                if self.until.is_some_and(|it| it <= Instant::now()) {
                    self.cut.store(true, Ordering::Relaxed);
                }
                Err(Refusal::Timeout)
            }
        };
        if self.verbose {
            let outcome =
                answer.as_ref().map_or_else(|it| it.why().to_string(), |it| format!("{} bytes", it.len()));
            self.step(&format!("GET {path} in {} ms: {outcome}", begun.elapsed().as_millis()));
        }
        answer
    }
}

fn refusal(error: &kube::Error) -> Refusal {
    if let kube::Error::Api(status) = error {
        let words = || if status.message.is_empty() { status.reason.clone() } else { status.message.clone() };
        return match status.code {
            401 => Refusal::Unauthorized(words()),
            403 => Refusal::Forbidden(words()),
            404 => Refusal::NotFound,
            410 => Refusal::Gone,
            code => Refusal::Other(format!("{code}: {}", words())),
        };
    }
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
