//! A live HTTPRoute held against the one that AI Gateway would make.

use super::answers_unknown_models;
use crate::model::{HTTPBackendRef, HTTPRoute, HTTPRouteMatch, HTTPRouteRule, ParentReference};

/// A place where the two differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// JSON pointer into the live HTTPRoute.
    pub path: String,
    /// What is there and what should be, in a few words.
    pub text: String,
}

/// Where a live HTTPRoute does something else than the one that AI Gateway would make: parents, host names, and of each
/// rule matches, backends and time limit. Other releases write other names and filters, which are not looked at.
pub fn differences(live: &HTTPRoute, made: &HTTPRoute) -> Vec<Difference> {
    let mut found = vec![];
    let mut note = |path: String, there: String, wanted: String| {
        if there != wanted {
            let text = format!("has {}, and should have {}", or_none(there), or_none(wanted));
            found.push(Difference { path, text });
        }
    };
    let namespace = &made.meta.namespace;
    let parents = |it: &HTTPRoute| all(it.spec.parent_refs.iter().map(|it| parent(namespace, it)).collect());
    note("/spec/parentRefs".to_owned(), parents(live), parents(made));
    let hosts = |it: &HTTPRoute| all(it.spec.hostnames.clone());
    note("/spec/hostnames".to_owned(), hosts(live), hosts(made));
    let count = |it: &HTTPRoute| format!("{} rules", it.spec.rules.iter().filter(|it| leads_on(it)).count());
    note("/spec/rules".to_owned(), count(live), count(made));
    for (at, (there, wanted)) in live.spec.rules.iter().zip(&made.spec.rules).enumerate() {
        if !leads_on(there) || !leads_on(wanted) {
            continue;
        }
        let path = |field: &str| format!("/spec/rules/{at}/{field}");
        let matches = |it: &HTTPRouteRule| all(it.matches.iter().map(headers).collect());
        note(path("matches"), matches(there), matches(wanted));
        let refs = |it: &HTTPRouteRule| {
            it.backend_refs.iter().map(|it| backend(namespace, it)).collect::<Vec<_>>().join(", ")
        };
        note(path("backendRefs"), refs(there), refs(wanted));
        let limit = |it: &HTTPRouteRule| it.timeouts.as_ref().and_then(|it| it.request.clone());
        if let (Some(there), Some(wanted)) = (limit(there), limit(wanted)) {
            note(path("timeouts/request"), there, wanted);
        }
    }
    found
}

/// Whether a rule is one of the AIGatewayRoute's.
fn leads_on(rule: &HTTPRouteRule) -> bool {
    !answers_unknown_models(rule)
}

fn or_none(text: String) -> String {
    if text.is_empty() { "none".to_owned() } else { text }
}

/// In an order of their own, as the API's sets have none.
fn all(mut parts: Vec<String>) -> String {
    parts.sort();
    parts.join(", ")
}

fn parent(namespace: &str, it: &ParentReference) -> String {
    let section = it.section_name.as_ref().map_or(String::new(), |it| format!(" listener {it}"));
    let port = it.port.map_or(String::new(), |it| format!(" port {it}"));
    format!("{}/{}{section}{port}", it.namespace.as_deref().unwrap_or(namespace), it.name)
}

fn headers(it: &HTTPRouteMatch) -> String {
    let one = |it: &crate::model::HeaderMatch| {
        format!("{} {} {}", it.name, if it.is_regex() { "like" } else { "is" }, it.value)
    };
    let mut parts: Vec<String> = it.headers.iter().map(one).collect();
    parts.sort();
    parts.join(" and ")
}

fn backend(namespace: &str, it: &HTTPBackendRef) -> String {
    let target = &it.target;
    let port = target.port.map_or(String::new(), |it| format!(":{it}"));
    let weight = match it.weight {
        None | Some(1) => String::new(),
        Some(weight) => format!(" by weight {weight}"),
    };
    let place = target.namespace.as_deref().unwrap_or(namespace);
    format!("{} {place}/{}{port}{weight}", target.kind(), target.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{generated::http_route, model::AIGatewayRoute};

    fn made(extra: &str) -> HTTPRoute {
        let text = format!(
            r#"{{"metadata": {{"name": "r", "namespace": "a"}}, "spec": {{"parentRefs": [{{"name": "gw"}}], "rules": [
                {{"matches": [{{"headers": [{{"name": "x-ai-eg-model", "value": "m"}}]}}], {extra}
                  "backendRefs": [{{"name": "p", "group": "inference.networking.k8s.io", "kind": "InferencePool"}}]}}]}}}}"#
        );
        let route: AIGatewayRoute = serde_json::from_str(&text).unwrap();
        http_route(&route, "/", |_, _| None).unwrap()
    }

    #[test]
    fn what_is_written_out_is_no_difference() {
        let plain = made("");
        let mut live = plain.clone();
        live.spec.parent_refs[0].namespace = Some("a".to_owned());
        live.spec.rules[0].backend_refs[0].target.namespace = Some("a".to_owned());
        live.spec.rules[0].matches[0].headers[0].type_ = Some("Exact".into());
        assert_eq!(differences(&live, &plain), []);
    }

    #[test]
    fn each_place_is_named() {
        let live = made(r#""timeouts": {"request": "5s"},"#);
        let mut wanted = made("");
        wanted.spec.hostnames = vec!["a.example.com".to_owned()];
        wanted.spec.rules[0].backend_refs[0].target.name = "q".to_owned();
        let found = differences(&live, &wanted);
        let paths: Vec<&str> = found.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(paths, ["/spec/hostnames", "/spec/rules/0/backendRefs", "/spec/rules/0/timeouts/request"]);
        assert_eq!(found[2].text, "has 5s, and should have 60s");
    }
}
