//! What the rules hold against an answer that would be good by the walk alone.

use super::{
    fault::Faults,
    request::{Certainty, Outcome},
};
use crate::{
    model::{Key, Kind, Resource as _},
    rules::{Finding, Hop, Severity},
    trace::{Address, RouteTrace, Trace},
};

/// The way of a request up to a rule.
#[derive(Clone, Copy)]
pub(super) struct Way<'w> {
    pub(super) gateway: &'w Key,
    pub(super) route: &'w RouteTrace<'w>,
    pub(super) rule: usize,
}

impl Way<'_> {
    /// Whether a finding is about this way, and not about another one to the same backend.
    fn meets(&self, finding: &Finding) -> bool {
        let (route, http) = (&self.route.key, &self.route.http_key);
        let here = format!("/spec/rules/{}/", self.rule);
        let other_rule = (finding.object == *route || finding.object == *http)
            && finding.path.starts_with("/spec/rules/")
            && !format!("{}/", finding.path).starts_with(&here);
        let about = |kinds: &[Kind], mine: &[&Key]| {
            let related = finding.related.iter().map(|it| &it.object);
            let mut named = related.chain([&finding.object]).filter(|it| kinds.contains(&it.kind)).peekable();
            named.peek().is_none() || named.any(|it| mine.contains(&it))
        };
        !other_rule
            && about(&[Kind::Gateway], &[self.gateway])
            && about(&[Kind::AIGatewayRoute, Kind::HTTPRoute], &[route, http])
    }
}

/// Whether a finding is about an address, or at least not about another one of the same Backend.
pub(super) fn concerns(finding: &Finding, trace: &Trace<'_>, address: &Address<'_>) -> bool {
    let backend = &trace.reference.key;
    let places = finding.related.iter().map(|it| (&it.object, &it.path));
    let mut named = places
        .chain([(&finding.object, &finding.path)])
        .filter(|(object, _)| *object == backend)
        .filter_map(|(_, path)| path.strip_prefix("/spec/endpoints/")?.split('/').next()?.parse().ok())
        .peekable();
    let addresses = &trace.endpoint.addresses;
    let same = |index: usize| addresses.iter().any(|it| it.index == index && it.host == address.host);
    named.peek().is_none() || named.any(same)
}

impl Faults<'_> {
    /// What is said of a backend on this way, infos left out.
    pub(super) fn on_way<'f>(
        &'f self,
        way: &'f Way<'_>,
        backend: &Key,
    ) -> impl Iterator<Item = &'f Finding> + use<'f> {
        let id = (backend.namespace.clone(), backend.name.clone());
        let all = self.findings.iter().filter(|it| it.rule.severity != Severity::Info);
        all.filter(move |it| it.backends.contains(&id) && way.meets(it))
    }

    /// Adds what is said of a backend and of the one that it is taken for, and doubts a good end where an error says
    /// otherwise.
    pub(super) fn doubt(
        &self,
        way: &Way<'_>,
        who: &Trace<'_>,
        (trace, address): (&Trace<'_>, &Address<'_>),
        mut outcome: Outcome,
    ) -> Outcome {
        let of = |it: &Trace<'_>| self.on_way(way, &it.backend.key());
        let said = || of(trace).chain(of(who)).filter(|it| concerns(it, trace, address));
        outcome.codes.extend(said().map(|it| it.rule.code));
        outcome.codes.sort_unstable();
        outcome.codes.dedup();
        let error = said().find(|it| it.rule.severity == Severity::Error);
        if let Some(error) = error.filter(|_| outcome.status < 400) {
            outcome.why = format!("{}, yet {}: {}", outcome.why, error.rule.code, error.effect);
            // what the provider makes of a key or a path is its own to say
            if !matches!(error.rule.hop, Hop::Credential | Hop::Schema) {
                outcome.certainty = Certainty::Likely;
            }
        }
        outcome
    }
}
