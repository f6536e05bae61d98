//! What an API server says to a write.

use serde::Deserialize;

use super::MANAGER;

/// Why a write was not done, or may not have been.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 403, in the server's words.
    #[error("forbidden: {0}")]
    Forbidden(String),
    /// 404: the kind, the version, the namespace or the object is not there.
    #[error("{0}")]
    NotFound(String),
    /// 409: it is there already.
    #[error("somebody has created it in the meantime")]
    Exists,
    /// 409: others own fields, or have changed the object.
    #[error("{message}")]
    Conflict {
        /// The server's words.
        message: String,
        /// Field by field.
        fields: Vec<Conflict>,
    },
    /// 422 and the like: the object is not right.
    #[error("{0}")]
    Invalid(String),
    /// No answer: it may have been done all the same.
    #[error("no answer: {0}")]
    Lost(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// A field that somebody else owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The field, as the server writes it.
    pub field: String,
    /// The server's words, which name the manager.
    pub message: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    message: String,
    reason: String,
    details: Option<Details>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    causes: Vec<Cause>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Cause {
    reason: String,
    message: String,
    field: String,
}

impl Refusal {
    /// Whether all fields in conflict belong to earlier runs of this tool.
    pub fn is_about_own_fields(&self) -> bool {
        let own = format!("\"{MANAGER}");
        matches!(self, Refusal::Conflict { fields, .. } if !fields.is_empty() && fields.iter().all(|it| it.message.contains(&own)))
    }

    /// The same without the server's words, which may quote what was sent.
    pub(super) fn wordless(self) -> Self {
        let hidden = || "the server's words are not shown, as they may hold the credential".to_owned();
        match self {
            Refusal::Forbidden(_) => Refusal::Forbidden(hidden()),
            Refusal::NotFound(_) => Refusal::NotFound(hidden()),
            Refusal::Invalid(_) => Refusal::Invalid(hidden()),
            Refusal::Other(_) => Refusal::Other(hidden()),
            Refusal::Conflict { fields, .. } => {
                let is_own = Refusal::Conflict { message: String::new(), fields };
                let message = if is_own.is_about_own_fields() { format!("\"{MANAGER}\"") } else { hidden() };
                let fields = vec![Conflict { field: ".data".to_owned(), message }];
                Refusal::Conflict { message: "others own fields of it".to_owned(), fields }
            }
            Refusal::Exists | Refusal::Lost(_) => self,
        }
    }

    /// Reads an answer that is no success.
    pub(super) fn read(code: u16, body: &[u8]) -> Self {
        let status: Status = serde_json::from_slice(body).unwrap_or_default();
        let words = if status.message.is_empty() { format!("HTTP {code}") } else { status.message };
        match (code, status.reason.as_str()) {
            (403, _) => Refusal::Forbidden(words),
            (404, _) => Refusal::NotFound(words),
            (409, "AlreadyExists") => Refusal::Exists,
            (409, _) => {
                let causes = status.details.unwrap_or_default().causes;
                let causes = causes.into_iter().filter(|it| it.reason == "FieldManagerConflict");
                let fields = causes.map(|it| Conflict { field: it.field, message: it.message }).collect();
                Refusal::Conflict { message: words, fields }
            }
            (400 | 422, _) => Refusal::Invalid(words),
            (401, _) => Refusal::Other(format!("the credential is not accepted: {words}")),
            (429 | 500.., _) => Refusal::Other(format!("{code}: {words}")),
            _ => Refusal::Other(words),
        }
    }
}
