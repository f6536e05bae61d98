//! Which backends were asked for, and which findings go with them.

use std::{collections::BTreeSet, path::Path};

use super::{
    failure::{Failure, nearest},
    selector::Selector,
};
use crate::{
    cluster::Cluster,
    model::{AIServiceBackend, Kind},
    rules::{Finding, Hop},
};

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Selection {
    /// `None` is all namespaces.
    pub namespace: Option<String>,
    pub names: Vec<String>,
    pub selector: Option<Selector>,
}

impl Selection {
    /// Whether a backend was asked for.
    pub(super) fn has(&self, backend: &AIServiceBackend) -> bool {
        let meta = &backend.meta;
        self.covers(&meta.namespace)
            && (self.names.is_empty() || self.names.contains(&meta.name))
            && self.selector.as_ref().is_none_or(|it| it.matches(&meta.labels))
    }

    /// Whether a namespace was asked for.
    pub(super) fn covers(&self, namespace: &str) -> bool {
        self.namespace.as_deref().is_none_or(|it| it == namespace)
    }

    /// Whether all of a namespace was asked for; the empty one stands for objects of the cluster.
    pub(super) fn is_whole(&self, namespace: &str) -> bool {
        !self.is_narrow() && self.covers(namespace)
    }

    /// Whether only some backends of the namespaces are asked for.
    fn is_narrow(&self) -> bool {
        !self.names.is_empty() || self.selector.is_some()
    }

    /// Whether a finding is to be shown: it hits one of these backends, or is about the place as a whole.
    fn shows(&self, finding: &Finding, backends: &BTreeSet<(String, String)>) -> bool {
        if !finding.backends.is_empty() {
            return !finding.backends.is_disjoint(backends);
        }
        let everywhere = finding.object.namespace.is_empty() || finding.rule.hop == Hop::Platform;
        !self.is_narrow() && (everywhere || self.covers(&finding.object.namespace))
    }

    /// Keeps the findings that are to be shown.
    pub(super) fn narrow(&self, cluster: &Cluster, findings: &mut Vec<Finding>) {
        let selected = cluster.ai_service_backends.iter().filter(|it| self.has(it));
        let selected = selected.map(|it| (it.meta.namespace.clone(), it.meta.name.clone())).collect();
        findings.retain(|it| self.shows(it, &selected));
    }

    /// Names that no backend has, each with what may have been meant.
    pub(super) fn unknown(&self, cluster: &Cluster) -> Vec<Failure> {
        let place = self.place();
        let there: Vec<&AIServiceBackend> = cluster.ai_service_backends.iter().collect();
        let here = || there.iter().filter(|it| self.covers(&it.meta.namespace));
        let missing = self.names.iter().filter(|name| !here().any(|it| it.meta.name == **name));
        missing
            .map(|name| {
                let namespace = self.namespace.as_deref();
                let lookup = namespace.map(|it| cluster.ai_service_backends.get(it, name));
                if let Some(why) =
                    lookup.as_ref().and_then(|it| it.unreadable()).filter(|_| !there.is_empty())
                {
                    let why = format!("AIServiceBackend `{name}`{place} cannot be read: {why}");
                    let namespace = namespace.unwrap_or_default();
                    return Failure::new(why).help(format!(
                        "look at it: kubectl -n {namespace} get aiservicebackend {name} -o yaml"
                    ));
                }
                let failure = Failure::new(format!("no AIServiceBackend `{name}`{place}"));
                let mut names: Vec<&str> = here().map(|it| it.meta.name.as_str()).collect();
                names.sort_unstable();
                names.dedup();
                let elsewhere = there.iter().find(|it| it.meta.name == *name);
                if let Some(elsewhere) = elsewhere {
                    failure.help(format!("there is one in namespace {0}: -n {0}", elsewhere.meta.namespace))
                } else if let Some(near) = nearest(name, names.iter().copied()) {
                    failure.help(format!("did you mean `{near}`?{}", list(&names)))
                } else if is_file(name) {
                    failure.help(format!("a file is named with -f: kubectl aigw-backend check -f {name}"))
                } else if names.is_empty() {
                    failure.help(elsewhere_are(cluster).unwrap_or_else(|| "there is none at all".to_owned()))
                } else {
                    failure.help(list(&names).trim_start().to_owned())
                }
            })
            .collect()
    }

    /// `in namespace x`, or nothing for all of them.
    pub(super) fn place(&self) -> String {
        self.namespace.as_ref().map_or(String::new(), |it| format!(" in namespace {it}"))
    }
}

/// A dozen of names is enough to find one's own.
fn list(names: &[&str]) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<&str> = names.iter().take(SHOWN).copied().collect();
    let more = names.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("  there are: {}{more}", shown.join(", "))
}

/// Where there are backends, in one line.
pub(super) fn elsewhere_are(cluster: &Cluster) -> Option<String> {
    let mut namespaces: Vec<(&str, usize)> = vec![];
    for backend in cluster.ai_service_backends.iter() {
        match namespaces.last_mut() {
            Some((namespace, count)) if *namespace == backend.meta.namespace => *count += 1,
            _ => namespaces.push((&backend.meta.namespace, 1)),
        }
    }
    let shown: Vec<String> = namespaces.iter().take(6).map(|(it, count)| format!("{it} ({count})")).collect();
    let more = if namespaces.len() > 6 { ", and more" } else { "" };
    (!shown.is_empty()).then(|| format!("there are some in {}{more}: -A, or -n NAMESPACE", shown.join(", ")))
}

/// Whether this looks like a file rather than a name: a `-f` was forgotten.
fn is_file(text: &str) -> bool {
    let extension = Path::new(text).extension();
    extension.is_some_and(|it| it == "yaml" || it == "yml" || it == "json")
}

/// The bare name in `NAME`, `aiservicebackend/NAME`, `aiservicebackends.aigateway.envoyproxy.io/NAME` and the like.
pub(super) fn name(text: &str) -> Result<String, String> {
    let (kind, name) = text.split_once('/').map_or((None, text), |(kind, name)| (Some(kind), name));
    // as kubectl has it: TYPE, TYPE.GROUP or TYPE.VERSION.GROUP
    if let Some(kind) = kind.filter(|it| !is_file(text) || it.starts_with("aiservicebackend")) {
        let lower = kind.to_lowercase();
        let (plural, group) =
            lower.split_once('.').map_or((lower.as_str(), ""), |(plural, group)| (plural, group));
        let info = Kind::AIServiceBackend.info();
        let ours = (plural == info.plural || plural == info.name.to_lowercase())
            && (group.is_empty() || group == info.group || group.ends_with(&format!(".{}", info.group)));
        if !ours {
            return Err(format!("this looks at AIServiceBackends, and `{kind}` is something else"));
        }
    } else if kind.is_some() {
        return Ok(text.to_owned());
    }
    if name.is_empty() || name.contains('/') { Err("not a name".to_owned()) } else { Ok(name.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_carry_their_kind() {
        for text in [
            "openai",
            "aiservicebackend/openai",
            "AIServiceBackends/openai",
            "aiservicebackends.aigateway.envoyproxy.io/openai",
            "aiservicebackend.v1beta1.aigateway.envoyproxy.io/openai",
        ] {
            assert_eq!(name(text).as_deref(), Ok("openai"), "{text}");
        }
        for text in ["backend/openai", "aiservicebackend/", "aiservicebackend.example.com/openai", ""] {
            assert!(name(text).is_err(), "{text}");
        }
        assert_eq!(name("manifests/a.yaml").as_deref(), Ok("manifests/a.yaml"));
    }
}
