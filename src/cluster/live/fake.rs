//! An API server that is a function.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use http::{Request, Response};
use kube::{Client, client::Body};

use super::Progress;

pub(super) struct Quiet;

impl Progress for Quiet {
    fn step(&self, _: &str) {}
}

pub(super) type Asked = Arc<Mutex<Vec<String>>>;

/// A server that answers by path and query; `None` is an empty list, or 404 for a single object.
pub(super) fn server(
    answer: impl Fn(&str) -> Option<(u16, String)> + Send + Sync + 'static,
) -> (Client, Asked) {
    let asked = Asked::default();
    let (heard, answer) = (asked.clone(), Arc::new(answer));
    let service = tower::service_fn(move |request: Request<Body>| {
        assert_eq!(request.method(), "GET");
        let url = request.uri().to_string();
        heard.lock().unwrap().push(url.clone());
        let list = url.contains('?');
        let answer = answer.clone();
        async move {
            let (status, text) =
                answer(&url).unwrap_or_else(|| if list { ok("") } else { (404, status(404)) });
            if status == 0 {
                std::future::pending::<()>().await;
            }
            let response = Response::builder().status(status).body(Body::from(text.into_bytes())).unwrap();
            Ok::<_, Infallible>(response)
        }
    });
    (Client::new(service, "default"), asked)
}

pub(super) fn ok(items: &str) -> (u16, String) {
    (200, format!(r#"{{"metadata":{{}},"items":[{items}]}}"#))
}

pub(super) fn status(code: u16) -> String {
    format!(r#"{{"kind":"Status","code":{code},"message":"words","reason":"Word"}}"#)
}

#[allow(clippy::unnecessary_wraps, reason = "it is an arm of the answers")]
pub(super) fn refused(code: u16) -> Option<(u16, String)> {
    Some((code, status(code)))
}

pub(super) fn named(namespace: &str, name: &str, spec: &str) -> String {
    format!(r#"{{"metadata":{{"namespace":"{namespace}","name":"{name}"}},"spec":{{{spec}}}}}"#)
}

pub(super) fn count(asked: &Asked, part: &str) -> usize {
    asked.lock().unwrap().iter().filter(|it| it.contains(part)).count()
}
