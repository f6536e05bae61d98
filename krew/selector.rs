//! Which platforms a selector takes, as Kubernetes reads label selectors.

use std::collections::BTreeMap;

use serde::Deserialize;

/// `selector` of a platform.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Selector {
    /// Every one must be equal.
    pub match_labels: Option<BTreeMap<String, String>>,
    /// Every one must hold.
    pub match_expressions: Option<Vec<Requirement>>,
}

/// One of `matchExpressions`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Requirement {
    /// `os` or `arch`.
    pub key: String,
    /// `In`, `NotIn`, `Exists`, `DoesNotExist`.
    pub operator: String,
    /// For the first two.
    pub values: Vec<String>,
}

impl Selector {
    /// Why krew cannot read it.
    pub fn fault(&self) -> Option<String> {
        let labels = self.match_labels.iter().flatten().map(|(key, _)| key);
        let expressions = self.match_expressions.iter().flatten();
        let mut keys = labels.chain(expressions.clone().map(|it| &it.key));
        if let Some(key) = keys.find(|it| *it != "os" && *it != "arch") {
            return Some(format!("`{key}` is neither `os` nor `arch`"));
        }
        let is_empty = self.match_labels.as_ref().is_some_and(BTreeMap::is_empty)
            || self.match_expressions.as_ref().is_some_and(Vec::is_empty)
            || self.match_labels.is_none() && self.match_expressions.is_none();
        if is_empty {
            return Some("it is empty".to_owned());
        }
        expressions
            .filter(|it| match it.operator.as_str() {
                "In" | "NotIn" => it.values.is_empty(),
                "Exists" | "DoesNotExist" => !it.values.is_empty(),
                _ => true,
            })
            .map(|it| {
                format!("`{} {}` with {} values is no expression", it.key, it.operator, it.values.len())
            })
            .next()
    }

    /// Whether it takes a platform.
    pub fn takes(&self, (os, arch): (&str, &str)) -> bool {
        let value = |key: &str| if key == "os" { os } else { arch };
        self.match_labels.iter().flatten().all(|(key, it)| value(key) == it)
            && self.match_expressions.iter().flatten().all(|it| {
                let listed = it.values.iter().any(|other| other == value(&it.key));
                match it.operator.as_str() {
                    "In" => listed,
                    "NotIn" => !listed,
                    "Exists" => true,
                    _ => false,
                }
            })
    }
}
