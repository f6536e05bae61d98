//! An older AI Gateway leaves out all backends of a rule for the sake of one.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    broken::{Broken, broken},
    split,
};
use crate::{
    model::Kind,
    trace::{Hop, World, release},
};

/// See `kubectl aigw-backend explain AIB634`.
pub static RULE: Rule = Rule {
    code: "AIB634",
    name: "rule-loses-credentials",
    hop: Hop::Route,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::Backend, Kind::Deployment],
    docs: Docs {
        what: "With AI Gateway before v1.1: a rule has several backends, and one of them cannot be resolved, is \
                refused, or has no endpoints. Rules of host names and addresses are mixed-rule-not-processed.",
        why: "Envoy Gateway (v1.7 and later) then makes a cluster of its own for each backend of the rule. AI \
               Gateway before v1.1 does not know the names of such clusters and leaves them alone: requests to \
               the backends that are well go out without translation and without the provider's key, and with \
               whatever credential the caller sent.",
        client: "401 or 404 from the providers; the caller's Authorization header goes to them.",
        confirm: "kubectl -n envoy-ai-gateway-system logs deploy/ai-gateway-controller | grep 'non-ai-gateway \
               cluster name'",
        fix: "Mend the backend that is broken, or take it out of the rule; upgrade AI Gateway to v1.1 or \
               later.",
        before: "# AI Gateway v1.0\n\
               backendRefs: [{name: good}, {name: gone}]",
        after: "# AI Gateway v1.0\n\
               backendRefs: [{name: good}]",
    },
    refs: &[
        "ai-gateway@v1.0.0 internal/extensionserver/post_translate_modify.go",
        "gateway@v1.8.1 internal/ir/xds.go",
    ],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let releases = &world.platform;
    if releases.holds(&release::SPLIT_RULES_PROCESSED) != Some(false)
        || releases.holds(&release::RULES_SPLIT) != Some(true)
    {
        return;
    }
    for route in &world.routes {
        for rule in &route.rules {
            let Some(Broken { odd, healthy }) = broken(world, route, rule) else { continue };
            let path = format!("/spec/rules/{}/backendRefs", rule.index);
            let message =
                format!("{}: backends of rule {} are called without their keys", route.key, rule.index);
            let draft = Draft::at(route.key.clone(), path, message)
                .effect("no translation, no keys, and the caller's Authorization goes to the providers")
                .because(odd.key.clone(), "/spec/backendRef", "cannot be called, which splits the rule")
                .hits(healthy.iter().map(|it| (it.key.namespace.clone(), it.key.name.clone())))
                .fix(Fix::manual(format!("mend {}, or take it out of the rule", odd.key)));
            out.push(split::blame_release(draft, releases));
        }
    }
}
