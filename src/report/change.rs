//! What laying files over a cluster does to its findings.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{model::Key, rules::Finding, suppress::Suppressed};

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// The files bring it.
    Introduced,
    /// It is there with and without the files.
    Unchanged,
    /// The files heal it.
    Fixed,
}

impl Change {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Change::Introduced => "introduced",
            Change::Unchanged => "unchanged",
            Change::Fixed => "fixed",
        }
    }
}

type Cause<'a> = (&'static str, &'a Key, &'a str);

fn cause(finding: &Finding) -> Cause<'_> {
    (finding.rule.code, &finding.object, &finding.path)
}

/// The findings of a cluster as it would be, with what became of each; those that are gone come last. What the files
/// only accept is not gone.
pub(super) fn changes<'f>(
    before: &'f [Finding],
    after: &'f [Finding],
    suppressed: &[Suppressed],
) -> Vec<(Change, &'f Finding)> {
    let there: BTreeSet<Cause<'_>> = before.iter().map(cause).collect();
    let left: BTreeSet<Cause<'_>> =
        after.iter().chain(suppressed.iter().map(|it| &it.finding)).map(cause).collect();
    let change =
        |it: &Finding| if there.contains(&cause(it)) { Change::Unchanged } else { Change::Introduced };
    let fixed = before.iter().filter(|it| !left.contains(&cause(it))).map(|it| (Change::Fixed, it));
    let mut all: Vec<(Change, &Finding)> = after.iter().map(|it| (change(it), it)).chain(fixed).collect();
    // the rules' own order within each
    all.sort_by_key(|(change, _)| *change);
    all
}
