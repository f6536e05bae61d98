//! One backend of a rule that speaks HTTP/2 in clear text makes all of them be called so.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, endpoint::siblings, platform},
    broken::broken,
    split::{self, split},
};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB655`.
pub static RULE: Rule = Rule {
    code: "AIB655",
    name: "h2c-neighbour",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::Backend, Kind::BackendTLSPolicy, Kind::Gateway],
    docs: Docs {
        what: "A rule has a Backend with the appProtocol gateway.envoyproxy.io/h2c, and another one in clear text \
               that says nothing of HTTP/2.",
        why: "Envoy Gateway puts the backends of a rule into one cluster, and one that speaks h2c makes the whole \
              cluster speak HTTP/2 without asking first. This was read in its code, and not tried.",
        client: "503 for the share of the backends that speak HTTP/1.1 alone, as most model servers do.",
        confirm: "kubectl -n NAMESPACE get backends.gateway.envoyproxy.io -o \
                  custom-columns=NAME:.metadata.name,PROTOCOLS:.spec.appProtocols",
        fix: "Give the backend that speaks h2c a rule of its own, or say h2c for all that speak it.",
        before: "backendRefs: [{name: grpc-server}, {name: vllm}]  # appProtocols: [gateway.envoyproxy.io/h2c], none",
        after: "- backendRefs: [{name: grpc-server}]\n\
                - backendRefs: [{name: vllm}]",
    },
    refs: &["gateway@v1.8.1 internal/xds/translator/cluster.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        // a Gateway that was not seen may have a policy that splits rules
        if route.parents.iter().any(|it| it.gateway.found().is_none()) {
            continue;
        }
        for rule in &route.rules {
            let Some(active) = siblings::active(world, rule) else { continue };
            let Some((_, new)) = active.iter().find(|(_, it)| split::speaks_h2c(it)) else { continue };
            // clusters of their own do not touch each other
            let is_split = siblings::are_mixed(&active)
                || broken(world, route, rule).is_some()
                || active.iter().any(|(it, _)| platform::backends_merged::is_merged(world, route, &it.key))
                || split(world, route, rule).is_some();
            let silent = active.iter().filter(|(_, it)| it.spec.app_protocols.is_empty());
            let in_clear = silent.filter(|(it, _)| {
                it.backend.found().is_some_and(|it| world.trace(it).tls.encrypted == Some(false))
            });
            let old: Vec<_> = in_clear.collect();
            let Some((_, first)) = old.first().filter(|_| !is_split) else { continue };
            let path = format!("/spec/rules/{}/backendRefs", rule.index);
            let message = format!(
                "{}: rule {} has a backend that speaks h2c, beside one that does not say so",
                route.key, rule.index
            );
            out.push(
                Draft::at(route.key.clone(), path, message)
                    .effect("503 may come from the backends that speak HTTP/1.1 alone: all of the rule may be called by HTTP/2")
                    .because(new.key(), "/spec/appProtocols", "speaks h2c")
                    .because(first.key(), "/spec", "says nothing of it")
                    .hits(old.iter().map(|(it, _)| (it.key.namespace.clone(), it.key.name.clone())))
                    .fix(Fix::manual("give the one that speaks h2c a rule of its own")),
            );
        }
    }
}
