//! What a rule says: the object at fault, the place in it, what follows on the wire, and the fix as data.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use serde_json::{Value, json};

use super::Rule;
use crate::model::{Key, Meta};

/// One cause, with all backends that suffer from it.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that says so.
    pub rule: &'static Rule,
    /// The thing to change, or to create.
    pub object: Key,
    /// Whether the object exists; a missing one is named as the fix would create it.
    pub exists: bool,
    /// JSON pointer into the object; empty for the whole of it.
    pub path: String,
    /// One line: object first, values in backticks.
    pub message: String,
    /// What a client sees.
    pub effect: String,
    /// Values seen that make the case.
    pub evidence: Vec<String>,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// AIServiceBackends that suffer, as (namespace, name).
    pub backends: BTreeSet<(String, String)>,
    /// Ways out, the best first.
    pub fixes: Vec<Fix>,
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}

/// Another place that explains a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Related {
    pub object: Key,
    pub path: String,
    pub message: String,
}

/// Whether a fix can be applied blindly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Heals, and breaks nothing else.
    Safe,
    /// A person must choose, or fill something in.
    Review,
    /// Words only.
    Manual,
}

/// A way out, as data.
#[derive(Debug, Clone)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// Whether it can be applied blindly.
    pub applicability: Applicability,
    /// Edits of objects that exist.
    pub patches: Vec<Patch>,
    /// Objects to create, whole.
    pub manifests: Vec<Value>,
    /// Commands, where neither edits nor objects say it.
    pub commands: Vec<String>,
}

/// JSON patch operations (RFC 6902) on one object.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Patch {
    pub object: Key,
    pub operations: Vec<Value>,
}

impl Fix {
    fn new(title: impl Into<String>, applicability: Applicability) -> Self {
        Fix { title: title.into(), applicability, patches: vec![], manifests: vec![], commands: vec![] }
    }

    /// A fix that heals and breaks nothing else.
    pub fn safe(title: impl Into<String>) -> Self {
        Fix::new(title, Applicability::Safe)
    }

    /// A fix that a person must look at or complete.
    pub fn review(title: impl Into<String>) -> Self {
        Fix::new(title, Applicability::Review)
    }

    /// Words only.
    pub fn manual(title: impl Into<String>) -> Self {
        Fix::new(title, Applicability::Manual)
    }

    fn operation(mut self, object: &Key, operation: Value) -> Self {
        match self.patches.iter_mut().find(|patch| patch.object == *object) {
            Some(patch) => patch.operations.push(operation),
            None => self.patches.push(Patch { object: object.clone(), operations: vec![operation] }),
        }
        self
    }

    /// Sets a field whose parent exists; replaces it if it is there.
    #[must_use]
    pub fn set(self, object: &Key, path: &str, value: impl Into<Value>) -> Self {
        let value: Value = value.into();
        self.operation(object, json!({"op": "add", "path": path, "value": value}))
    }

    /// Removes a field that is there.
    #[must_use]
    pub fn remove(self, object: &Key, path: &str) -> Self {
        self.operation(object, json!({"op": "remove", "path": path}))
    }

    /// Creates an object.
    #[must_use]
    pub fn create(mut self, manifest: Value) -> Self {
        self.manifests.push(manifest);
        self
    }

    /// Runs a command.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.commands.push(command.into());
        self
    }
}

/// A finding as a rule writes it; the engine adds who it belongs to.
#[derive(Debug, Clone)]
pub struct Draft {
    object: Key,
    exists: bool,
    path: String,
    message: String,
    effect: String,
    evidence: Vec<String>,
    related: Vec<Related>,
    backends: Option<BTreeSet<(String, String)>>,
    fixes: Vec<Fix>,
}

impl Draft {
    /// At a place in an object that exists.
    pub fn at(object: Key, path: impl Into<String>, message: impl Into<String>) -> Self {
        Draft {
            object,
            exists: true,
            path: path.into(),
            message: message.into(),
            effect: String::new(),
            evidence: vec![],
            related: vec![],
            backends: None,
            fixes: vec![],
        }
    }

    /// An object that does not exist and should.
    pub fn missing(object: Key, message: impl Into<String>) -> Self {
        Draft { exists: false, ..Draft::at(object, "", message) }
    }

    /// What a client sees.
    #[must_use]
    pub fn effect(mut self, effect: impl Into<String>) -> Self {
        self.effect = effect.into();
        self
    }

    /// A value that makes the case.
    #[must_use]
    pub fn evidence(mut self, evidence: impl Into<String>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    /// Another place that explains it.
    #[must_use]
    pub fn because(mut self, object: Key, path: impl Into<String>, message: impl Into<String>) -> Self {
        self.related.push(Related { object, path: path.into(), message: message.into() });
        self
    }

    /// A way out; the first one is the one to show.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Who suffers, where it is not the backend that is being looked at.
    #[must_use]
    pub fn hits(mut self, backends: impl IntoIterator<Item = (String, String)>) -> Self {
        self.backends = Some(backends.into_iter().collect());
        self
    }
}

/// What the rules found so far; the same cause found through several backends is one finding.
#[derive(Debug, Default)]
pub(super) struct Found(BTreeMap<(&'static str, Key, String), Finding>);

impl Found {
    fn add(&mut self, key: (&'static str, Key, String), finding: Finding) {
        match self.0.entry(key) {
            Entry::Vacant(free) => {
                free.insert(finding);
            }
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.backends.extend(finding.backends);
                for related in finding.related {
                    if !known.related.contains(&related) {
                        known.related.push(related);
                    }
                }
            }
        }
    }

    /// Adds what was found through other backends.
    pub(super) fn absorb(&mut self, other: Self) {
        other.0.into_iter().for_each(|(key, finding)| self.add(key, finding));
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.0.into_values().collect()
    }
}

/// Collects what a rule says.
#[derive(Debug)]
pub struct Findings<'a> {
    pub(super) rule: &'static Rule,
    pub(super) backend: Option<&'a Meta>,
    pub(super) found: &'a mut Found,
}

impl Findings<'_> {
    /// Reports a finding of the rule that is running.
    pub fn push(&mut self, draft: Draft) {
        let own = || self.backend.iter().map(|it| (it.namespace.clone(), it.name.clone())).collect();
        let backends = draft.backends.unwrap_or_else(own);
        let key = (self.rule.code, draft.object.clone(), draft.path.clone());
        let finding = Finding {
            rule: self.rule,
            object: draft.object,
            exists: draft.exists,
            path: draft.path,
            message: draft.message,
            effect: draft.effect,
            evidence: draft.evidence,
            related: draft.related,
            backends,
            fixes: draft.fixes,
        };
        self.found.add(key, finding);
    }
}
