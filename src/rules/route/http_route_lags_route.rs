//! The HTTPRoute is of an older version of the route, and keys may go to the wrong provider.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Key, Kind},
    trace::{Hop, World, release},
};

/// See `kubectl aigw-backend explain AIB626`.
pub static RULE: Rule = Rule {
    code: "AIB626",
    name: "http-route-lags-route",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::HTTPRoute, Kind::AIServiceBackend],
    docs: Docs {
        what: "AI Gateway could not carry a change of the route into the HTTPRoute, and the two now name \
              different backends in the same place.",
        why: "Envoy Gateway builds clusters from the old HTTPRoute; AI Gateway labels their endpoints by \
              their position in the new AIGatewayRoute. The endpoint of one provider then gets the key and \
              the API of another one.",
        client: "Wrong answers or 401, while a provider receives the credential of another one.",
        confirm: "kubectl -n NAMESPACE get httproute NAME -o jsonpath='{.spec.rules[*].backendRefs[*].name}'\n\
              kubectl -n NAMESPACE get aigatewayroute NAME -o \
              jsonpath='{.spec.rules[*].backendRefs[*].name}{.status}'",
        fix: "Heal what stops the route, or take the change back, at once; then renew the keys that were \
              sent to others.",
        before: "# AIGatewayRoute: [b, missing]\n\
              # HTTPRoute:      [a, b]",
        after: "# AIGatewayRoute: [a, b]\n\
              # HTTPRoute:      [a, b]",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/extensionserver/post_translate_modify.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    // later versions than those that were tried may know better
    let platform = &world.platform;
    if platform.holds(&release::LABELLED_BY_PLACE) == Some(false) {
        return;
    }
    for route in world.routes.iter().filter(|it| it.refusal().is_some()) {
        let Some(http) = route.http.found() else { continue };
        for (rule, old) in route.rules.iter().zip(&http.spec.rules) {
            // a reference without weight has no endpoint
            let new = rule.refs.iter().filter(|it| it.reference.weight() != 0);
            for (it, old) in new.zip(old.backend_refs.iter().filter(|it| it.weight != Some(0))) {
                let Some(backend) = it.backend.found().filter(|_| old.target.kind() == "Backend") else {
                    continue;
                };
                let new = &backend.spec.backend_ref;
                let new_namespace = new.namespace.as_ref().unwrap_or(&backend.meta.namespace);
                let old_namespace = old.target.namespace.as_ref().unwrap_or(&route.key.namespace);
                if (new_namespace, &new.name) == (old_namespace, &old.target.name) {
                    continue;
                }
                let path = format!("/spec/rules/{}/backendRefs/{}", rule.index, it.index);
                let there = Key::new(Kind::Backend, old_namespace, &old.target.name);
                let message = format!("{}: {there} is called with the key of {}", route.key, it.key);
                out.push(
                    Draft::at(route.key.clone(), path.clone(), message)
                        .effect(platform.scoped(
                            &release::LABELLED_BY_PLACE,
                            "the credential of one backend is sent to the host of another one",
                        ))
                        .because(route.http_key.clone(), path, format!("still names {there}"))
                        .because(
                            route.key.clone(),
                            "/status/conditions",
                            "its last change was not carried out",
                        )
                        .hits(route.backends())
                        .fix(Fix::manual(
                            "heal what stops the route or take the change back, then renew the keys",
                        )),
                );
            }
        }
    }
}
