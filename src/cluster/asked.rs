//! What was asked for and answered: shelves answer lookups from it, and a capture tells it.

use std::collections::BTreeSet;

use super::Coverage;
use crate::model::{Key, Kind};

/// Answers that leave no object behind.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// Namespaces of which a kind was read.
    pub namespaces: BTreeSet<(Kind, String)>,
    /// Objects that are certainly not there.
    pub absent: BTreeSet<Key>,
}

impl Asked {
    pub(super) fn cover(&mut self, kind: Kind, coverage: &Coverage) {
        match coverage {
            Coverage::Namespace(namespace) => {
                self.namespaces.insert((kind, namespace.clone()));
            }
            Coverage::NotNamespace(namespace, _) => {
                self.namespaces.remove(&(kind, namespace.clone()));
            }
            Coverage::Everything | Coverage::Nothing(_) => {}
        }
    }

    pub(super) fn forget(&mut self, kind: Kind) {
        self.namespaces.retain(|(it, _)| *it != kind);
        self.absent.retain(|key| key.kind != kind);
    }
}
