//! Fields that are dropped, as the release that reads them does not know them: which, why, and what was meant.
#![allow(clippy::wildcard_enum_match_arm)] // most kinds are about no backend in particular

use super::{Draft, Fix, near::nearest};
use crate::{
    cluster::{self, Stranger},
    model::{
        Fields, Key, Kind,
        fields::{Product, dotted},
    },
    trace::{RouteTrace, Version, World},
};

/// A field that is dropped.
pub(super) struct Lost<'a> {
    pub key: &'a Key,
    pub field: &'a Stranger,
    fields: &'static Fields,
    why: Why,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// No release that is known here has it.
    Unknown,
    /// Not since this release.
    Gone(&'static str),
    /// Not before this release, and an older one is installed.
    NotYet(&'static str),
    /// The API version lacks it.
    NotIn(&'static str),
    /// The API server's own schema lacks it, whatever release that is of.
    Unserved,
    /// Known today, and yet not there.
    Missing,
}

/// Where a field went, and what is lost with it.
struct Move {
    kind: Kind,
    field: &'static str,
    fix: &'static str,
    loss: &'static str,
}

const MOVES: [Move; 7] = [
    Move {
        kind: Kind::AIServiceBackend,
        field: "spec.timeouts",
        fix: "set `timeouts` in the rules of the AIGatewayRoute instead",
        loss: "the timeout of the route's rule counts, 60s where it has none",
    },
    Move {
        kind: Kind::AIServiceBackend,
        field: "spec.backendSecurityPolicyRef",
        fix: "name the AIServiceBackend in `targetRefs` of the BackendSecurityPolicy instead",
        loss: "the policy does not apply by this",
    },
    Move {
        kind: Kind::AIGatewayRoute,
        field: "spec.targetRefs",
        fix: "name the Gateways in `parentRefs` instead",
        loss: "the route is on no Gateway by this, and clients get 404",
    },
    Move {
        kind: Kind::AIGatewayRoute,
        field: "spec.schema",
        fix: "take it out",
        loss: "nothing, as the path of a request says which API it speaks",
    },
    Move {
        kind: Kind::AIGatewayRoute,
        field: "spec.filterConfig",
        fix: "set `extProc.kubernetes` of a GatewayConfig instead",
        loss: "the external processor runs with its default resources",
    },
    Move {
        kind: Kind::EnvoyProxy,
        field: "spec.provider.kubernetes.envoyDeployment.pod.serviceAccountName",
        fix: "set `spec.provider.kubernetes.envoyServiceAccount.name` instead",
        loss: "Envoy runs under its own ServiceAccount, without the rights and the identity of that one",
    },
    Move {
        kind: Kind::EnvoyProxy,
        field: "spec.provider.kubernetes.envoyDaemonSet.pod.serviceAccountName",
        fix: "set `spec.provider.kubernetes.envoyServiceAccount.name` instead",
        loss: "Envoy runs under its own ServiceAccount, without the rights and the identity of that one",
    },
];

/// What happens without a field, where the release is older than it.
const NEWER: [(Kind, &str, &str); 8] = [
    (Kind::AIServiceBackend, "spec.schema.prefix", "paths do not begin with it, 404 if the server needs it"),
    (Kind::AIServiceBackend, "spec.headerMutation", "the headers of requests stay as they are"),
    (Kind::AIServiceBackend, "spec.bodyMutation", "the bodies of requests stay as they are"),
    (
        Kind::BackendSecurityPolicy,
        "spec.credentialOverride",
        "every request has the configured credential, whoever sends it",
    ),
    (Kind::AIGatewayRoute, "spec.hostnames", "the route takes requests for every host of its listeners"),
    (Kind::AIGatewayRoute, "spec.rules.streamIdleTimeout", "a stream that stands still is not cut off"),
    (
        Kind::AIGatewayRoute,
        "spec.rules.backendRefs.headerMutation",
        "the headers of requests stay as they are",
    ),
    (Kind::AIGatewayRoute, "spec.rules.backendRefs.bodyMutation", "the bodies of requests stay as they are"),
];

/// The fields that are certainly dropped of objects of some kinds, the topmost of each.
pub(super) fn all<'a>(world: &'a World<'_>, kinds: &[Kind]) -> Vec<Lost<'a>> {
    let mut lost: Vec<Lost<'a>> = vec![];
    for (key, strangers) in world.cluster.strangers.iter().filter(|(key, _)| kinds.contains(&key.kind)) {
        let Some(fields) = Fields::of(key.kind) else { continue };
        for field in strangers {
            let is_below = |above: &Lost<'_>| {
                let rest = field.pointer.strip_prefix(&above.field.pointer);
                above.key == key && rest.is_some_and(|it| it.starts_with('/'))
            };
            if lost.last().is_some_and(is_below) {
                continue;
            }
            if let Some(why) = why(world, fields, field) {
                lost.push(Lost { key, field, fields, why });
            }
        }
    }
    lost
}

/// Why a field is dropped; `None` where it is not, or where that cannot be told.
fn why(world: &World<'_>, fields: &Fields, field: &Stranger) -> Option<Why> {
    let installed = installed(world, fields.product);
    // files that hold no controller are for any release; a cluster has one, even if it may not be read
    let any = matches!(world.cluster.deployments.gap(), None | Some(cluster::Why::NotFetched));
    let why = known_why(installed, fields, field).filter(|_| installed.is_some() || any || field.unserved);
    if field.stored {
        return why.filter(|it| matches!(it, Why::NotYet(_)));
    }
    let why = why.or(field.unserved.then_some(Why::Unserved));
    // what was sent and is not there is lost for certain
    why.or(field.dropped.then_some(Why::Missing))
}

/// Why a release drops a field, or, without one, those that are known here.
fn known_why(installed: Option<Version>, fields: &Fields, field: &Stranger) -> Option<Why> {
    let at_least =
        |version: &str| installed.zip(version.parse().ok()).map(|(it, least): (_, Version)| it >= least);
    let Some(known) = fields.get(&field.pointer) else {
        let (first, last) = fields.releases;
        let newer = installed.zip(last.parse().ok()).is_some_and(|(it, last): (_, Version)| {
            // Gateway API comes with Envoy Gateway, whose releases are known up to here
            let last = if fields.product == Product::GatewayApi { Version(1, 9, 0) } else { last };
            (it.0, it.1) > (last.0, last.1)
        });
        let older = fields.product != Product::GatewayApi && at_least(first) == Some(false);
        return (!newer && !older).then_some(Why::Unknown);
    };
    let version = field.api_version.rsplit('/').next();
    match (known.gone, known.since, known.not_in) {
        (Some(gone), ..) => (at_least(gone) != Some(false)).then_some(Why::Gone(gone)),
        (_, _, Some(lacks)) if version == Some(lacks) => Some(Why::NotIn(lacks)),
        (_, Some(since), _) if at_least(since) == Some(false) => Some(Why::NotYet(since)),
        _ => None,
    }
}

fn installed(world: &World<'_>, product: Product) -> Option<Version> {
    match product {
        Product::AiGateway => world.platform.ai_gateway_version,
        Product::EnvoyGateway | Product::GatewayApi => world.platform.envoy_gateway_version,
    }
}

impl Lost<'_> {
    /// The finding of this field.
    pub(super) fn draft(&self, world: &World<'_>) -> Draft {
        let moved =
            MOVES.iter().find(|it| it.kind == self.key.kind && it.field == dotted(&self.field.pointer));
        let newer = NEWER.iter().find(|(kind, field, _)| {
            *kind == self.key.kind
                && *field == dotted(&self.field.pointer)
                && matches!(self.why, Why::NotYet(_))
        });
        let loss = moved.map(|it| it.loss).or(newer.map(|it| it.2)).unwrap_or("what it says is not in force");
        let effect = if self.field.stored {
            format!("its CRD is newer than the controller, which does not read it: {loss}")
        } else if self.field.dropped {
            format!("it was dropped in silence: {loss}")
        } else {
            format!("a strict client refuses the object, any other drops the field in silence: {loss}")
        };
        let fix = moved.map_or_else(|| self.fix(world), |it| it.fix.to_owned());
        Draft::at(self.key.clone(), self.field.pointer.clone(), self.message(world))
            .effect(effect)
            .hits(hits(world, self.key))
            .fix(Fix::manual(fix))
    }

    fn message(&self, world: &World<'_>) -> String {
        let (key, name) = (self.key, dotted(&self.field.pointer));
        let product = match self.fields.product {
            Product::AiGateway => "AI Gateway",
            Product::EnvoyGateway => "Envoy Gateway",
            Product::GatewayApi => "Gateway API",
        };
        let installed =
            installed(world, self.fields.product).filter(|_| self.fields.product != Product::GatewayApi);
        let (first, last) = self.fields.releases;
        let who = match (self.why, installed) {
            (Why::Unknown, Some(version)) => format!("a field that {product} {version} does not know"),
            (Why::Unknown, None) => format!("a field that no {product} from {first} to {last} knows"),
            (Why::Gone(gone), _) => format!("a field that {product} has not known since {gone}"),
            (Why::NotYet(since), Some(version)) => {
                format!("a field that {product} knows since {since}, and {version} is installed")
            }
            (Why::NotYet(since), None) => format!("a field that {product} knows since {since}"),
            (Why::Unserved, _) => "a field that the CRD in this cluster lacks".to_owned(),
            (Why::NotIn(version), _) => format!("a field that API version {version} lacks"),
            (Why::Missing, _) => return format!("{key} was applied with `{name}` and is stored without it"),
        };
        if self.field.dropped {
            format!("{key} was applied with `{name}`, {who}, and is stored without it")
        } else {
            format!("{key} has `{name}`, {who}")
        }
    }

    /// What to do about a field that has not moved.
    fn fix(&self, world: &World<'_>) -> String {
        let (_, last) = self.fields.releases;
        match self.why {
            Why::NotYet(since) => format!("upgrade to {since} or later, or take it out"),
            Why::NotIn(_) => format!("write the object as `{}`", self.key.kind.api_version()),
            Why::Missing => format!("apply the object again, as `{}`", self.key.kind.api_version()),
            Why::Unserved if self.fields.get(&self.field.pointer).is_some() => {
                "apply the CRDs of a release that knows it, or take it out".to_owned()
            }
            Why::Unknown | Why::Gone(_) | Why::Unserved => {
                let name = self.field.pointer.rsplit('/').next().unwrap_or_default();
                if let Some(near) = nearest(name, self.fields.beside(&self.field.pointer)) {
                    return format!("write it `{near}`");
                }
                if let [place] = self.fields.places(name).as_slice() {
                    return format!("write it where it belongs: `{place}`");
                }
                let say = match self.fields.product {
                    Product::AiGateway => "aigw",
                    Product::EnvoyGateway | Product::GatewayApi => "eg",
                };
                match installed(world, self.fields.product) {
                    Some(_) => "take it out".to_owned(),
                    None => format!(
                        "take it out; if a release newer than {last} is installed: --assume-version {say}=V"
                    ),
                }
            }
        }
    }
}

/// Backends that an object is about, as far as it says so itself or they do.
fn hits(world: &World<'_>, key: &Key) -> Vec<(String, String)> {
    let (namespace, name) = (&key.namespace, &key.name);
    if key.kind == Kind::AIGatewayRoute {
        let route = world.routes.iter().find(|it| it.key == *key);
        return route.into_iter().flat_map(RouteTrace::backends).collect();
    }
    if key.kind == Kind::Gateway {
        return world.backends_on(key);
    }
    let cluster = world.cluster;
    match key.kind {
        Kind::AIServiceBackend => {
            let own = cluster.ai_service_backends.get(namespace, name).found();
            own.into_iter().map(|_| (namespace.clone(), name.clone())).collect()
        }
        Kind::Backend => {
            let is_named = |it: &&(String, String)| {
                let from = cluster.ai_service_backends.get(&it.0, &it.1).found();
                from.is_some_and(|it| it.spec.backend_ref.kind() == "Backend")
            };
            world.in_front_of(key).iter().filter(is_named).cloned().collect()
        }
        Kind::BackendSecurityPolicy => {
            let policy = cluster.backend_security_policies.get(namespace, name).found();
            let targets = policy.into_iter().flat_map(|it| &it.spec.target_refs);
            let named: Vec<&str> =
                targets.filter(|it| it.kind() == "AIServiceBackend").map(|it| it.name.as_str()).collect();
            let local = cluster.ai_service_backends.in_namespace(namespace).items.into_iter();
            let hit = local.filter(|it| named.contains(&it.meta.name.as_str()));
            hit.map(|it| (it.meta.namespace.clone(), it.meta.name.clone())).collect()
        }
        _ => vec![],
    }
}
