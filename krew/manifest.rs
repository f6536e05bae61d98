//! A krew manifest: kubernetes-sigs/krew@v0.5.0 pkg/index/types.go.

use serde::Deserialize;
use serde_json::Value;

use super::selector::Selector;

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Manifest {
    /// `krew.googlecontainertools.github.com/v1alpha2`
    pub api_version: String,
    /// `Plugin`
    pub kind: String,
    /// Only a name.
    pub metadata: Metadata,
    /// The rest.
    pub spec: Spec,
}

/// What the plugin is called.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// The name that follows `kubectl`.
    pub name: String,
}

/// What the plugin is.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Spec {
    /// The tag.
    pub version: String,
    /// A line in `krew search`.
    pub short_description: String,
    /// A text in `krew info`.
    pub description: String,
    /// What is shown after the installation.
    pub caveats: String,
    /// Where the sources are.
    pub homepage: String,
    /// One archive each.
    pub platforms: Vec<Shipped>,
}

/// An archive, and whom it is for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shipped {
    /// Where it is.
    pub uri: String,
    /// Its sum.
    pub sha256: String,
    /// Whom it is for.
    pub selector: Option<Selector>,
    /// What is taken from it; all without.
    pub files: Option<Vec<FileOperation>>,
    /// The program, in the installation.
    pub bin: String,
}

/// What is taken from an archive, and where it goes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FileOperation {
    /// A path or a pattern.
    pub from: String,
    /// A path.
    pub to: String,
}

/// Every field that there is, by the place of the object that holds it. `*` is any item of a list.
const FIELDS: [(&str, &[&str]); 7] = [
    ("", &["apiVersion", "kind", "metadata", "spec"]),
    ("/metadata", &["name"]),
    ("/spec", &["version", "shortDescription", "description", "caveats", "homepage", "platforms"]),
    ("/spec/platforms/*", &["uri", "sha256", "selector", "files", "bin"]),
    ("/spec/platforms/*/selector", &["matchLabels", "matchExpressions"]),
    ("/spec/platforms/*/selector/matchExpressions/*", &["key", "operator", "values"]),
    ("/spec/platforms/*/files/*", &["from", "to"]),
];

impl Shipped {
    /// The file name of its archive.
    pub fn archive(&self) -> &str {
        self.uri.rsplit('/').next().unwrap_or_default()
    }
}

/// Fields that krew reads over in silence.
pub fn unknown_fields(value: &Value) -> Vec<String> {
    let mut found = vec![];
    walk(value, "", &mut found);
    found
}

fn walk(value: &Value, place: &str, found: &mut Vec<String>) {
    let known = FIELDS.iter().find(|(it, _)| *it == place).map(|(_, fields)| *fields);
    for (name, inner) in value.as_object().into_iter().flatten() {
        let inner_place = format!("{place}/{name}");
        if known.is_some_and(|it| !it.contains(&name.as_str())) {
            found.push(inner_place);
        } else {
            walk(inner, &inner_place, found);
        }
    }
    for item in value.as_array().into_iter().flatten() {
        walk(item, &format!("{place}/*"), found);
    }
}
