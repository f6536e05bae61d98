//! What could not be looked at, why, and which permission or flag would mend it.

use std::collections::BTreeMap;

use super::Skipped;
use crate::{
    cluster::{Cluster, Why},
    model::Kind,
    rules,
    trace::Gap,
};

/// One entry per kind, namespace and reason.
pub(super) fn list<'a>(cluster: &Cluster, gaps: impl Iterator<Item = &'a Gap>) -> Vec<Skipped> {
    let mut grouped: BTreeMap<(Kind, &str, &'static str), (&Why, Vec<&str>)> = BTreeMap::new();
    for gap in gaps {
        let entry = grouped.entry((gap.kind, &gap.namespace, gap.why.word())).or_insert((&gap.why, vec![]));
        if let Some(name) = gap.name.as_deref().filter(|name| !entry.1.contains(name)) {
            entry.1.push(name);
        }
    }
    grouped
        .into_iter()
        .map(|((kind, namespace, _), (why, names))| entry(cluster, kind, namespace, why, &names))
        .collect()
}

fn entry(cluster: &Cluster, kind: Kind, namespace: &str, why: &Why, all: &[&str]) -> Skipped {
    let names = match all {
        [] => String::new(),
        [one] => format!(" `{one}`"),
        [first, .., _] => format!(" `{first}` and {} more", all.len() - 1),
    };
    let everywhere = namespace.is_empty() && all.is_empty() && kind.is_namespaced();
    let place = match namespace {
        // some of its namespaces may have been read all the same
        "" if everywhere && *why == Why::Forbidden => " across all namespaces".to_owned(),
        "" => String::new(),
        namespace => format!(" in {namespace}"),
    };
    Skipped {
        kind: kind.to_string(),
        namespace: namespace.to_owned(),
        reason: why.word(),
        message: format!("{kind}{names}{place}: {why}"),
        affects: rules::all().filter(|rule| rule.needs.contains(&kind)).map(|rule| rule.code).collect(),
        remedy: remedy(cluster, kind, namespace, !all.is_empty(), why),
    }
}

/// The command that shows or mends it; `named` where it is about some objects and not about all.
pub(super) fn remedy(cluster: &Cluster, kind: Kind, namespace: &str, named: bool, why: &Why) -> String {
    let resource = kind.resource();
    let scope = match namespace {
        "" if kind.is_namespaced() => " -A".to_owned(),
        "" => String::new(),
        namespace => format!(" -n {namespace}"),
    };
    match why {
        Why::Forbidden => {
            // slices are listed by the name of their Service
            let by_name = named
                && kind.is_read_by_name()
                && kind != Kind::EndpointSlice
                && !is_listed(cluster, kind, namespace);
            let verb = if by_name { "get" } else { "list" };
            // without -A kubectl asks for the right in one namespace, also of what is in none
            let scope = if scope.is_empty() { " -A" } else { &scope };
            format!("kubectl auth can-i {verb} {resource}{scope}")
        }
        Why::NotInstalled => format!("kubectl get crd {resource}"),
        Why::NotFetched => format!("kubectl get {resource}{scope} -o yaml"),
        Why::Timeout(_) => "kubectl aigw-backend check --timeout 10m --request-timeout 5m".to_owned(),
        Why::Undecodable(_) | Why::ServerError(_) => format!("kubectl get {resource}{scope}"),
    }
}

/// Whether Secrets of a namespace were asked for as a whole, with `--secrets list`: then it is that right that is missing.
fn is_listed(cluster: &Cluster, kind: Kind, namespace: &str) -> bool {
    let whole = |(there, name, _): &(String, Option<String>, Why)| there == namespace && name.is_none();
    kind == Kind::Secret && !namespace.is_empty() && cluster.unread(kind).iter().any(whole)
}
