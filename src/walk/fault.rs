//! What findings mean for a request: the rules say what is wrong, this table says what the data plane does of it.

use super::{
    doubt::{Way, concerns},
    unrouted::hits,
};
use crate::{
    model::Key,
    rules::{Finding, Related},
    trace::{Address, GatewayTrace, RouteTrace, Trace, World},
};

/// Envoy Gateway refuses the reference: a direct response, or a share of the requests that fails.
const INVALID: [&str; 18] = [
    "AIB101", "AIB103", "AIB104", "AIB201", "AIB202", "AIB203", "AIB204", "AIB214", "AIB215", "AIB221",
    "AIB301", "AIB309", "AIB311", "AIB314", "AIB317", "AIB323", "AIB324", "AIB703",
];
/// AI Gateway leaves the backend out of ext_proc's configuration: 500 with an empty body.
const SKIPPED: [&str; 7] = ["AIB401", "AIB402", "AIB407", "AIB408", "AIB412", "AIB418", "AIB419"];
/// Envoy rejects its TLS settings, or the handshake: 503.
const HANDSHAKE: [&str; 3] = ["AIB312", "AIB313", "AIB319"];
/// Envoy Gateway sends Envoy nothing any more for the whole Gateway.
const FROZEN: [&str; 2] = ["AIB206", "AIB716"];
/// ext_proc refuses its configuration or gets none: 500 with an empty body for the whole Gateway.
const BLOCKED: [&str; 6] = ["AIB404", "AIB704", "AIB710", "AIB713", "AIB717", "AIB719"];
/// ext_proc is not asked at all, so no rule sees a model.
const NOT_PROCESSED: [&str; 2] = ["AIB701", "AIB702"];
/// The HTTPRoute is not there, or the API server refuses it.
pub(super) const UNPUBLISHED: [&str; 2] = ["AIB603", "AIB618"];
/// No controller makes an HTTPRoute.
pub(super) const UNSEEN: [&str; 2] = ["AIB708", "AIB715"];
/// No Envoy runs for the Gateway.
const NO_ENVOY: [&str; 3] = ["AIB623", "AIB624", "AIB625"];

/// The findings, asked by what they do.
#[derive(Clone, Copy)]
pub(super) struct Faults<'a> {
    pub(super) findings: &'a [Finding],
}

type Codes = Option<Vec<&'static str>>;

impl Faults<'_> {
    pub(super) fn codes(&self, of: &[&str], is_it: impl Fn(&Finding) -> bool) -> Codes {
        let mut codes: Vec<&'static str> = self
            .findings
            .iter()
            .filter(|it| of.contains(&it.rule.code) && is_it(it))
            .map(|it| it.rule.code)
            .collect();
        codes.dedup();
        (!codes.is_empty()).then_some(codes)
    }

    pub(super) fn nothing_listens(&self, gateway: &GatewayTrace<'_>) -> Codes {
        self.codes(&NO_ENVOY, |it| it.object == gateway.key || it.object == gateway.class_key)
    }

    pub(super) fn frozen(&self, gateway: &GatewayTrace<'_>, world: &World<'_>) -> Codes {
        self.hits(&FROZEN, world, gateway)
    }

    pub(super) fn gateway_blocked(&self, world: &World<'_>, gateway: &GatewayTrace<'_>) -> Codes {
        // out of sight, a pod may still have what it got before
        let bare = || gateway.pods.iter().all(|it| it.ext_proc().is_none());
        let unseen = || self.hits(&["AIB732"], world, gateway).filter(|_| bare());
        self.hits(&BLOCKED, world, gateway).or_else(unseen)
    }

    fn hits(&self, of: &[&str], world: &World<'_>, gateway: &GatewayTrace<'_>) -> Codes {
        let there = world.backends_on(&gateway.key);
        self.codes(of, |it| there.iter().any(|backend| it.backends.contains(backend)))
    }

    pub(super) fn not_processed(&self) -> Codes {
        self.codes(&NOT_PROCESSED, |_| true)
    }

    fn of_backend(&self, of: &[&str], backend: &Key) -> Codes {
        let id = (backend.namespace.clone(), backend.name.clone());
        self.codes(of, |it| it.backends.contains(&id))
    }

    pub(super) fn invalid(&self, backend: &Key) -> Codes {
        self.of_backend(&INVALID, backend)
    }

    pub(super) fn empty(&self, backend: &Key) -> Codes {
        self.of_backend(&["AIB205"], backend)
    }

    pub(super) fn unresolved(&self, backend: &Key) -> Codes {
        self.of_backend(&["AIB211"], backend)
    }

    pub(super) fn skipped(&self, backend: &Key) -> Codes {
        self.of_backend(&SKIPPED, backend)
    }

    /// Of an AIServiceBackend or InferencePool that does not exist.
    pub(super) fn missing(&self, target: &Key) -> Vec<&'static str> {
        self.codes(&["AIB106", "AIB107"], |it| it.object == *target).unwrap_or_default()
    }

    /// Why the caller's credential does not arrive.
    pub(super) fn unauthorized(&self, backend: &Key) -> Vec<&'static str> {
        self.of_backend(&["AIB426", "AIB452"], backend).unwrap_or_default()
    }

    pub(super) fn handshake(&self, backend: &Key) -> Codes {
        self.of_backend(&HANDSHAKE, backend)
    }

    /// A policy that is invalid makes Envoy answer itself on the routes that it covers.
    pub(super) fn turned_off(&self, route: &RouteTrace<'_>) -> Codes {
        self.codes(&["AIB616"], |it| {
            let covers = |key: &Key| it.related.iter().any(|it| it.object == *key);
            let gateways = || route.parents.iter().any(|parent| covers(&parent.key));
            covers(&route.http_key) || gateways() && route.backends().all(|id| it.backends.contains(&id))
        })
    }

    /// An older AI Gateway leaves the clusters of a rule as they are: no translation, no keys.
    pub(super) fn stripped(&self, way: &Way<'_>, backend: &Key) -> Codes {
        let path = format!("/spec/rules/{}/backendRefs", way.rule);
        let explains = |it: &Related| it.object == way.route.key && it.path == path;
        let of_rule = self.codes(&["AIB220", "AIB634", "AIB644"], |it| {
            it.object == way.route.key && it.path == path || it.related.iter().any(explains)
        });
        of_rule.or_else(|| self.of_backend(&["AIB218"], backend))
    }

    /// The server shows a certificate for another name than the one that is verified.
    pub(super) fn misnamed(&self, trace: &Trace<'_>, address: &Address<'_>) -> Codes {
        let id = trace.id();
        self.codes(&["AIB303"], |it| it.backends.contains(&id) && concerns(it, trace, address))
    }

    /// Codes that explain what becomes of requests to a backend.
    pub(super) fn of_provider(&self, way: &Way<'_>, backend: &Key) -> Vec<&'static str> {
        let mut codes: Vec<&str> = self.on_way(way, backend).map(|it| it.rule.code).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    pub(super) fn listener(&self, gateway: &Key, index: usize) -> Codes {
        let path = format!("/spec/listeners/{index}/");
        self.codes(&["AIB622", "AIB650", "AIB651", "AIB652"], |it| {
            it.object == *gateway && it.path.starts_with(&path)
        })
    }

    pub(super) fn too_large(&self, backends: &[(String, String)]) -> Vec<&'static str> {
        let hits = |it: &Finding| backends.iter().any(|backend| it.backends.contains(backend));
        self.codes(&["AIB614", "AIB615"], hits).unwrap_or_default()
    }

    /// Whether Envoy Gateway gets an HTTPRoute: one broken reference keeps AI Gateway from making it.
    pub(super) fn publishes(&self, route: &RouteTrace<'_>) -> bool {
        let of_route = |it: &Finding| it.object == route.key || it.object == route.http_key;
        let refused = || {
            let unseen = || self.codes(&UNSEEN, |it| hits(it, route)).filter(|_| route.http.is_absent());
            self.codes(&UNPUBLISHED, of_route).or_else(unseen)
        };
        route.http.found().is_some() || route.in_force().is_some() && refused().is_none()
    }
}
