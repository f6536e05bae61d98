//! Findings that somebody has accepted: set aside once, before anything is counted, and shown as set aside.

mod annotation;
mod baseline;

pub use annotation::ANNOTATION;
pub use baseline::{Baseline, Unfit};

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{cluster::Cluster, model::Key, rules::Finding};

/// What says that a finding is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// `--ignore`.
    Flag,
    /// The annotation of the object at fault.
    Annotation,
    /// It was there before.
    Baseline,
}

impl By {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            By::Flag => "flag",
            By::Annotation => "annotation",
            By::Baseline => "baseline",
        }
    }
}

/// A code to ignore, of one object or of all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ignore {
    /// The code.
    pub code: &'static str,
    /// The object at fault; `None` is any.
    pub object: Option<Key>,
}

impl fmt::Display for Ignore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.object {
            Some(object) => write!(f, "{}:{}/{}/{}", self.code, object.kind, object.namespace, object.name),
            None => f.write_str(self.code),
        }
    }
}

/// What is accepted beforehand; annotations always count.
#[derive(Debug, Clone, Copy, Default)]
pub struct Accepted<'a> {
    /// By flags.
    pub ignores: &'a [Ignore],
    /// By a file.
    pub baseline: Option<&'a Baseline>,
}

/// A finding that was set aside.
#[derive(Debug, Clone)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// What said so; the annotation before the flag before the baseline, as it gives a reason.
    pub by: By,
    /// Why, in the words of whoever said so.
    pub reason: String,
}

/// What is left, and what was set aside.
#[derive(Debug, Default)]
pub struct Split {
    /// What counts.
    pub findings: Vec<Finding>,
    /// What does not.
    pub suppressed: Vec<Suppressed>,
    /// Annotations that name no rule, each in a line.
    pub notes: BTreeSet<String>,
}

/// Sets aside what is accepted.
pub fn split(findings: Vec<Finding>, cluster: &Cluster, accepted: &Accepted<'_>) -> Split {
    let flags: BTreeSet<&Ignore> = accepted.ignores.iter().collect();
    let mut annotations = BTreeMap::new();
    let mut split = Split::default();
    for finding in findings {
        let annotation = annotations.entry(finding.object.clone()).or_insert_with_key(|key| {
            let annotation = annotation::of(cluster, key);
            split.notes.extend(annotation.notes(key));
            annotation
        });
        let of_object = Ignore { code: finding.rule.code, object: Some(finding.object.clone()) };
        let of_any = Ignore { code: finding.rule.code, object: None };
        let flag = flags.get(&of_object).or_else(|| flags.get(&of_any));
        let by = if let Some(reason) = annotation.accepts(finding.rule) {
            Some((By::Annotation, reason.to_owned()))
        } else if let Some(flag) = flag {
            Some((By::Flag, format!("--ignore {flag}")))
        } else {
            let known = accepted.baseline.is_some_and(|it| it.knows(&finding));
            known.then(|| (By::Baseline, "in the baseline".to_owned()))
        };
        match by {
            Some((by, reason)) => split.suppressed.push(Suppressed { finding, by, reason }),
            None => split.findings.push(finding),
        }
    }
    split
}
