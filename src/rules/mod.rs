//! What can be wrong: one file per rule, one sorted list of them, and the engine that runs it.
//!
//! # How to add a rule
//!
//! 1. Write `src/rules/<hop>/<name>.rs` with a `pub static RULE: Rule` and a `check` function.
//! 2. Add it to `RULES` in that hop's `mod.rs`, in the order of codes.
//! 3. Make `tests/rules/<hop>/<name>/fires.yaml` and `silent.yaml`; `silent.yaml` is the other one with the smallest
//!    change that heals it. `cargo test --test catalog` does the rest, and says what is missing.
//!
//! A `check` gets a typed [`Trace`] (or the whole [`World`]) and cannot reach the network, the clock or the client.

mod catalog;
mod cost;
mod credential;
mod endpoint;
mod engine;
mod finding;
mod lost_field;
mod near;
mod platform;
mod reference;
mod route;
mod schema;
mod symptom;
mod symptoms;
mod tls;

pub use crate::trace::Hop;
pub use catalog::{RETIRED, all, find};
pub use engine::{run, run_and_take};
pub use finding::{Applicability, Draft, Finding, Findings, Fix, Patch, Related};
pub use symptom::symptom;
pub use symptoms::{SYMPTOMS, Symptom};

use crate::{
    model::Kind,
    trace::{Trace, World},
};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Traffic fails or a key is exposed, and that follows from how the controllers and Envoy behave.
    Error,
    /// It may fail, or fails for some requests.
    Warning,
    /// Worth knowing; nothing is wrong.
    Info,
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// Each backend by itself.
    Backend(fn(&Trace<'_>, &mut Findings<'_>)),
    /// Everything at once: objects that no backend leads to.
    World(fn(&World<'_>, &mut Findings<'_>)),
}

/// One thing that can be wrong.
pub struct Rule {
    /// `AIB` and three digits, the first of them the hop's; never reused.
    pub code: &'static str,
    /// The bad thing in kebab case; equals the file's stem.
    pub name: &'static str,
    /// Where on the way it is.
    pub hop: Hop,
    /// How bad it is; a rule with two severities is two rules.
    pub severity: Severity,
    /// Kinds without which it cannot say anything: reported as affected when they could not be read.
    pub needs: &'static [Kind],
    /// Its page.
    pub docs: Docs,
    /// Where the behaviour was read or seen: `repo@tag path`, or `live` for what was executed.
    pub refs: &'static [&'static str],
    /// The check.
    pub check: Check,
}

/// The page of a rule, as `explain` shows it. Plain text; lines may be wrapped anywhere between words.
pub struct Docs {
    /// What the rule looks for, in a sentence or two.
    pub what: &'static str,
    /// Why it matters: what Envoy and the controllers do.
    pub why: &'static str,
    /// What a client sees.
    pub client: &'static str,
    /// How to confirm it by hand: kubectl commands, one a line.
    pub confirm: &'static str,
    /// How to fix it.
    pub fix: &'static str,
    /// YAML before the fix.
    pub before: &'static str,
    /// YAML after the fix.
    pub after: &'static str,
}
