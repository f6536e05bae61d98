//! What the controllers say of objects that were written.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use serde_json::Value;
use tokio::time::Instant;

use super::Writer;
use crate::model::{Key, Kind};

const PAUSE: Duration = Duration::from_millis(500);

/// What a controller says of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// It takes it.
    Accepted,
    /// It does not, in its words.
    Refused(String),
    /// Nothing yet.
    Silent,
}

impl Writer {
    /// Waits for AI Gateway's word on each object, with whether its last word may be about what was there before: those of
    /// other controllers come only once traffic can get there.
    pub async fn wait(
        &self,
        objects: &[(Key, String, bool)],
        patience: Duration,
        stop: &AtomicBool,
    ) -> Vec<(Key, Word)> {
        let until = Instant::now() + patience;
        let mut words = vec![];
        for (key, api_version, is_changed) in objects.iter().filter(|it| judged(it.0.kind)) {
            let mut word = Word::Silent;
            loop {
                if let Ok(object) = self.get(key, api_version).await {
                    word = read(&object, *is_changed);
                }
                if word != Word::Silent || Instant::now() >= until || stop.load(Ordering::Relaxed) {
                    break;
                }
                tokio::time::sleep(PAUSE).await;
            }
            words.push((key.clone(), word));
        }
        words
    }
}

fn judged(kind: Kind) -> bool {
    matches!(kind, Kind::AIServiceBackend | Kind::BackendSecurityPolicy | Kind::AIGatewayRoute)
}

/// AI Gateway says when it has looked last, and not at which generation (ai-gateway@v1.1.0
/// internal/controller/controller.go).
fn read(object: &Value, is_changed: bool) -> Word {
    let conditions = object.pointer("/status/conditions").and_then(Value::as_array);
    let Some(condition) = conditions.and_then(|all| all.last()) else { return Word::Silent };
    let managers = object.pointer("/metadata/managedFields").and_then(Value::as_array);
    let of_spec = managers.into_iter().flatten().filter(|it| it.get("subresource").is_none());
    let written = of_spec.filter_map(|it| it.get("time")?.as_str()).max().unwrap_or_default();
    let text = |field: &str| condition.get(field).and_then(Value::as_str);
    let said = text("lastTransitionTime").unwrap_or_default();
    if is_changed && said < written {
        return Word::Silent;
    }
    if text("type") == Some("Accepted") && text("status") == Some("True") {
        return Word::Accepted;
    }
    Word::Refused(text("message").unwrap_or("without a reason").to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_word_from_before_is_none() {
        let object = |type_: &str, said: &str| {
            json!({
                "metadata": {"managedFields": [{"time": "2026-01-01T00:00:05Z"}, {"time": "2026-01-01T00:00:09Z", "subresource": "status"}]},
                "status": {"conditions": [{"type": type_, "status": if type_ == "Accepted" { "True" } else { "False" },
                    "lastTransitionTime": said, "message": "why"}]},
            })
        };
        assert_eq!(read(&object("Accepted", "2026-01-01T00:00:09Z"), true), Word::Accepted);
        assert_eq!(read(&object("Accepted", "2026-01-01T00:00:01Z"), true), Word::Silent);
        assert_eq!(read(&object("Accepted", "2026-01-01T00:00:01Z"), false), Word::Accepted);
        assert_eq!(
            read(&object("NotAccepted", "2026-01-01T00:00:09Z"), true),
            Word::Refused("why".to_owned())
        );
        assert_eq!(read(&json!({}), true), Word::Silent);
    }
}
