//! Findings that were there before, by code, object and path: a file that people keep beside their manifests.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::rules::Finding;

const API_VERSION: &str = "aigw-backend/v1";
const KIND: &str = "Baseline";

/// The findings of an earlier run. As it is serialized, so it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Baseline {
    api_version: &'static str,
    kind: &'static str,
    findings: BTreeSet<Known>,
}

/// What a finding is known by: no words, which may change between versions, and no API version, which may be migrated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    code: String,
    object: KnownObject,
    #[serde(default)]
    path: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct KnownObject {
    kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    namespace: String,
    name: String,
}

impl Known {
    fn of(finding: &Finding) -> Self {
        let object = &finding.object;
        Known {
            code: finding.rule.code.to_owned(),
            object: KnownObject {
                kind: object.kind.to_string(),
                namespace: object.namespace.clone(),
                name: object.name.clone(),
            },
            path: finding.path.clone(),
        }
    }
}

/// Why a text is no baseline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Not JSON; with the place and the reason.
    #[error("it is not JSON: {0}")]
    NotJson(String),
    /// JSON of something else.
    #[error("it is {0}, and not a Baseline of {API_VERSION}")]
    Other(String),
    /// A baseline that does not decode.
    #[error("{0}")]
    Broken(String),
}

impl Baseline {
    /// The baseline that knows these findings.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let findings = findings.into_iter().map(Known::of).collect();
        Baseline { api_version: API_VERSION, kind: KIND, findings }
    }

    /// Reads what was written.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        #[derive(Deserialize)]
        struct Body {
            findings: BTreeSet<Known>,
        }
        let value: Value = serde_json::from_str(text).map_err(|error| Unfit::NotJson(error.to_string()))?;
        let head = |key: &str| value.get(key).and_then(Value::as_str);
        match (head("apiVersion"), head("kind")) {
            (Some(API_VERSION), Some(KIND)) => {}
            (Some(version), Some(kind)) => return Err(Unfit::Other(format!("a {kind} of {version}"))),
            _ => return Err(Unfit::Other("something without apiVersion and kind".to_owned())),
        }
        let body: Body = serde_json::from_value(value).map_err(|error| Unfit::Broken(error.to_string()))?;
        Ok(Baseline { api_version: API_VERSION, kind: KIND, findings: body.findings })
    }

    /// How many findings it knows.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Whether a finding was there before.
    pub fn knows(&self, finding: &Finding) -> bool {
        self.findings.contains(&Known::of(finding))
    }

    /// What it knows of some namespaces, the empty one being that of the cluster, and that other one does not know.
    #[must_use]
    pub fn without(&self, other: &Baseline, namespaces: impl Fn(&str) -> bool) -> Baseline {
        let gone = self.findings.difference(&other.findings);
        let findings = gone.filter(|it| namespaces(&it.object.namespace)).cloned().collect();
        Baseline { findings, ..Baseline::of([]) }
    }

    /// What either knows.
    #[must_use]
    pub fn with(mut self, other: Baseline) -> Baseline {
        self.findings.extend(other.findings);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_baseline_is_named_and_not_quoted() {
        let error = |text: &str| Baseline::parse(text).unwrap_err().to_string();
        assert!(error("kind: Baseline").starts_with("it is not JSON: "));
        assert_eq!(
            error(r#"{"apiVersion": "v1", "kind": "Secret", "data": {"key": "canary"}}"#),
            "it is a Secret of v1, and not a Baseline of aigw-backend/v1"
        );
        assert!(error("[1]").contains("without apiVersion and kind"));
        assert!(error(r#"{"apiVersion": "aigw-backend/v1", "kind": "Baseline"}"#).contains("`findings`"));
    }

    #[test]
    fn what_is_written_is_read() {
        let text = r#"{"apiVersion": "aigw-backend/v1", "kind": "Baseline", "findings": [
            {"code": "AIB302", "object": {"kind": "BackendTLSPolicy", "namespace": "a", "name": "b"}, "new": 1},
            {"code": "AIB999", "object": {"kind": "GatewayClass", "name": "x"}, "path": "/spec"}]}"#;
        let baseline = Baseline::parse(text).unwrap();
        assert_eq!(baseline.len(), 2);
        assert_eq!(Baseline::parse(&serde_json::to_string(&baseline).unwrap()), Ok(baseline.clone()));
        let of_cluster = baseline.without(&Baseline::of([]), str::is_empty);
        assert_eq!(of_cluster.len(), 1);
        assert_eq!(baseline.without(&of_cluster, |_| true).with(of_cluster), baseline);
    }
}
