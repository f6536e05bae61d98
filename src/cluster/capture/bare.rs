//! An object without what nobody judges by, and without what may be a credential.

use std::collections::BTreeSet;

use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use super::veil::Veil;
use crate::{
    cluster::{Cluster, files},
    model::{EnvoyGatewayConfig, Fields, Key, Kind, Meta, Pem, Secret, SecretValue, names::LAST_APPLIED},
};

/// Parts of `metadata` that are kept as they are.
const META: [&str; 8] = [
    "name",
    "namespace",
    "uid",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "labels",
    "finalizers",
];
/// Entry of a ConfigMap that is a configuration.
const CONFIGURATION: &str = "envoy-gateway.yaml";

/// Objects on their way into a capture.
pub(super) struct Bare<'a> {
    cluster: &'a Cluster,
    veil: Veil,
    /// Certificates that stand in the open: only of these a fingerprint is written for a Secret that has one too.
    open: BTreeSet<[u8; 32]>,
}

impl<'a> Bare<'a> {
    pub(super) fn new(cluster: &'a Cluster) -> Self {
        let webhooks = cluster.webhooks.iter().flat_map(|it| &it.webhooks);
        let open = webhooks.flat_map(|it| &it.client_config.ca_bundle.fingerprints).copied().collect();
        Bare { cluster, veil: Veil::default(), open }
    }

    pub(super) fn object(&mut self, key: &Key) -> Option<Value> {
        if key.kind == Kind::Secret {
            return self.cluster.secrets.get(&key.namespace, &key.name).found().map(|it| self.secret(it));
        }
        let Value::Object(mut object) = self.cluster.original(key)? else { return None };
        let text = |object: &Map<String, Value>, field: &str| -> Option<String> {
            Some(object.get(field)?.as_str()?.to_owned())
        };
        // items of a list may lack both, and an object without its content says that it is that
        let said = text(&object, "apiVersion").zip(text(&object, "kind"));
        let version = said.filter(|(version, kind)| Kind::of(version, kind) == Some(key.kind));
        let version = version.map_or_else(|| self.cluster.api_version(key.kind), |(version, _)| version);
        object.insert("apiVersion".into(), version.into());
        object.insert("kind".into(), key.kind.to_string().into());
        let meta = self.metadata(key.kind, object.remove("metadata").unwrap_or_default());
        if key.kind == Kind::ConfigMap {
            self.config_map(&mut object);
        } else if matches!(key.kind, Kind::Pod | Kind::Deployment) {
            workload(&mut object);
        }
        let mut object = Value::Object(object);
        self.veil.draw(key.kind, &mut object);
        if let Some(object) = object.as_object_mut() {
            object.insert("metadata".into(), meta);
        }
        Some(object)
    }

    fn metadata(&mut self, kind: Kind, raw: Value) -> Value {
        let meta = Meta::deserialize(&raw).unwrap_or_default();
        let Value::Object(mut raw) = raw else { return json!({}) };
        let applied = raw.get("annotations").and_then(|it| it.get(LAST_APPLIED)?.as_str());
        // kept where it tells which fields a server has dropped
        let applied = applied.filter(|_| Fields::of(kind).is_some());
        let applied = applied.and_then(|it| serde_json::from_str::<Value>(it).ok());
        let owners = raw.remove("ownerReferences");
        raw.retain(|field, _| META.contains(&field.as_str()));
        let mut annotations: Map<String, Value> =
            meta.annotations.iter().map(|(key, it)| (key.clone(), it.as_str().into())).collect();
        if let Some(mut applied) = applied {
            self.veil.draw(kind, &mut applied);
            annotations.insert(LAST_APPLIED.into(), applied.to_string().into());
        }
        if !annotations.is_empty() {
            raw.insert("annotations".into(), annotations.into());
        }
        raw.extend(owners.map(|it| ("ownerReferences".into(), it)));
        raw.extend(written(&meta).map(|it| ("managedFields".into(), it)));
        raw.into()
    }

    fn secret(&self, secret: &Secret) -> Value {
        let meta = &secret.meta;
        let mut kept = json!({"name": meta.name, "namespace": meta.namespace});
        let annotations: Map<String, Value> = (meta.annotations.iter())
            // what the rotators write beside the time of expiry may be anything
            .filter(|(key, it)| key.starts_with("aigw-backend/") || it.parse::<jiff::Timestamp>().is_ok())
            .map(|(key, it)| (key.clone(), it.as_str().into()))
            .collect();
        if let Some(kept) = kept.as_object_mut() {
            let uid = Some(&meta.uid).filter(|it| !it.is_empty());
            kept.extend(uid.map(|it| ("uid".into(), it.as_str().into())));
            let times = [
                ("creationTimestamp", meta.creation_timestamp),
                ("deletionTimestamp", meta.deletion_timestamp),
            ];
            kept.extend(times.into_iter().filter_map(|(key, at)| Some((key.into(), at?.to_string().into()))));
            if !annotations.is_empty() {
                kept.insert("annotations".into(), annotations.into());
            }
            kept.extend(written(meta).map(|it| ("managedFields".into(), it)));
        }
        let mut object = json!({"apiVersion": "v1", "kind": "Secret", "metadata": kept});
        let data: Map<String, Value> =
            secret.data.iter().filter_map(|(key, it)| Some((key.clone(), self.facts(it.clone())?))).collect();
        if let Some(object) = object.as_object_mut().filter(|_| !data.is_empty()) {
            object.insert("data".into(), data.into());
        }
        object
    }

    fn facts(&self, mut value: SecretValue) -> Option<Value> {
        value.pem.fingerprints.retain(|it| self.open.contains(it));
        serde_json::to_value(value).ok()
    }

    /// Certificates are public, and Envoy Gateway's configuration is what it is about; all else becomes facts.
    fn config_map(&mut self, object: &mut Map<String, Value>) {
        let data = object.remove("data").unwrap_or_default();
        object.retain(|field, _| field == "apiVersion" || field == "kind");
        let Value::Object(data) = data else { return };
        let kept = data.into_iter().filter_map(|(key, value)| {
            let Value::String(text) = &value else { return Some((key, value)) };
            let kept = if key == CONFIGURATION { self.configuration(text) } else { certificates(text) };
            let kept = kept.map(Value::String);
            Some((key, kept.or_else(|| self.facts(SecretValue::of(text.as_bytes())))?))
        });
        let kept: Map<String, Value> = kept.collect();
        object.insert("data".into(), kept.into());
    }

    fn configuration(&mut self, text: &str) -> Option<String> {
        let [configuration] = files::documents(text).ok()?.try_into().ok()?;
        let mut configuration: Value = configuration;
        self.veil.draw(Kind::ConfigMap, &mut configuration);
        let bare = serde_saphyr::to_string(&configuration).ok()?;
        // one that does not fit says as much by its facts, and may hold anything where it does not
        let fits = serde_saphyr::from_str::<EnvoyGatewayConfig>(&bare).is_ok();
        (fits && files::documents(&bare).is_ok_and(|it| it == [configuration])).then_some(bare)
    }
}

fn certificates(text: &str) -> Option<String> {
    let is_public = Pem::read(text.as_bytes()).is_certificates() && !text.contains("PRIVATE KEY");
    is_public.then(|| text.to_owned())
}

/// When the content was last written, as an API server tells it.
fn written(meta: &Meta) -> Option<Value> {
    meta.written.map(|at| json!([{"time": at.to_string(), "fieldsV1": {"f:spec": {}}}]))
}

/// Of the status of Pods and Deployments.
const STATUS: [&str; 10] = [
    "phase",
    "conditions",
    "containerStatuses",
    "initContainerStatuses",
    "observedGeneration",
    "replicas",
    "readyReplicas",
    "updatedReplicas",
    "availableReplicas",
    "unavailableReplicas",
];

/// Of Pods and Deployments only what is read: commands, probes and environments may hold anything.
fn workload(object: &mut Map<String, Value>) {
    object.retain(|field, _| ["apiVersion", "kind", "spec", "status"].contains(&field.as_str()));
    let is_pod = object.get("kind").is_some_and(|it| it == "Pod");
    if let Some(spec) = object.get_mut("spec") {
        if is_pod {
            containers(spec, false);
        } else {
            keep(spec, &["replicas", "template"]);
            if let Some(template) = spec.get_mut("template") {
                keep(template, &["spec"]);
                template.get_mut("spec").into_iter().for_each(|it| containers(it, true));
            }
        }
    }
    let Some(status) = object.get_mut("status") else { return };
    keep(status, &STATUS);
    for list in ["containerStatuses", "initContainerStatuses"] {
        for it in status.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            keep(it, &["name", "image", "ready", "restartCount", "started", "state"]);
        }
    }
}

/// Arguments are read of controllers alone, which are Deployments.
fn containers(spec: &mut Value, with_arguments: bool) {
    keep(spec, &["containers", "initContainers"]);
    let fields: &[&str] =
        if with_arguments { &["name", "image", "env", "args"] } else { &["name", "image", "env"] };
    for list in ["containers", "initContainers"] {
        for it in spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            keep(it, fields);
            for it in it.get_mut("env").and_then(Value::as_array_mut).into_iter().flatten() {
                keep(it, &["name"]);
            }
            for it in it.get_mut("args").and_then(Value::as_array_mut).into_iter().flatten() {
                *it = it.as_str().map(argument).unwrap_or_default().into();
            }
        }
    }
}

/// A flag with its value, unless that may be a credential. What is no flag may be the value of the one before.
fn argument(text: &str) -> String {
    let (flag, value) = text.split_once('=').map_or((text, None), |(flag, value)| (flag, Some(value)));
    let word = flag.to_lowercase();
    let is_secret = ["pass", "secret", "token", "key", "cred", "auth"].iter().any(|it| word.contains(it));
    let is_flag = flag.starts_with('-') && !flag.contains(char::is_whitespace);
    match value {
        _ if !is_flag => super::veil::LEFT_OUT.to_owned(),
        Some(_) if is_secret => format!("{flag}={}", super::veil::LEFT_OUT),
        _ => text.to_owned(),
    }
}

fn keep(object: &mut Value, fields: &[&str]) {
    if let Some(object) = object.as_object_mut() {
        object.retain(|field, _| fields.contains(&field.as_str()));
    }
}
