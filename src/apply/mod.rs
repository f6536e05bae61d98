//! Writes to a cluster: the one place that does, and for `create` alone.
//!
//! Everything is rehearsed first. What a run has created is taken away again where the run cannot be ended; what was
//! there before is never deleted, and never written over without being asked for.

mod adopt;
mod perform;
mod refusal;
mod wait;
mod writer;

pub use perform::{Broken, Made, Outcome};
pub use refusal::{Conflict, Refusal};
pub use wait::Word;
pub use writer::Writer;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::model::Key;

/// Who owns the fields that are applied.
pub const MANAGER: &str = "kubectl-aigw-backend";

/// One write.
pub struct Step {
    /// The object.
    pub key: Key,
    /// The version of its API.
    pub api_version: String,
    /// What to do.
    pub deed: Deed,
}

/// What to do with an object.
pub enum Deed {
    /// Create it; fails where it is there. The JSON is wiped when dropped, as it may be a Secret.
    Create(Zeroizing<Vec<u8>>),
    /// Apply it to the one that is there, on the server's side.
    Apply {
        /// The JSON.
        body: Zeroizing<Vec<u8>>,
        /// Take fields over from other managers.
        force: bool,
    },
    /// Change the one that is there by a JSON patch.
    Patch(Value),
}

impl Step {
    /// What it takes the right to.
    pub fn verb(&self) -> &'static str {
        match self.deed {
            Deed::Create(_) => "create",
            Deed::Apply { .. } | Deed::Patch(_) => "patch",
        }
    }
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.verb(), self.key)
    }
}
