//! Everything that krew-index's CI, an installation and its reviewers ask of a manifest and its archives.
//!
//! A rule that fires says what is wrong; one that cannot look, because another thing is broken, keeps silent.

mod archives;
mod platforms;
mod texts;

use std::fmt;

use serde::Deserialize as _;
use serde_json::Value;

use super::{
    manifest::{Manifest, Shipped},
    unpack::{self, Entry},
};

/// Who refuses what breaks a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// `validate-krew-manifest`, which the CI of krew-index runs. It installs every platform, too.
    Validator,
    /// Only people: krew and its validator take it.
    Review,
}

impl fmt::Display for By {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            By::Validator => "krew refuses it",
            By::Review => "reviewers refuse it",
        })
    }
}

/// One demand.
pub struct Rule {
    /// Names the bad thing; a file of this name in `tests/krew/bad`, or an archive in `tests/krew`, breaks it.
    pub name: &'static str,
    /// Who refuses it.
    pub by: By,
    /// A sentence for everything at fault.
    pub check: fn(&Subject<'_>) -> Vec<String>,
}

/// A manifest and what there is of its archives.
pub struct Subject<'a> {
    /// The file name without folders.
    pub file: &'a str,
    /// As it is written.
    pub value: Value,
    /// As krew reads it.
    pub manifest: Manifest,
    /// Of the platforms, in their order: none where only the manifest is looked at.
    pub archives: Vec<Archive>,
}

/// An archive that was read.
pub struct Archive {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its members, or why there are none.
    pub entries: Result<Vec<Entry>, String>,
}

impl Archive {
    /// Reads one.
    pub fn new(bytes: Vec<u8>) -> Self {
        Archive { entries: unpack::entries(&bytes), bytes }
    }
}

/// One demand that is not met.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule.
    pub rule: &'static str,
    /// Who refuses it.
    pub by: By,
    /// What is wrong.
    pub what: String,
}

/// The first rule: without it nothing can be asked. Its message is that of the YAML parser.
pub const NOT_A_MANIFEST: &str = "not-a-manifest";

/// All others.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    texts::RULES.iter().chain(&platforms::RULES).chain(&archives::RULES)
}

impl<'a> Subject<'a> {
    /// Reads a manifest.
    pub fn new(file: &'a str, text: &str) -> Result<Self, Fault> {
        let fault = |what: String| Fault { rule: NOT_A_MANIFEST, by: By::Validator, what };
        let value: Value = serde_saphyr::from_str(text).map_err(|error| fault(error.to_string()))?;
        let manifest = Manifest::deserialize(&value).map_err(|error| fault(error.to_string()))?;
        Ok(Subject { file, value, manifest, archives: vec![] })
    }

    /// What is wrong, in the order of the rules.
    pub fn faults(&self) -> Vec<Fault> {
        let faults = all().flat_map(|rule| {
            (rule.check)(self).into_iter().map(|what| Fault { rule: rule.name, by: rule.by, what })
        });
        faults.collect()
    }

    /// Platforms with a name for messages.
    fn platforms(&self) -> impl Iterator<Item = (String, &Shipped)> {
        self.manifest.spec.platforms.iter().enumerate().map(|(at, it)| (format!("spec.platforms[{at}]"), it))
    }

    /// Platforms whose archive is there.
    fn shipped(&self) -> impl Iterator<Item = (&Shipped, &Archive)> {
        self.manifest.spec.platforms.iter().zip(&self.archives)
    }
}
