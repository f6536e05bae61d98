//! The walk of one request, as `explain --model … -o json` shows it: `kind: RequestTrace` of `aigw-backend/v1`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ObjectId;
use crate::{
    cluster::Cluster,
    walk::{Answer, Body, Certainty, Outcome, Question, Upstream},
};

/// The answer of `explain --model`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct RequestTrace {
    pub api_version: &'static str,
    pub kind: &'static str,
    pub request: Request,
    pub steps: Vec<Step>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    pub candidates: Vec<Candidate>,
    pub expected: Expected,
}

#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct Request {
    pub gateway: String,
    pub port: u16,
    pub host: String,
    pub method: String,
    pub path: String,
    pub model: Option<String>,
    /// Names of the headers; credentials among them are not repeated.
    pub headers: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct Step {
    pub at: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
    pub text: String,
    pub codes: Vec<&'static str>,
}

#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct Rule {
    pub route: String,
    pub index: usize,
}

#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct Candidate {
    pub backend: String,
    pub priority: i64,
    pub weight: i64,
    pub share: f64,
}

#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct Expected {
    pub status: Option<u16>,
    pub body: Option<String>,
    pub certainty: &'static str,
    pub outcomes: Vec<End>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub models: Option<Vec<String>>,
    pub upstream: Option<Sent>,
    pub codes: Vec<&'static str>,
}

#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct End {
    pub share: f64,
    pub status: u16,
    pub backend: Option<String>,
    pub upstream: Option<Sent>,
    pub why: String,
    pub codes: Vec<&'static str>,
}

#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct Sent {
    pub endpoint: String,
    /// Null where what decides it could not be read.
    pub tls: Option<bool>,
    pub sni: Option<String>,
    pub authority: String,
    pub method: String,
    pub path: String,
    pub model: Option<String>,
    /// Null where what decides it could not be read.
    pub credential: Option<Vec<CredentialHeader>>,
}

#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct CredentialHeader {
    pub header: String,
    pub scheme: &'static str,
    pub from: String,
    /// Region and service of a SigV4 signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// Puts a walk into the words of the report.
pub fn request_trace(cluster: &Cluster, question: &Question, answer: &Answer) -> RequestTrace {
    let expected = &answer.expected;
    RequestTrace {
        api_version: "aigw-backend/v1",
        kind: "RequestTrace",
        request: Request {
            gateway: question.gateway.path(),
            port: question.port,
            host: question.host.clone(),
            method: question.method.clone(),
            path: question.path.clone(),
            model: question.model.clone(),
            headers: question.headers.keys().map(|name| (name.clone(), "…".to_owned())).collect(),
        },
        steps: (answer.steps.iter())
            .map(|it| Step {
                at: it.at,
                object: it.object.as_ref().map(|key| super::build::object(cluster, key, cluster.has(key))),
                text: it.text.clone(),
                codes: it.codes.clone(),
            })
            .collect(),
        rule: answer.rule.as_ref().map(|(route, index)| Rule { route: route.path(), index: *index }),
        candidates: (answer.candidates.iter())
            .map(|it| Candidate {
                backend: it.backend.path(),
                priority: it.priority,
                weight: it.weight,
                share: it.share,
            })
            .collect(),
        expected: Expected {
            status: expected.status,
            body: match &expected.body {
                Body::Upstream => Some("upstream".to_owned()),
                Body::Empty => Some("empty".to_owned()),
                Body::Nothing => None,
                Body::Text(text) => Some(text.clone()),
            },
            certainty: match expected.certainty {
                Certainty::Certain => "certain",
                Certainty::Likely => "likely",
                Certainty::Provider => "provider",
            },
            outcomes: expected.outcomes.iter().map(end).collect(),
            models: expected.models.clone(),
            upstream: expected.upstream.as_ref().map(sent),
            codes: expected.codes.clone(),
        },
    }
}

fn end(it: &Outcome) -> End {
    End {
        share: it.share,
        status: it.status,
        backend: it.backend.as_ref().map(crate::model::Key::path),
        upstream: it.upstream.as_ref().map(sent),
        why: it.why.clone(),
        codes: it.codes.clone(),
    }
}

pub(super) fn sent(it: &Upstream) -> Sent {
    Sent {
        endpoint: it.endpoint.clone(),
        tls: it.tls,
        sni: it.sni.clone(),
        authority: it.authority.clone(),
        method: it.method.clone(),
        path: it.path.clone(),
        model: it.model.clone(),
        credential: it.credential.as_ref().map(|all| all.iter().map(header).collect()),
    }
}

fn header(it: &crate::walk::CredentialHeader) -> CredentialHeader {
    CredentialHeader {
        header: it.header.clone(),
        scheme: it.scheme,
        from: it.from.clone(),
        scope: it.scope.clone(),
    }
}
