//! All writes of a run, one after the other; and the way back.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use super::{
    Deed, Refusal, Step, Writer,
    writer::{Written, uid},
};
use crate::model::Key;

/// How long to wait before an answer that was lost is looked for once more: what was cut may still be under way.
const LOOKS: [Duration; 3] = [Duration::ZERO, Duration::from_millis(500), Duration::from_secs(2)];

/// What became of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The object.
    pub key: Key,
    /// The version of its API.
    pub api_version: String,
    /// Whether this run has created it; else it has changed it.
    pub is_new: bool,
    uid: Option<String>,
}

/// A run that did not come to its end.
#[derive(Debug)]
pub struct Broken {
    /// The object that could not be written, the right that it takes, and why; `None` where the user has interrupted the run.
    pub at: Option<(Key, &'static str, Refusal)>,
    /// What was created and is gone again.
    pub undone: Vec<Key>,
    /// What was created and is still there, or may be, and why.
    pub left: Vec<(Key, String)>,
    /// What was there before and is changed now, or may be.
    pub changed: Vec<Key>,
}

/// How a run ended.
pub type Outcome = Result<Vec<Made>, Broken>;

impl Writer {
    /// Does all steps in their order; where one fails, or `stop` is set, what was created is deleted again.
    pub async fn perform(&self, steps: &[Step], stop: &AtomicBool) -> Outcome {
        let mut made: Vec<Made> = vec![];
        for step in steps {
            if stop.load(Ordering::Relaxed) {
                return Err(self.undo(made, None, vec![], vec![]).await);
            }
            match self.write(step, false).await {
                Ok(Written { is_new, object }) => made.push(done(step, is_new, uid(&object))),
                Err(refusal) => {
                    let (left, changed) = match self.after(step, &refusal).await {
                        // a client that asks again after a lost answer is told that it is there
                        After::Created(uid) if refusal == Refusal::Exists => {
                            made.push(done(step, true, Some(uid)));
                            continue;
                        }
                        After::Created(uid) => {
                            made.push(done(step, true, Some(uid)));
                            (vec![], vec![])
                        }
                        After::Nothing => (vec![], vec![]),
                        After::Unknown(why) => (vec![(step.key.clone(), why)], vec![]),
                        After::Changed => (vec![], vec![step.key.clone()]),
                    };
                    return Err(self
                        .undo(made, Some((step.key.clone(), step.verb(), refusal)), left, changed)
                        .await);
                }
            }
        }
        Ok(made)
    }

    /// What a write has done that was not answered with success.
    async fn after(&self, step: &Step, refusal: &Refusal) -> After {
        let is_lost = matches!(refusal, Refusal::Lost(_) | Refusal::Other(_));
        if !matches!(step.deed, Deed::Create(_)) {
            return if is_lost { After::Changed } else { After::Nothing };
        }
        if !is_lost && *refusal != Refusal::Exists {
            return After::Nothing;
        }
        let mut last = After::Nothing;
        for pause in LOOKS {
            tokio::time::sleep(pause).await;
            last = match self.created(&step.key, &step.api_version).await {
                Ok(Some(uid)) => return After::Created(uid),
                Ok(None) if !matches!(refusal, Refusal::Lost(_)) => return After::Nothing,
                Ok(None) => After::Nothing,
                Err(error) => After::Unknown(format!("it may be there: {error}")),
            };
        }
        last
    }

    async fn undo(
        &self,
        made: Vec<Made>,
        at: Option<(Key, &'static str, Refusal)>,
        left: Vec<(Key, String)>,
        changed: Vec<Key>,
    ) -> Broken {
        let mut broken = Broken { at, undone: vec![], left, changed };
        for it in made.into_iter().rev() {
            match it.uid.filter(|_| it.is_new) {
                None => broken.changed.push(it.key),
                Some(uid) => match self.delete(&it.key, &it.api_version, &uid).await {
                    Ok(()) => broken.undone.push(it.key),
                    Err(error) => broken.left.push((it.key, error.to_string())),
                },
            }
        }
        broken
    }
}

/// What a write has done that was not answered with success.
enum After {
    Created(String),
    Changed,
    Nothing,
    Unknown(String),
}

fn done(step: &Step, is_new: bool, uid: Option<String>) -> Made {
    Made { key: step.key.clone(), api_version: step.api_version.clone(), is_new, uid }
}
