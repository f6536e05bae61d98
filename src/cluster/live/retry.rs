//! Requests that are sent again, and what was answered before.

use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};

use http::{Request, Response, StatusCode};
use kube::client::{Body, retry::RetryPolicy};
use tower::{BoxError, retry::Policy};

/// Goes along with a request, and keeps the status for which it was sent again last.
#[derive(Clone, Default)]
pub(super) struct Turned(Arc<AtomicU16>);

impl Turned {
    /// The status, while it waits to be sent again or is under way once more.
    pub(super) fn away(&self) -> Option<StatusCode> {
        StatusCode::from_u16(self.0.load(Ordering::Relaxed)).ok()
    }
}

/// Sends again what kube sends again: what was answered with 429, 503 or 504.
#[derive(Clone)]
pub(super) struct Again(RetryPolicy);

impl Again {
    pub(super) fn new() -> Self {
        Again(RetryPolicy::server_retry())
    }
}

impl<T> Policy<Request<Body>, Response<T>, BoxError> for Again {
    type Future = tokio::time::Sleep;

    fn retry(
        &mut self,
        request: &mut Request<Body>,
        answer: &mut Result<Response<T>, BoxError>,
    ) -> Option<Self::Future> {
        let wait = self.0.retry(request, answer);
        // what is not sent again has been answered
        let status = answer.as_ref().ok().filter(|_| wait.is_some()).map_or(0, |it| it.status().as_u16());
        if let Some(turned) = request.extensions().get::<Turned>() {
            turned.0.store(status, Ordering::Relaxed);
        }
        wait
    }

    fn clone_request(&mut self, request: &Request<Body>) -> Option<Request<Body>> {
        Policy::<_, Response<T>, BoxError>::clone_request(&mut self.0, request)
    }
}
