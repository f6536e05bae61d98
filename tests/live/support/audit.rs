//! The audit log: who asked for what.

use serde_json::Value;

use super::Server;

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// `get`, `list`, …
    pub(crate) verb: String,
    /// Plural name; empty for paths that are no resource.
    pub(crate) resource: String,
    /// Its namespace; empty for all.
    pub(crate) namespace: String,
    /// Its name; empty for a list.
    pub(crate) name: String,
    /// Path and query.
    pub(crate) uri: String,
}

impl Server {
    /// The requests of a user so far.
    pub(crate) fn events(&self, user: &str) -> Vec<Event> {
        let log = self.audit();
        let events = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mine = events.filter(|it| it["user"]["username"] == user);
        mine.map(|it| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let object = &it["objectRef"];
            Event {
                verb: text(&it["verb"]),
                resource: text(&object["resource"]),
                namespace: text(&object["namespace"]),
                name: text(&object["name"]),
                uri: text(&it["requestURI"]),
            }
        })
        .collect()
    }
}
