//! The endpoints behind a rule, and the backend that ext_proc takes each of them for.
//!
//! Endpoints are those of the HTTPRoute in force; their names are those of the AIGatewayRoute as it is now, and the two
//! differ while AI Gateway cannot carry a change out (ai-gateway@v1.1.0 internal/extensionserver; live).

use super::{Map, doubt::Way, fault::Faults};
use crate::{
    cluster::Lookup,
    model::{HTTPBackendRef, Key, Kind, Resource as _},
    trace::{Host, RefTrace, RuleTrace, Trace, release},
};

/// What Envoy makes of the endpoints of one reference.
pub(super) enum State<'t> {
    Fine(&'t Trace<'t>),
    Invalid(Vec<&'static str>),
    Empty(Vec<&'static str>),
    Unresolved(Vec<&'static str>),
    /// The AIServiceBackend that they are taken for does not exist.
    Missing(Vec<&'static str>),
    /// They are there, and objects do not tell more.
    Unseen(String),
    Pool,
}

impl State<'_> {
    /// Whether Envoy has endpoints to send requests to.
    pub(super) fn is_called(&self) -> bool {
        matches!(self, State::Fine(_) | State::Missing(_) | State::Unseen(_) | State::Pool)
    }
}

/// The endpoints of one reference.
pub(super) struct Leg<'t> {
    /// The reference that ext_proc takes requests to them for.
    pub(super) label: Option<&'t RefTrace<'t>>,
    /// The AIServiceBackend of that reference.
    pub(super) who: Option<&'t Trace<'t>>,
    /// Relative to the other legs.
    pub(super) weight: i64,
    pub(super) state: State<'t>,
}

impl Leg<'_> {
    pub(super) fn priority(&self) -> i64 {
        self.label.and_then(|it| it.reference.priority).unwrap_or_default()
    }

    fn is_ip(&self) -> bool {
        let State::Fine(trace) = &self.state else { return false };
        trace.endpoint.addresses.iter().any(|it| !matches!(it.host, Host::Name(_)))
    }
}

/// The legs of a rule that have any weight.
pub(super) fn legs<'t>(
    map: &'t Map<'t>,
    way: &Way<'t>,
    rule: &'t RuleTrace<'t>,
    faults: &Faults<'_>,
) -> Vec<Leg<'t>> {
    let route = way.route;
    let refs: Vec<&RefTrace<'_>> = rule.refs.iter().filter(|it| it.reference.weight() > 0).collect();
    let Some(live) = route.http.found().and_then(|it| it.spec.rules.get(rule.index)) else {
        let own =
            |it: &&'t RefTrace<'t>| leg(map, Some(*it), it.reference.weight(), state(map, way, it, faults));
        return refs.iter().map(own).collect();
    };
    let by_place = map.world.platform.holds(&release::LABELLED_BY_PLACE) != Some(false);
    let active = live.backend_refs.iter().filter(|it| it.weight != Some(0));
    let one = |(at, it): (usize, &HTTPBackendRef)| {
        let namespace = it.target.namespace.as_deref().unwrap_or(&route.key.namespace);
        let there = Key::new(Kind::Backend, namespace, &it.target.name);
        let is_pool = it.target.kind() == "InferencePool";
        let leads = |label: &RefTrace<'_>| match map.trace(&label.key) {
            _ if is_pool => label.pool.is_some() && label.key.name == it.target.name,
            Some(trace) => trace.reference.key == there,
            None => false,
        };
        let own = if by_place { None } else { refs.iter().find(|it| leads(it)) };
        let label = own.or_else(|| refs.get(at)).copied();
        let state = match label {
            Some(label) if leads(label) => state(map, way, label, faults),
            _ if is_pool => State::Pool,
            _ => elsewhere(map, way, &there, label, faults),
        };
        leg(map, label, it.weight.unwrap_or(1), state)
    };
    active.enumerate().map(one).collect()
}

fn leg<'t>(map: &'t Map<'t>, label: Option<&'t RefTrace<'t>>, weight: i64, state: State<'t>) -> Leg<'t> {
    Leg { label, who: label.and_then(|it| map.trace(&it.key)), weight, state }
}

fn state<'t>(map: &'t Map<'t>, way: &Way<'_>, label: &RefTrace<'_>, faults: &Faults<'_>) -> State<'t> {
    if let Some(pool) = &label.pool {
        let missing = pool.is_absent();
        return if missing { State::Invalid(faults.missing(&label.key)) } else { State::Pool };
    }
    match map.trace(&label.key) {
        Some(trace) => of(way, trace, faults),
        None => unknown(label, faults),
    }
}

fn of<'t>(way: &Way<'_>, trace: &'t Trace<'t>, faults: &Faults<'_>) -> State<'t> {
    let key = &trace.backend.key();
    if let Some(codes) = faults.invalid(key) {
        State::Invalid(codes)
    } else if let Some(codes) = faults.empty(key) {
        State::Empty(codes)
    } else if let Some(codes) = faults.unresolved(key) {
        State::Unresolved(codes)
    } else if trace.tls.is_unverifiable() {
        State::Invalid(faults.of_provider(way, key))
    } else {
        State::Fine(trace)
    }
}

/// A reference without an AIServiceBackend.
fn unknown<'t>(label: &RefTrace<'_>, faults: &Faults<'_>) -> State<'t> {
    match &label.backend {
        Lookup::Absent if label.key.kind == Kind::AIServiceBackend => {
            State::Missing(faults.missing(&label.key))
        }
        Lookup::Absent | Lookup::Unreadable(_) | Lookup::Found(_) => {
            State::Unseen(format!("{} could not be read", label.key))
        }
    }
}

/// A Backend that is not the label's own.
fn elsewhere<'t>(
    map: &'t Map<'t>,
    way: &Way<'_>,
    there: &Key,
    label: Option<&RefTrace<'_>>,
    faults: &Faults<'_>,
) -> State<'t> {
    let lost = label.filter(|it| map.trace(&it.key).is_none()).map(|it| unknown(it, faults));
    let found = map.traces.iter().find(|it| it.reference.key == *there).map(|it| of(way, it, faults));
    let absent = map.world.cluster.backends.get(&there.namespace, &there.name).is_absent();
    match (found, lost) {
        (Some(State::Fine(_)), Some(lost)) => lost,
        (Some(State::Fine(_)), None) if label.is_none() => {
            State::Unseen(format!("the AIGatewayRoute has no backend in the place of {there}"))
        }
        (Some(state), _) => state,
        (None, Some(State::Missing(codes))) if absent => State::Invalid(codes),
        (None, Some(lost)) => lost,
        (None, None) if absent => State::Invalid(vec![]),
        (None, None) => {
            State::Unseen(format!("the HTTPRoute still names {there}, and no AIServiceBackend does"))
        }
    }
}

/// Whether each leg gets a cluster of its own: then priorities are not honoured.
pub(super) fn is_split(legs: &[Leg<'_>]) -> bool {
    let broken = legs.iter().any(|it| matches!(it.state, State::Invalid(_) | State::Empty(_)));
    let ips = legs.iter().filter(|it| it.is_ip()).count();
    broken || ips > 0 && ips < legs.len()
}

/// The share of the requests that each leg gets.
#[allow(
    clippy::cast_precision_loss,
    reason = "weights are at most a million, but for files that no server takes"
)]
pub(super) fn shares(legs: &[Leg<'_>]) -> Vec<f64> {
    let first = legs.iter().map(Leg::priority).min().unwrap_or_default();
    let split = is_split(legs);
    let weight = |it: &Leg<'_>| if split || it.priority() == first { it.weight as f64 } else { 0.0 };
    let total: f64 = legs.iter().map(weight).sum();
    legs.iter().map(|it| weight(it) / total.max(1.0)).collect()
}
