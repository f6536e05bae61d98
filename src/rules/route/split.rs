//! Rules that have a cluster for each backend, though all their backends are well: why Envoy Gateway splits them.

use super::{
    super::{Draft, Fix, endpoint::siblings, platform},
    broken::broken,
};
use crate::{
    model::{Backend, BackendTrafficPolicy, Key, Resource as _},
    trace::{Platform, RefTrace, RouteTrace, RuleTrace, Sni, Trace, Version, World, release},
};

/// A rule that is split.
pub(super) struct Split<'w> {
    /// The references that get requests.
    pub active: Vec<&'w RefTrace<'w>>,
    /// Why.
    pub cause: Cause<'w>,
}

/// Why a rule is split.
pub(super) enum Cause<'w> {
    /// The policy in force prefers zones, or weighs them.
    Zones(&'w BackendTrafficPolicy),
    /// One Backend speaks HTTP/2 alone, and another HTTP/1.1 alone.
    Protocols(Key, Key),
    /// One Backend takes the SNI from its endpoints, and another one does not.
    ServerNames(Key, Key),
}

/// Why a rule is split; `None` where it is not, or where a rule about broken, mixed or merged backends says so already.
pub(super) fn split<'w>(
    world: &'w World<'w>,
    route: &'w RouteTrace<'w>,
    rule: &'w RuleTrace<'w>,
) -> Option<Split<'w>> {
    let known = siblings::active(world, rule)?;
    let active: Vec<&RefTrace<'_>> = known.iter().map(|(it, _)| *it).collect();
    if active.is_empty() {
        return None;
    }
    let zones = || route.traffic_policy(world, rule.rule).filter(|it| it.spec.is_zone_aware());
    let cause = zones()
        .map(Cause::Zones)
        .or_else(|| protocols(world, &known))
        .or_else(|| server_names(world, &known))?;
    let said = siblings::are_mixed(&known)
        || broken(world, route, rule).is_some()
        || active.iter().any(|it| platform::backends_merged::is_merged(world, route, &it.key));
    (!said).then_some(Split { active, cause })
}

fn speaks(backend: &Backend, any: &[&str]) -> bool {
    backend.spec.app_protocols.iter().any(|it| any.iter().any(|end| it.ends_with(end)))
}

/// Whether a Backend says that it speaks HTTP/2 in clear text.
pub(super) fn speaks_h2c(backend: &Backend) -> bool {
    speaks(backend, &["/h2c"])
}

fn protocols<'w>(world: &World<'_>, active: &[(&RefTrace<'_>, &Backend)]) -> Option<Cause<'w>> {
    let first =
        |is_it: &dyn Fn(&Backend) -> bool| active.iter().find(|(_, it)| is_it(it)).map(|(_, it)| it.key());
    let old = first(&|it| speaks(it, &["/ws", "/wss"]) && !speaks_h2c(it));
    let (new, old) = (first(&speaks_h2c)?, old?);
    world.platform.likely(&release::PROTOCOLS_SPLIT).then_some(Cause::Protocols(new, old))
}

fn server_names<'w>(world: &World<'_>, active: &[(&RefTrace<'_>, &Backend)]) -> Option<Cause<'w>> {
    let asks = |it: &Backend| it.spec.tls.as_ref().is_some_and(|it| it.auto_sni_from_endpoint_hostname);
    if !active.iter().any(|(_, it)| asks(it)) || !world.platform.likely(&release::SERVER_NAMES_SPLIT) {
        return None;
    }
    let traces: Vec<Trace<'_>> =
        active.iter().filter_map(|(it, _)| it.backend.found()).map(|it| world.trace(it)).collect();
    let mut encrypted = traces.iter().filter(|it| it.tls.encrypted == Some(true));
    let (own, other): (Vec<_>, Vec<_>) = encrypted.by_ref().partition(|it| it.tls.sni == Sni::Endpoint);
    let key = |it: &&Trace<'_>| it.reference.key.clone();
    Some(Cause::ServerNames(own.first().map(key)?, other.first().map(key)?))
}

impl Cause<'_> {
    /// A finding at what splits the rule, which it names.
    pub fn draft(&self, route: &RouteTrace<'_>, rule: &RuleTrace<'_>, lost: &str) -> Draft {
        let path = format!("/spec/rules/{}/backendRefs", rule.index);
        let at = |why: &str| {
            let message = format!("{}: rule {} may lose its {lost}, as {why}", route.key, rule.index);
            Draft::at(route.key.clone(), path.clone(), message)
        };
        match self {
            Cause::Zones(policy) => {
                let key = policy.key();
                let place = "/spec/loadBalancer/zoneAware";
                let message = format!("{key} is aware of zones, and AI routes may lose their {lost}");
                Draft::at(key.clone(), place, message)
                    .because(route.key.clone(), path, "gets a cluster for each backend")
                    .fix(Fix::review("leave zones alone").remove(&key, place))
            }
            Cause::Protocols(new, old) => at("some Backends speak HTTP/2 alone and others HTTP/1.1 alone")
                .because(new.clone(), "/spec/appProtocols", "speaks HTTP/2 alone")
                .because(old.clone(), "/spec/appProtocols", "speaks HTTP/1.1 alone")
                .fix(Fix::manual("give each protocol a rule of its own")),
            Cause::ServerNames(own, other) => at("some Backends alone take the SNI from their endpoints")
                .because(
                    own.clone(),
                    "/spec/tls/autoSNIFromEndpointHostname",
                    "takes the SNI from its endpoints",
                )
                .because(other.clone(), "", "does not")
                .fix(Fix::manual("let all Backends of the rule take the SNI from their endpoints, or none")),
        }
    }

    /// A text that says on which releases it holds, where the release is unknown.
    pub fn scoped(&self, platform: &Platform<'_>, text: &str) -> String {
        match self {
            Cause::Zones(_) => platform.scoped(&release::SPLIT_RULES_PROCESSED, text),
            Cause::Protocols(..) => platform.scoped(&release::PROTOCOLS_SPLIT, text),
            Cause::ServerNames(..) => platform.scoped(&release::SERVER_NAMES_SPLIT, text),
        }
    }
}

/// Names the release of AI Gateway that does not know clusters of single backends, and the way to one that does.
pub(super) fn blame_release(draft: Draft, platform: &Platform<'_>) -> Draft {
    let Some(controller) = platform.ai_gateway else { return draft };
    let meta = &controller.deployment.meta;
    let chart =
        super::super::platform::helm("aieg", "ai-gateway-helm", &meta.namespace, Some(Version(1, 1, 0)));
    draft
        .because(
            controller.deployment.key(),
            format!("{}/image", controller.pointer()),
            "is older than v1.1, and leaves clusters of single backends alone",
        )
        .fix(Fix::manual("upgrade AI Gateway to v1.1 or later, its CRDs first").command(chart))
}
