//! Names for whoever types one: no more than metadata is asked for, and whatever goes wrong there are none.

use std::sync::Arc;

use kube::{api::ListParams, config::Kubeconfig, core::Request};
use serde::Deserialize;

use super::{Connection, Progress, Session, api::Refusal, kubeconfig};
use crate::model::Kind;

/// Objects that are offered at most.
const LIMIT: u32 = 500;

/// An object's name and namespace.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Named {
    pub namespace: String,
    pub name: String,
}

#[derive(Deserialize)]
struct Listed {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    metadata: Named,
}

struct Silence;

impl Progress for Silence {
    fn step(&self, _: &str) {}
}

/// Names of objects of a kind: in a namespace, in all of them, or in the one that is in force.
pub async fn names(connection: &Connection, kind: Kind, namespace: Option<&str>, all: bool) -> Vec<Named> {
    let Ok(session) = Session::open(connection, None, Arc::new(Silence)).await else { return vec![] };
    let namespace = (namespace.or(Some(session.namespace())))
        .filter(|_| kind.is_namespaced() && (namespace.is_some() || !all));
    let info = kind.info();
    for version in info.versions {
        let params = ListParams::default().limit(LIMIT);
        let Ok(request) = Request::new(info.url(version, namespace)).list_metadata(&params) else { continue };
        match session.get(request).await {
            Ok(text) => {
                let listed: Option<Listed> = serde_json::from_slice(&text).ok();
                return listed
                    .map(|it| it.items.into_iter().map(|it| it.metadata).collect())
                    .unwrap_or_default();
            }
            Err(Refusal::NotFound) => {}
            Err(_) => return vec![],
        }
    }
    vec![]
}

/// Contexts of the kubeconfig.
pub fn contexts(connection: &Connection) -> Vec<String> {
    kubeconfig(connection).contexts.into_iter().map(|it| it.name).collect()
}

/// Clusters of the kubeconfig.
pub fn clusters(connection: &Connection) -> Vec<String> {
    kubeconfig(connection).clusters.into_iter().map(|it| it.name).collect()
}

/// Users of the kubeconfig.
pub fn users(connection: &Connection) -> Vec<String> {
    kubeconfig(connection).auth_infos.into_iter().map(|it| it.name).collect()
}

fn kubeconfig(connection: &Connection) -> Kubeconfig {
    kubeconfig::read(connection).map(|it| it.kubeconfig).unwrap_or_default()
}
