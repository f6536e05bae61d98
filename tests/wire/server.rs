//! As much of an API server as it takes to read documents: lists and gets over HTTP, each case under a path of its own.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::Arc,
};

use aigw_backend::model::Kind;
use serde_json::{Value, json};

/// A server of several clusters.
pub(crate) struct Server(u16);

/// How a kind is answered for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Fine,
    Forbidden,
    /// As if the server did not have the kind.
    Unknown,
    /// With objects that are not what they should be.
    Broken,
    /// By name only.
    NoLists,
    /// One namespace at a time only.
    Narrow,
}

/// The mood in which a cluster, by its number, answers for a kind.
pub(crate) type Moods = fn(usize, Kind) -> Mood;

impl Server {
    /// Starts one; it ends with the process.
    pub(crate) fn start(clusters: Vec<Vec<Value>>) -> Self {
        Self::of_moods(clusters, |_, _| Mood::Fine)
    }

    /// Starts one that does not answer for everything.
    pub(crate) fn of_moods(clusters: Vec<Vec<Value>>, moods: Moods) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let clusters = Arc::new(clusters);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (clusters, stream) = (Arc::clone(&clusters), stream.unwrap());
                std::thread::spawn(move || serve(&stream, &clusters, moods));
            }
        });
        Server(port)
    }

    /// Where one of its clusters is.
    pub(crate) fn url(&self, cluster: usize) -> String {
        format!("http://127.0.0.1:{}/{cluster}", self.0)
    }
}

/// Answers requests until the client hangs up.
fn serve(stream: &TcpStream, clusters: &[Vec<Value>], moods: Moods) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    while let Some(request) = lines.next() {
        let headers: Vec<String> = lines.by_ref().take_while(|it| !it.is_empty()).collect();
        let bare = headers.iter().any(|it| it.contains("PartialObjectMetadata"));
        let url = request.split(' ').nth(1).unwrap();
        let (code, body) = answer(clusters, moods, url.split('?').next().unwrap(), bare);
        let body = body.to_string();
        let head = format!(
            "HTTP/1.1 {code} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        if (&mut &*stream).write_all((head + &body).as_bytes()).is_err() {
            return;
        }
    }
}

fn answer(clusters: &[Vec<Value>], moods: Moods, path: &str, bare: bool) -> (u16, Value) {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let index = parts[0].parse::<usize>().unwrap();
    let documents = &clusters[index];
    // any version will do: a type holds them all
    let (group, rest) = match parts[1] {
        "api" => ("", &parts[3..]),
        _ => (parts[2], &parts[4..]),
    };
    let (namespace, plural, name) = match rest {
        ["namespaces", namespace, plural, name @ ..] => (Some(*namespace), *plural, name.first()),
        [plural, name @ ..] => (None, *plural, name.first()),
        [] => return status(404, "NotFound"),
    };
    let is_it = |kind: &Kind| kind.info().group == group && kind.info().plural == plural;
    let Some(kind) = Kind::all().find(is_it) else { return status(404, "NotFound") };
    let mood = moods(index, kind);
    match mood {
        Mood::Unknown => return status(404, "NotFound"),
        Mood::Forbidden => return status(403, "Forbidden"),
        Mood::NoLists if name.is_none() => return status(403, "Forbidden"),
        Mood::Narrow if name.is_none() && namespace.is_none() => return status(403, "Forbidden"),
        Mood::Fine | Mood::Broken | Mood::NoLists | Mood::Narrow => {}
    }
    let known: BTreeSet<Kind> = documents.iter().filter_map(kind_of).collect();
    if kind.info().core && !known.contains(&kind) {
        // nobody captured it: then the file does not say either
        return status(403, "Forbidden");
    }
    let here = |it: &&Value| {
        let own =
            if kind.is_namespaced() { it["metadata"]["namespace"].as_str().unwrap_or("default") } else { "" };
        kind_of(it) == Some(kind) && namespace.is_none_or(|there| there == own)
    };
    let mut items = documents.iter().filter(here).map(|it| {
        let mut it = it.clone();
        if kind.is_namespaced() && it["metadata"]["namespace"].is_null() {
            it["metadata"]["namespace"] = json!("default");
        }
        if mood == Mood::Broken {
            it["metadata"]["labels"] = json!(["canary7qx"]);
        }
        if bare { json!({"metadata": it["metadata"]}) } else { it }
    });
    match name {
        Some(name) => items
            .find(|it| it["metadata"]["name"] == **name)
            .map_or_else(|| status(404, "NotFound"), |it| (200, it)),
        None => (200, json!({"metadata": {}, "items": items.collect::<Vec<_>>()})),
    }
}

fn kind_of(document: &Value) -> Option<Kind> {
    Kind::of(document["apiVersion"].as_str()?, document["kind"].as_str()?)
}

fn status(code: u16, reason: &str) -> (u16, Value) {
    (
        code,
        json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": reason, "code": code}),
    )
}
