//! Another HTTPRoute catches the paths of AI clients.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{HTTPRouteMatch, Kind, Resource as _},
    trace::{ClientApi, Hop, RouteTrace, World},
};

/// See `kubectl aigw-backend explain AIB613`.
pub static RULE: Rule = Rule {
    code: "AIB613",
    name: "longer-path-elsewhere",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::HTTPRoute, Kind::Gateway],
    docs: Docs {
        what: "An HTTPRoute that AI Gateway did not make stands on the same listener and host, and matches \
              paths of AI clients such as /v1/chat/completions.",
        why: "AI Gateway makes routes for path prefix `/`. A longer path always wins, whatever the headers \
              say: requests with that path go to the other route.",
        client: "What the other backend answers; often 404.",
        confirm: "kubectl get httproutes -A -o yaml\n\
              kubectl -n NAMESPACE get httproute NAME -o jsonpath='{.spec.rules[*].matches}'",
        fix: "Give one of the two a host name or a listener of its own, or narrow the path.",
        before: "matches: [{path: {type: PathPrefix, value: /v1}}]",
        after: "matches: [{path: {type: PathPrefix, value: /v1/users}}]",
    },
    refs: &["live", "gateway@v1.8.1 internal/gatewayapi/sort.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let paths = client_paths(world);
    for plain in world.plain_routes() {
        // most routes are for other paths, and need not be held against all of the others
        let mut all = plain.route.spec.rules.iter().flat_map(|it| &it.matches);
        if !all.any(|it| paths.iter().any(|path| catches(it, path))) {
            continue;
        }
        let meets = |it: &&RouteTrace<'_>| it.meets(&plain.listeners, &plain.route.spec.hostnames);
        let routes: Vec<&RouteTrace<'_>> = world.routes.iter().filter(meets).collect();
        let Some(first) = routes.first() else { continue };
        let key = plain.route.key();
        for (at, it) in plain.route.spec.rules.iter().enumerate() {
            for (index, it) in it.matches.iter().enumerate() {
                let Some(caught) = paths.iter().find(|path| catches(it, path)) else { continue };
                let value = it.path.as_ref().and_then(|it| it.value.as_deref()).unwrap_or_default();
                let path = format!("/spec/rules/{at}/matches/{index}/path/value");
                out.push(
                    Draft::at(
                        key.clone(),
                        path,
                        format!("{key}: path `{value}` takes requests away from {}", first.key),
                    )
                    .effect(format!("requests to `{caught}` go to this route, whatever their model"))
                    .because(first.key.clone(), "/spec/rules", "matches path prefix `/`, which is shorter")
                    .hits(routes.iter().flat_map(|it| it.backends()))
                    .fix(Fix::manual(
                        "give one of the two a host name or listener of its own, or narrow the path",
                    )),
                );
            }
        }
    }
}

/// Paths of AI clients; `/tokenize` is also what model servers call their own.
fn client_paths(world: &World<'_>) -> Vec<String> {
    let all = ClientApi::ALL.into_iter().filter(|it| *it != ClientApi::Tokenize);
    all.map(|it| world.platform.paths.path(it)).collect()
}

/// Whether a match takes a client's request before prefix `/` is asked. One that asks for more than the path was made
/// with care, and a regular expression is not read.
fn catches(it: &HTTPRouteMatch, client: &str) -> bool {
    let Some(path) = &it.path else { return false };
    let value = path.value.as_deref().unwrap_or("/");
    let taken = match path.type_.as_deref().unwrap_or("PathPrefix") {
        "Exact" => value == client,
        "PathPrefix" => {
            let prefix = value.trim_end_matches('/');
            !prefix.is_empty()
                && client.strip_prefix(prefix).is_some_and(|it| it.is_empty() || it.starts_with('/'))
        }
        _ => false,
    };
    taken
        && it.headers.is_empty()
        && it.query_params.is_empty()
        && it.method.as_deref().is_none_or(|it| it == "POST")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PathMatch;

    fn path(type_: &str, value: &str) -> HTTPRouteMatch {
        let path = PathMatch { type_: Some(type_.into()), value: Some(value.into()) };
        HTTPRouteMatch { path: Some(path), ..HTTPRouteMatch::default() }
    }

    #[test]
    fn prefixes_end_at_slashes() {
        assert!(catches(&path("PathPrefix", "/v1"), "/v1/chat/completions"));
        assert!(catches(&path("PathPrefix", "/v1/"), "/v1/chat/completions"));
        assert!(!catches(&path("PathPrefix", "/v"), "/v1/chat/completions"));
        assert!(!catches(&path("PathPrefix", "/"), "/v1/chat/completions"));
        assert!(!catches(&path("Exact", "/v1"), "/v1/chat/completions"));
        assert!(catches(&path("Exact", "/v1/chat/completions"), "/v1/chat/completions"));
    }
}
