//! One request at a time.

use std::time::Duration;

use http::{Method, Request};
use kube::{Client, client::Body};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{Deed, MANAGER, Refusal, Step};
use crate::{
    cluster::live::Session,
    model::{Key, Kind},
};

/// An API server gives a request up after a minute by itself.
const PATIENCE: Duration = Duration::from_secs(75);

/// Writes through a session.
pub struct Writer {
    client: Client,
    patience: Duration,
    /// Who creates: with a mark of this run, so that what it created is known even where the answer was lost.
    creator: String,
}

/// What the server made of a write.
pub(super) struct Written {
    /// Whether it was not there before.
    pub(super) is_new: bool,
    /// The object as it is then. That of a Secret is not kept.
    pub(super) object: Value,
}

impl Writer {
    /// A writer with a mark of its own.
    pub fn new(session: &Session) -> Self {
        let mut mark = [0; 4];
        // without randomness two runs at once may take each other's objects for their own only where answers are lost
        let _ = SystemRandom::new().fill(&mut mark);
        let creator = format!("{MANAGER}-{:08x}", u32::from_be_bytes(mark));
        Writer { client: session.client(), patience: session.patience().unwrap_or(PATIENCE), creator }
    }

    /// The mark of this run: a name that nobody else has.
    pub fn mark(&self) -> &str {
        &self.creator
    }

    /// What a step would come to; nothing is written.
    pub async fn rehearse(&self, step: &Step) -> Result<Value, Refusal> {
        Ok(self.write(step, true).await?.object)
    }

    pub(super) async fn write(&self, step: &Step, dry: bool) -> Result<Written, Refusal> {
        let dry = if dry { "&dryRun=All" } else { "" };
        // a field that the server does not know is an error, and not left out in silence
        let query = |manager: &str| format!("fieldManager={manager}&fieldValidation=Strict{dry}");
        let one = url(&step.key, &step.api_version, true);
        let (method, url, media, body) = match &step.deed {
            Deed::Create(body) => {
                let all = url(&step.key, &step.api_version, false);
                (Method::POST, format!("{all}?{}", query(&self.creator)), "application/json", body.to_vec())
            }
            Deed::Apply { body, force } => {
                let url = format!("{one}?force={force}&{}", query(MANAGER));
                (Method::PATCH, url, "application/apply-patch+yaml", body.to_vec())
            }
            Deed::Patch(patch) => {
                let url = format!("{one}?{}", query(MANAGER));
                (Method::PATCH, url, "application/json-patch+json", patch.to_string().into_bytes())
            }
        };
        let answer = self.send(method, &url, media, body).await;
        let hush = |it: Refusal| if step.key.kind == Kind::Secret { it.wordless() } else { it };
        let (code, object) = answer.map_err(hush)?;
        Ok(Written { is_new: code == 201, object })
    }

    /// Changes an object by a JSON patch.
    pub(super) async fn patch(&self, key: &Key, api_version: &str, patch: &Value) -> Result<(), Refusal> {
        let (url, body) = (url(key, api_version, true), patch.to_string().into_bytes());
        self.send(Method::PATCH, &url, "application/json-patch+json", body).await.map(|_| ())
    }

    /// Deletes what this run has created; one that somebody has replaced stays.
    pub(super) async fn delete(&self, key: &Key, api_version: &str, uid: &str) -> Result<(), Refusal> {
        let options = json!({
            "apiVersion": "v1", "kind": "DeleteOptions",
            "preconditions": {"uid": uid}, "propagationPolicy": "Background",
        });
        let url = url(key, api_version, true);
        match self.send(Method::DELETE, &url, "application/json", options.to_string().into_bytes()).await {
            Ok(_) | Err(Refusal::NotFound(_)) => Ok(()),
            Err(refusal) => Err(refusal),
        }
    }

    /// The UID of an object that this run has created, whatever it was told; `None` where it has not.
    pub(super) async fn created(&self, key: &Key, api_version: &str) -> Result<Option<String>, Refusal> {
        let object = match self.get(key, api_version).await {
            Ok(object) => object,
            Err(Refusal::NotFound(_)) => return Ok(None),
            Err(refusal) => return Err(refusal),
        };
        let managers = object.pointer("/metadata/managedFields").and_then(Value::as_array);
        let is_mine = managers
            .into_iter()
            .flatten()
            .any(|it| it.get("manager").is_some_and(|it| it == self.creator.as_str()));
        Ok(uid(&object).filter(|_| is_mine))
    }

    /// The object as it is.
    pub async fn get(&self, key: &Key, api_version: &str) -> Result<Value, Refusal> {
        let url = url(key, api_version, true);
        Ok(self.send(Method::GET, &url, "application/json", vec![]).await?.1)
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        media: &str,
        body: Vec<u8>,
    ) -> Result<(u16, Value), Refusal> {
        let request = Request::builder().method(method).uri(url).header("content-type", media);
        let request = request.body(Body::from(body)).map_err(|it| Refusal::Other(it.to_string()))?;
        let lost = |error: kube::Error| Refusal::Lost(crate::cluster::live::innermost(&error));
        let exchange = async {
            let response = self.client.send(request).await.map_err(lost)?;
            let code = response.status().as_u16();
            let body = response.into_body().collect_bytes().await.map_err(lost)?;
            Ok((code, Zeroizing::new(body.to_vec())))
        };
        let late = |_| Refusal::Lost(format!("none within {} s", self.patience.as_secs()));
        let (code, body) = tokio::time::timeout(self.patience, exchange).await.map_err(late)??;
        if !(200..300).contains(&code) {
            return Err(Refusal::read(code, &body));
        }
        let mut object: Value = serde_json::from_slice(&body)
            .map_err(|it| Refusal::Lost(format!("the answer is not JSON: {it}")))?;
        if object.get("kind").is_some_and(|it| it == "Secret") {
            wipe(&mut object);
        }
        Ok((code, object))
    }
}

/// The values of a Secret, which nobody here needs.
fn wipe(object: &mut Value) {
    let Some(object) = object.as_object_mut() else { return };
    for field in ["data", "stringData"] {
        for value in
            object.remove(field).iter_mut().filter_map(Value::as_object_mut).flat_map(|it| it.values_mut())
        {
            if let Value::String(text) = value {
                zeroize::Zeroize::zeroize(text);
            }
        }
    }
}

/// The UID of an object.
pub(super) fn uid(object: &Value) -> Option<String> {
    object.pointer("/metadata/uid").and_then(Value::as_str).map(str::to_owned)
}

/// URL of an object, or of those beside it.
fn url(key: &Key, api_version: &str, one: bool) -> String {
    let version = api_version.rsplit('/').next().unwrap_or(api_version);
    let namespace = key.kind.is_namespaced().then_some(key.namespace.as_str());
    let all = key.kind.info().url(version, namespace);
    if one { format!("{all}/{}", key.name) } else { all }
}
