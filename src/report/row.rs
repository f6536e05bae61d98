//! A backend as the report shows it: a cell per hop.

use serde::Serialize;

use super::State;
use crate::rules::Hop;

/// One backend.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct Row {
    pub namespace: String,
    pub name: String,
    pub schema: String,
    /// `host:port` of its first address.
    pub host: Option<String>,
    pub health: State,
    pub hops: Hops,
    /// Number of AIGatewayRoutes that lead here.
    pub routes: usize,
    /// Models that these routes match exactly.
    pub models: Vec<String>,
}

impl Row {
    /// `namespace/name`, as findings name it.
    pub fn id(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }
}

/// The cells of a row.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct Hops {
    pub reference: Cell,
    pub endpoint: Cell,
    pub tls: Cell,
    pub credential: Cell,
    pub schema: Cell,
    pub route: Cell,
}

impl Hops {
    /// All of them.
    pub(super) fn all_mut(&mut self) -> [(Hop, &mut Cell); 6] {
        [
            (Hop::Reference, &mut self.reference),
            (Hop::Endpoint, &mut self.endpoint),
            (Hop::Tls, &mut self.tls),
            (Hop::Credential, &mut self.credential),
            (Hop::Schema, &mut self.schema),
            (Hop::Route, &mut self.route),
        ]
    }

    /// The cell of a hop; the platform has none.
    pub fn get(&self, hop: Hop) -> Option<&Cell> {
        match hop {
            Hop::Reference => Some(&self.reference),
            Hop::Endpoint => Some(&self.endpoint),
            Hop::Tls => Some(&self.tls),
            Hop::Credential => Some(&self.credential),
            Hop::Schema => Some(&self.schema),
            Hop::Route => Some(&self.route),
            Hop::Platform => None,
        }
    }
}

/// One hop of one backend.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct Cell {
    pub state: State,
    /// What is there, in a few words.
    pub detail: String,
}
