//! The facts of a hop, with what was found about them.

use serde::Serialize;

use super::{Entry, ObjectId, Severity, State, build, skipped};
use crate::{
    cluster::Cluster,
    walk::{Fact, Seen},
};

/// One thing on the way to a backend.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct FactEntry {
    pub state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
    pub text: String,
    /// Codes of the findings that blame the object.
    pub codes: Vec<&'static str>,
    /// What would show what could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

pub(super) fn entry(cluster: &Cluster, findings: &[Entry], fact: Fact) -> FactEntry {
    let object = fact.object.as_ref().map(|key| build::object(cluster, key, cluster.has(key)));
    let name = object.as_ref().map(ObjectId::display);
    let blamed = findings.iter().filter(|it| name.as_ref() == Some(&it.object.display()));
    let (state, remedy) = match &fact.seen {
        Seen::Yes => (State::Ok, None),
        Seen::No => (State::Fail, None),
        Seen::Unknown(gap) => {
            let named = gap.name.is_some();
            (State::Unknown, Some(skipped::remedy(cluster, gap.kind, &gap.namespace, named, &gap.why)))
        }
    };
    let state = blamed.clone().map(|it| of_severity(it.severity)).chain([state]).min().unwrap_or(state);
    FactEntry { state, object, text: fact.text, codes: blamed.map(|it| it.code).collect(), remedy }
}

fn of_severity(severity: Severity) -> State {
    match severity {
        Severity::Error => State::Fail,
        Severity::Warning => State::Warn,
        Severity::Info => State::Ok,
    }
}
