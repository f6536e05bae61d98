//! Models against backends, as `explain --matrix -o json` shows it: `kind: ModelMatrix` of `aigw-backend/v1`.

use serde::Serialize;

use crate::walk::Served;

/// The answer of `explain --matrix`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ModelMatrix {
    pub api_version: &'static str,
    pub kind: &'static str,
    pub gateway: String,
    pub models: Vec<ModelRow>,
}

/// One model.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct ModelRow {
    pub model: String,
    /// Whether `/v1/models` lists it.
    pub listed: bool,
    /// Whether it is sent upstream.
    pub works: bool,
    /// The client endpoint that was asked.
    pub endpoint: &'static str,
    pub status: Option<u16>,
    pub backends: Vec<BackendShare>,
    pub codes: Vec<&'static str>,
}

/// A backend and its share, from 0 to 1.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct BackendShare {
    pub backend: String,
    pub share: f64,
}

/// Puts the models of a Gateway into the words of the report.
pub fn model_matrix(gateway: &crate::model::Key, served: Vec<Served>) -> ModelMatrix {
    let row = |it: Served| ModelRow {
        listed: it.listed,
        works: it.works(),
        endpoint: it.api.path(),
        status: it.status,
        backends: (it.backends.iter())
            .map(|(backend, share)| BackendShare { backend: backend.path(), share: *share })
            .collect(),
        codes: it.codes,
        model: it.model,
    };
    ModelMatrix {
        api_version: "aigw-backend/v1",
        kind: "ModelMatrix",
        gateway: gateway.path(),
        models: served.into_iter().map(row).collect(),
    }
}
