//! What is changed on a request between translation and credential, in the order of the data plane
//! (ai-gateway@v1.1.0 internal/extproc/processor_impl.go, internal/controller/gateway.go).

use crate::model::{AIBackendRef, AIServiceBackend, BodyMutation, HeaderMutation};

/// One change; never its value, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutation {
    /// `remove header`, `set header`, `remove body field` or `set body field`.
    pub action: &'static str,
    /// Name of the header, or path in the body.
    pub name: String,
    /// Whether the route says so; else the backend does.
    pub by_route: bool,
}

/// All changes: headers before the body, removals before what is set, and of two values for one name the route's.
pub fn mutations(backend: &AIServiceBackend, reference: &AIBackendRef) -> Vec<Mutation> {
    let headers = [backend.spec.header_mutation.as_ref(), reference.header_mutation.as_ref()];
    let bodies = [backend.spec.body_mutation.as_ref(), reference.body_mutation.as_ref()];
    let set_headers = headers.map(|it| names(it, |it: &HeaderMutation| &it.set, |it| it.name.to_lowercase()));
    let set_fields = bodies.map(|it| names(it, |it: &BodyMutation| &it.set, |it| it.path.clone()));
    let mut all = vec![];
    all.extend(each("remove header", headers.map(|it| names(it, |it| &it.remove, |it| it.to_lowercase()))));
    all.extend(winners("set header", set_headers));
    all.extend(each("remove body field", bodies.map(|it| names(it, |it| &it.remove, Clone::clone))));
    all.extend(winners("set body field", set_fields));
    all
}

fn names<M, T>(
    mutation: Option<&M>,
    part: impl Fn(&M) -> &Vec<T>,
    name: impl Fn(&T) -> String,
) -> Vec<String> {
    mutation.map(|it| part(it).iter().map(name).collect()).unwrap_or_default()
}

fn each(action: &'static str, [backend, route]: [Vec<String>; 2]) -> Vec<Mutation> {
    let of = |by_route| move |name| Mutation { action, name, by_route };
    backend.into_iter().map(of(false)).chain(route.into_iter().map(of(true))).collect()
}

fn winners(action: &'static str, [mut backend, route]: [Vec<String>; 2]) -> Vec<Mutation> {
    backend.retain(|name| !route.contains(name));
    each(action, [backend, route])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_route_wins_and_removals_come_first() {
        let backend: AIServiceBackend = serde_json::from_str(
            r#"{"metadata": {}, "spec": {"headerMutation": {"set": [{"name": "X-A", "value": "1"}, {"name": "X-B", "value": "1"}]},
                "bodyMutation": {"set": [{"path": "user", "value": "1"}]}}}"#,
        )
        .unwrap();
        let reference: AIBackendRef = serde_json::from_str(
            r#"{"headerMutation": {"set": [{"name": "x-a", "value": "2"}], "remove": ["cookie"]}}"#,
        )
        .unwrap();
        let shown: Vec<String> = mutations(&backend, &reference)
            .iter()
            .map(|it| format!("{} {} {}", it.action, it.name, it.by_route))
            .collect();
        assert_eq!(
            shown,
            [
                "remove header cookie true",
                "set header x-b false",
                "set header x-a true",
                "set body field user false"
            ]
        );
    }
}
