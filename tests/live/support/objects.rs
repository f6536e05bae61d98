//! Objects onto the server: by server-side apply, their status after their spec.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use aigw_backend::model::{Kind, Scope};
use serde_json::{Value, json};

use super::Server;

/// Which CRDs to install.
pub(crate) enum Crds {
    /// All.
    All,
    /// All but those of this plural name.
    Without(&'static str),
    /// All, but of this group only this version.
    Only(&'static str, &'static str),
}

/// Plural names and scopes of kinds that the tool itself does not read.
const OTHERS: [(&str, &str, bool); 6] = [
    ("CustomResourceDefinition", "customresourcedefinitions", false),
    ("ClusterRole", "clusterroles", false),
    ("ClusterRoleBinding", "clusterrolebindings", false),
    ("Role", "roles", true),
    ("RoleBinding", "rolebindings", true),
    ("ServiceAccount", "serviceaccounts", true),
];

impl Server {
    /// Installs CRDs: those of the tests, or of the folders in `AIGW_TEST_CRDS`.
    pub(crate) fn install(&self, which: &Crds) {
        let named = std::env::var_os("AIGW_TEST_CRDS").filter(|it| !it.is_empty());
        let folders: Vec<PathBuf> = match &named {
            Some(paths) => std::env::split_paths(paths).collect(),
            None => vec![super::folder("apiserver/crds")],
        };
        let mut served = vec![];
        for folder in folders {
            let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
                .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
                .map(|it| it.unwrap().path())
                .filter(|it| it.extension().is_some_and(|it| it == "yaml"))
                .collect();
            files.sort();
            for mut crd in files.iter().flat_map(|it| documents(it)) {
                if let Some(urls) = narrow(&mut crd, which) {
                    self.apply(&crd);
                    served.extend(urls);
                }
            }
        }
        let until = Instant::now() + Duration::from_secs(60);
        for url in served {
            while let Err(error) = self.get(&url) {
                assert!(Instant::now() < until, "{url}: {error}");
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }

    /// Loads all objects of a file.
    pub(crate) fn load(&self, path: &Path) {
        for mut object in documents(path) {
            let status = object.as_object_mut().unwrap().remove("status");
            if let Some(meta) = object["metadata"].as_object_mut() {
                for key in ["uid", "creationTimestamp", "generation", "resourceVersion", "managedFields"] {
                    meta.remove(key);
                }
            }
            self.apply(&object);
            if let Some(status) = status {
                self.set_status(&object, status);
            }
        }
    }

    /// Sets the status of an object, as its controller would.
    pub(crate) fn set_status(&self, object: &Value, status: Value) {
        let mut bare = object.clone();
        let kept = bare["metadata"].as_object_mut().unwrap();
        kept.retain(|key, _| key == "name" || key == "namespace");
        bare.as_object_mut()
            .unwrap()
            .retain(|key, _| ["apiVersion", "kind", "metadata"].contains(&key.as_str()));
        bare["status"] = status;
        self.patch(&bare, "/status");
    }

    /// Server-side apply of one object.
    pub(crate) fn apply(&self, object: &Value) {
        self.patch(object, "");
    }

    /// Creates an object as kubectl does without validation: fields that the server does not know are dropped. What it
    /// made of the object, or why it refuses it.
    pub(crate) fn create(&self, object: &Value) -> Result<Value, String> {
        let url = url(object);
        let (collection, _) = url.rsplit_once('/').unwrap();
        let request = http::Request::post(format!("{collection}?fieldValidation=Ignore"))
            .header("content-type", "application/json")
            .body(object.to_string().into_bytes())
            .unwrap();
        let answer = self.send(request).map_err(|error| error.to_string())?;
        Ok(serde_json::from_str(&answer).unwrap())
    }

    /// Deletes an object.
    pub(crate) fn delete(&self, object: &Value) {
        let request = http::Request::delete(url(object)).body(vec![]).unwrap();
        self.send(request).unwrap_or_else(|error| panic!("{}: {error}", url(object)));
    }

    fn patch(&self, object: &Value, subresource: &str) {
        let url = format!("{}{subresource}?fieldManager=test&force=true", url(object));
        let request = http::Request::patch(url)
            .header("content-type", "application/apply-patch+yaml")
            .body(object.to_string().into_bytes())
            .unwrap();
        if let Err(error) = self.send(request) {
            panic!("{} {}{subresource}: {error}", object["kind"], object["metadata"]["name"]);
        }
    }
}

/// The documents of a file.
pub(crate) fn documents(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    let all: Vec<Value> =
        serde_saphyr::from_multiple(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    all.into_iter().filter(|it| it.get("kind").is_some()).collect()
}

fn url(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (api_version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
    let other = || {
        let other = OTHERS.iter().find(|it| it.0 == kind);
        other.map_or_else(|| panic!("{kind}: plural name not known"), |it| (it.1, it.2))
    };
    let known =
        Kind::of(&api_version, &kind).map(|it| (it.info().plural, it.info().scope == Scope::Namespaced));
    let (plural, namespaced) = known.unwrap_or_else(other);
    let root = if api_version.contains('/') { "apis" } else { "api" };
    let place = if namespaced {
        format!("/namespaces/{}", text(&object["metadata"]["namespace"]))
    } else {
        String::new()
    };
    format!("/{root}/{api_version}{place}/{plural}/{}", text(&object["metadata"]["name"]))
}

/// Cuts a CRD to what is wanted; its URLs, or `None` when it is not wanted at all.
fn narrow(crd: &mut Value, which: &Crds) -> Option<Vec<String>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (group, plural) = (text(&crd["spec"]["group"]), text(&crd["spec"]["names"]["plural"]));
    match which {
        Crds::All => {}
        Crds::Without(name) => {
            if plural == *name {
                return None;
            }
        }
        Crds::Only(only, version) => {
            if group == *only {
                let versions = crd["spec"]["versions"].as_array_mut()?;
                versions.retain(|it| it["name"] == *version);
                versions.first_mut()?["storage"] = json!(true);
            }
        }
    }
    let versions = crd["spec"]["versions"].as_array()?.iter().filter(|it| it["served"] == true);
    Some(versions.map(|it| format!("/apis/{group}/{}/{plural}?limit=1", text(&it["name"]))).collect())
}
