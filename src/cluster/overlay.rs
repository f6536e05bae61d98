//! Objects of files laid over another snapshot, as `kubectl apply` would merge them. Nothing is sent anywhere.

use std::collections::BTreeSet;

use serde_json::{Value, value::RawValue};

use super::{Cluster, merge, stranger};
use crate::model::{
    Conditions, Fields, HTTPRoute, Key, Kind, PolicyStatus, RouteStatus, Secret, fields::Served,
};

/// Objects to lay over a snapshot.
#[derive(Debug, Clone)]
pub struct Overlay {
    files: Cluster,
}

/// A snapshot with objects laid over it.
#[derive(Debug)]
pub struct Overlaid {
    /// The snapshot.
    pub cluster: Cluster,
    /// The objects that are new or other than before.
    pub changed: BTreeSet<Key>,
}

impl Overlay {
    /// The objects of a snapshot of files that kept their JSON.
    pub fn new(files: Cluster) -> Self {
        Overlay { files }
    }

    /// Identities of all of them.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        Kind::all().flat_map(|kind| self.files.keys(kind))
    }

    /// Group versions that they are written in, as far as it is looked at which of their fields are known.
    pub fn group_versions(&self) -> BTreeSet<String> {
        // it becomes a part of a URL
        let is_plain = |it: &String| {
            let version = it.split_once('/').map_or("", |(_, version)| version);
            !version.is_empty() && version.chars().all(|it| it.is_ascii_alphanumeric())
        };
        self.manifests().map(|(_, it)| stranger::api_version(&it)).filter(is_plain).collect()
    }

    /// Judges the fields of those kinds anew that the API server has told about, whatever releases are said to know.
    pub fn learn(&mut self, served: &Served) {
        let judged: Vec<_> = (self.manifests())
            .filter_map(|(key, it)| Some((key.clone(), stranger::unserved(key.kind, &it, served)?)))
            .collect();
        for (key, strangers) in judged {
            self.files.strangers.remove(&key);
            if !strangers.is_empty() {
                self.files.strangers.insert(key, strangers);
            }
        }
    }

    /// Those of kinds whose fields are looked at.
    fn manifests(&self) -> impl Iterator<Item = (&Key, Value)> {
        let listed = self.files.originals.iter().filter(|(key, _)| Fields::of(key.kind).is_some());
        listed.filter_map(|(key, it)| Some((key, serde_json::from_str(it.get()).ok()?)))
    }

    /// Lays them over a snapshot that kept the JSON of its objects of these names.
    pub fn lay(&self, live: &Cluster) -> Overlaid {
        let mut laid = Overlaid { cluster: live.clone(), changed: BTreeSet::new() };
        for (key, manifest) in self.files.originals.iter() {
            laid.object(live, key, manifest);
        }
        for secret in self.files.secrets.iter() {
            laid.secret(live, secret);
        }
        // applying them replaces what kubectl remembers
        laid.cluster.strangers.retain(|key, _| self.files.originals.get(key).is_none());
        laid.cluster.strangers.extend(self.files.strangers.clone());
        laid
    }
}

impl Overlaid {
    fn object(&mut self, live: &Cluster, key: &Key, manifest: &RawValue) {
        let Ok(manifest) = serde_json::from_str::<Value>(manifest.get()) else { return };
        let there = live.originals.get(key).and_then(|it| serde_json::from_str::<Value>(it.get()).ok());
        let merged = match &there {
            None => without_status(manifest),
            Some(there) => {
                let mut merged = merge::apply(there, &manifest);
                if !merge::differs(there, &merged) {
                    return;
                }
                // what controllers said was about another spec
                if let Some(generation) = merged.pointer_mut("/metadata/generation") {
                    *generation = (generation.as_i64().unwrap_or_default() + 1).into();
                }
                without_status(merged)
            }
        };
        // the files were decoded once already, and so was what they are merged with
        if self.cluster.insert(key.kind, merged.to_string().as_bytes()).is_ok() {
            self.changed.insert(key.clone());
        }
    }

    /// Of Secrets only facts are known: those of the keys that the file has replace the others.
    fn secret(&mut self, live: &Cluster, secret: &Secret) {
        let (namespace, name) = (&secret.meta.namespace, &secret.meta.name);
        let there = live.secrets.get(namespace, name).found();
        let mut merged =
            there.cloned().unwrap_or_else(|| Secret { meta: secret.meta.clone(), ..Secret::default() });
        merged.data.extend(secret.data.clone());
        if there.is_none_or(|it| it.data != merged.data) {
            let key = self.cluster.secrets.insert(merged);
            self.changed.insert(key);
        }
    }

    /// What the controllers would write anew: the statuses of some objects are forgotten, and HTTPRoutes that are there
    /// already are replaced.
    pub fn settle(&mut self, stale: &BTreeSet<Key>, generated: Vec<HTTPRoute>) {
        for http in generated {
            let (namespace, name) = (http.meta.namespace.clone(), http.meta.name.clone());
            if let Some(there) = self.cluster.http_routes.get(&namespace, &name).found() {
                let meta = there.meta.clone();
                self.cluster.http_routes.insert(HTTPRoute { meta, ..http });
            }
        }
        let cluster = &mut self.cluster;
        for key in stale {
            cluster.ai_gateway_routes.change(key, |it| it.status = Conditions::default());
            cluster.ai_service_backends.change(key, |it| it.status = Conditions::default());
            cluster.backend_security_policies.change(key, |it| it.status = Conditions::default());
            cluster.backends.change(key, |it| it.status = Conditions::default());
            cluster.backend_tls_policies.change(key, |it| it.status = PolicyStatus::default());
            cluster.http_routes.change(key, |it| it.status = RouteStatus::default());
        }
    }
}

fn without_status(mut object: Value) -> Value {
    // of Services, Pods and Deployments the status is what they are
    let keeps = matches!(object.get("kind").and_then(Value::as_str), Some("Service" | "Pod" | "Deployment"));
    if let Some(object) = object.as_object_mut().filter(|_| !keeps) {
        object.remove("status");
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::files::{Request, load_text};

    #[test]
    fn fields_of_the_files_that_are_dropped_stay_known() {
        let text = |uid: &str, more: &str| {
            format!(
                "apiVersion: gateway.envoyproxy.io/v1alpha1\nkind: Backend\nmetadata: {{name: a{uid}}}\nspec: {{{more}}}\n"
            )
        };
        let load =
            |text: &str| load_text(&Request { overlay: true, ..Request::default() }, "x.yaml", text).cluster;
        let live = load(&text(", uid: u", "type: Endpoints"));
        let laid = Overlay::new(load(&text("", "type: Endpoints, tpye: x"))).lay(&live).cluster;
        let found: Vec<&str> = laid.strangers.values().flatten().map(|it| it.pointer.as_str()).collect();
        assert_eq!(found, ["/spec/tpye"]);
        let laid = Overlay::new(load(&text("", "type: Endpoints"))).lay(&laid).cluster;
        assert!(laid.strangers.is_empty());
    }
}
