//! Safe fixes written into files, each kept only if what is read afterwards is better.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use super::text::{Draft, Refusal};
use crate::{
    cluster::{
        Cluster, Places,
        files::{self, Loaded, Text},
    },
    model::{Key, Kind},
    rules::{Applicability, Finding, Fix, Severity},
};

/// All findings about what was read.
pub type Judge<'a> = &'a dyn Fn(&Cluster) -> Vec<Finding>;
/// Those of the findings about it that are to be fixed.
pub type Wanted<'a> = &'a dyn Fn(&Cluster, Vec<Finding>) -> Vec<Finding>;

/// How files are read, how they are judged, and which findings are to be fixed.
pub struct Repair<'a> {
    /// How the files were read.
    pub request: &'a files::Request,
    /// All findings about what was read.
    pub judge: Judge<'a>,
    /// Those that are to be fixed.
    pub wanted: Wanted<'a>,
}

/// A finding that is gone.
#[derive(Debug, Clone)]
pub struct Mended {
    /// The finding.
    pub finding: Finding,
    /// What was done, in the imperative.
    pub title: String,
}

/// A finding that has a safe fix, which could not be written.
#[derive(Debug, Clone)]
pub struct Left {
    /// The finding.
    pub finding: Finding,
    /// Why it is left.
    pub why: Refusal,
}

/// What became of the files.
#[derive(Debug)]
pub struct Outcome {
    /// The files, edited; in the order they came in.
    pub texts: Vec<Text>,
    /// What is read from them now.
    pub loaded: Loaded,
    /// In the order of the edits.
    pub mended: Vec<Mended>,
    /// What had to be left.
    pub left: Vec<Left>,
}

/// A finding, as far as edits of its object do not move it.
type Cause = (&'static str, Key, String);

struct State {
    texts: Vec<Text>,
    loaded: Loaded,
    findings: Vec<Finding>,
}

impl Repair<'_> {
    /// Applies the first safe fix of each finding, as long as there are such.
    pub fn run(&self, texts: Vec<Text>) -> Outcome {
        let mut state = self.read(texts);
        let mut mended = vec![];
        let mut left: BTreeMap<Cause, Left> = BTreeMap::new();
        // each round mends or leaves at least one
        for _ in 0..=state.findings.len() {
            let batch = self.batch(&state, &left);
            if batch.is_empty() {
                break;
            }
            self.attempt(&mut state, batch, &mut mended, &mut left);
        }
        let stays = |it: &Left| state.findings.iter().any(|now| cause(now) == cause(&it.finding));
        let left = left.into_values().filter(stays).collect();
        Outcome { texts: state.texts, loaded: state.loaded, mended, left }
    }

    fn read(&self, texts: Vec<Text>) -> State {
        let loaded = files::reload(self.request, &texts);
        let findings = (self.judge)(&loaded.cluster);
        State { texts, loaded, findings }
    }

    /// Findings to fix at once: no two touch the same object, nor may have the same cause.
    fn batch(&self, state: &State, left: &BTreeMap<Cause, Left>) -> Vec<Finding> {
        let mut objects: BTreeSet<Key> = BTreeSet::new();
        let mut backends: BTreeSet<(String, String)> = BTreeSet::new();
        let mut batch = vec![];
        let wanted = (self.wanted)(&state.loaded.cluster, state.findings.clone());
        for finding in wanted.into_iter().filter(|it| !left.contains_key(&cause(it))) {
            let Some(fix) = safe(&finding) else { continue };
            let touched: Vec<Key> = touched(fix).collect();
            if touched.iter().any(|it| objects.contains(it))
                || finding.backends.iter().any(|it| backends.contains(it))
            {
                continue;
            }
            objects.extend(touched);
            backends.extend(finding.backends.iter().cloned());
            batch.push(finding);
        }
        batch
    }

    /// Fixes all of them, or, where that does not come out well, each half by itself.
    fn attempt(
        &self,
        state: &mut State,
        mut batch: Vec<Finding>,
        mended: &mut Vec<Mended>,
        left: &mut BTreeMap<Cause, Left>,
    ) {
        let mut drafts = Drafts { texts: &state.texts, open: BTreeMap::new() };
        batch.retain(|finding| match drafts.write(&state.loaded.places, finding) {
            Ok(()) => true,
            Err(why) => {
                left.insert(cause(finding), Left { finding: finding.clone(), why });
                false
            }
        });
        if batch.is_empty() {
            return;
        }
        let after = drafts.finish().map(|texts| self.read(texts));
        match (after.and_then(|after| verdict(state, after, &batch)), batch.len()) {
            (Ok(after), _) => {
                *state = after;
                mended.extend(batch.into_iter().map(|finding| {
                    let title = safe(&finding).map_or_else(String::new, |it| it.title.clone());
                    Mended { finding, title }
                }));
            }
            (Err(why), 1) => {
                left.extend(
                    batch.into_iter().map(|finding| (cause(&finding), Left { finding, why: why.clone() })),
                );
            }
            (Err(_), many) => {
                let rest = batch.split_off(many / 2);
                self.attempt(state, batch, mended, left);
                self.attempt(state, rest, mended, left);
            }
        }
    }
}

/// The files that are to change, by their place among all.
struct Drafts<'a> {
    texts: &'a [Text],
    open: BTreeMap<usize, Draft<'a>>,
}

impl<'a> Drafts<'a> {
    /// Puts a fix into the drafts, all of it or nothing.
    fn write(&mut self, places: &Places, finding: &Finding) -> Result<(), Refusal> {
        let fix = safe(finding).ok_or(Refusal::Misfit)?;
        let mut changes = vec![];
        for patch in &fix.patches {
            let nowhere = || Refusal::NoFile(patch.object.to_string());
            let (name, address) = places.address(&patch.object).ok_or_else(nowhere)?;
            let index = self.unlocked(name)?;
            changes.push((index, self.open(index)?.plan(address, &patch.operations)?));
        }
        let mut objects = vec![];
        for manifest in &fix.manifests {
            let nowhere = || Refusal::NoFile(finding.object.to_string());
            let name = beside(finding, places).ok_or_else(nowhere)?;
            let index = self.unlocked(name)?;
            self.open(index)?.takes_objects(name)?;
            objects.push((index, manifest.clone()));
        }
        for (index, change) in changes {
            self.open(index)?.change(change);
        }
        for (index, object) in objects {
            self.open(index)?.add(object);
        }
        Ok(())
    }

    /// The place of a file that may be touched.
    fn unlocked(&self, name: &str) -> Result<usize, Refusal> {
        let index = self.texts.iter().rposition(|it| it.name == name);
        let index = index.ok_or_else(|| Refusal::NoFile(name.to_owned()))?;
        match self.texts.get(index).and_then(|it| it.locked) {
            Some(why) => Err(Refusal::Locked(name.to_owned(), why)),
            None => Ok(index),
        }
    }

    fn open(&mut self, index: usize) -> Result<&mut Draft<'a>, Refusal> {
        Ok(match self.open.entry(index) {
            Entry::Occupied(it) => it.into_mut(),
            Entry::Vacant(it) => it.insert(Draft::read(self.texts.get(index).map_or("", Text::body))?),
        })
    }

    /// All files, those with drafts as they will be.
    fn finish(self) -> Result<Vec<Text>, Refusal> {
        let mut texts = self.texts.to_vec();
        for (index, draft) in self.open {
            let body = draft.finish()?;
            texts.get_mut(index).into_iter().for_each(|it| it.set_body(&body));
        }
        Ok(texts)
    }
}

/// The file that holds what a new object is for.
fn beside<'a>(finding: &Finding, places: &'a Places) -> Option<&'a str> {
    let related = finding.related.iter().map(|it| it.object.clone());
    let hit = finding.backends.iter().map(|(ns, name)| Key::new(Kind::AIServiceBackend, ns, name));
    let candidates = related.chain([finding.object.clone()]).chain(hit);
    candidates.into_iter().find_map(|it| places.address(&it)).map(|(name, _)| name)
}

/// Whether all that was to be fixed is gone, and nothing new is wrong.
fn verdict(before: &State, after: State, fixed: &[Finding]) -> Result<State, Refusal> {
    if after.loaded.problems.len() > before.loaded.problems.len() {
        return Err(Refusal::Brings("an object that does not decode".to_owned()));
    }
    let there: BTreeSet<Cause> = after.findings.iter().map(cause).collect();
    let (was, is) = (count(&before.findings), count(&after.findings));
    let of = |counts: &BTreeMap<(&str, Key), usize>, it: &Finding| {
        counts.get(&(it.rule.code, it.object.clone())).copied().unwrap_or_default()
    };
    // entries of a list move up where one before them goes
    if fixed.iter().any(|it| there.contains(&cause(it)) && of(&is, it) >= of(&was, it)) {
        return Err(Refusal::Stays);
    }
    let errors = after.findings.iter().filter(|it| it.rule.severity == Severity::Error);
    match errors.into_iter().find(|it| of(&is, it) > of(&was, it)) {
        Some(new) => Err(Refusal::Brings(format!("{} on {}", new.rule.code, new.object))),
        None => Ok(after),
    }
}

/// Findings of each rule on each object.
fn count(findings: &[Finding]) -> BTreeMap<(&'static str, Key), usize> {
    let mut counts = BTreeMap::new();
    for it in findings {
        *counts.entry((it.rule.code, it.object.clone())).or_default() += 1;
    }
    counts
}

fn cause(finding: &Finding) -> Cause {
    (finding.rule.code, finding.object.clone(), finding.path.clone())
}

/// The fix to apply blindly.
fn safe(finding: &Finding) -> Option<&Fix> {
    let edits = |it: &&Fix| !it.patches.is_empty() || !it.manifests.is_empty();
    finding.fixes.iter().find(|it| it.applicability == Applicability::Safe).filter(edits)
}

/// What a fix changes or creates.
fn touched(fix: &Fix) -> impl Iterator<Item = Key> {
    let text = |it: &serde_json::Value, path| {
        it.pointer(path).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    };
    let created = fix.manifests.iter().filter_map(move |it| {
        let kind = Kind::of(&text(it, "/apiVersion"), &text(it, "/kind"))?;
        Some(Key::new(kind, text(it, "/metadata/namespace"), text(it, "/metadata/name")))
    });
    fix.patches.iter().map(|it| it.object.clone()).chain(created)
}
