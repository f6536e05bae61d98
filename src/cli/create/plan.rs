//! What is wanted, next to what is there.

use serde_json::Value;

use crate::{
    cli::failure::Failure,
    cluster::{Cluster, Lookup, Why},
    manifest::{Manifest, RouteWanted, Wanted, shared, widened},
    model::{AIGatewayRoute, Key, Kind, Resource as _},
    trace::{Grant, Permission},
};

/// An object, and how much of it is this run's.
pub(super) struct Planned {
    pub manifest: Manifest,
    pub part: Part,
}

/// How much of an object is this run's.
pub(super) enum Part {
    /// All that it says.
    Whole,
    /// What this JSON patch adds to an object that is there.
    More(Value),
    /// Nothing: it is there, and says what it should.
    Nothing,
}

/// The objects as this cluster needs them: in versions that it serves, without grants that are given already; and a route
/// or a policy that is there, with what is added to it.
pub(super) fn planned(wanted: &Wanted, live: &Cluster) -> Result<Vec<Planned>, Failure> {
    refers_to_what_is_there(wanted, live)?;
    let mut all = vec![];
    for manifest in wanted.manifests() {
        let kind = manifest.key.kind;
        if live.unread(kind).iter().any(|(_, _, why)| *why == Why::NotInstalled) {
            return Err(Failure::new(format!("this cluster serves no {}", kind.resource()))
                .help(format!("its CRD: kubectl get crd {}", kind.resource())));
        }
        let there = alive(&manifest.key, live)?;
        let route = wanted.route.as_ref().filter(|_| kind == Kind::AIGatewayRoute);
        match route.zip(there) {
            _ if is_given(wanted, &manifest, live) => {}
            Some((route, there)) => {
                let patch = widened(wanted, route, &there);
                all.push(extended(&manifest.key, there, patch));
            }
            None => {
                let manifest = manifest.in_version(live.api_version(kind));
                all.push(Planned { manifest, part: Part::Whole });
            }
        }
    }
    if let Some(key) = wanted.shared_policy() {
        let there = alive(&key, live)?.ok_or_else(|| {
            Failure::new(format!("no {key}"))
                .help(format!("what there is: kubectl get backendsecuritypolicies -n {}", key.namespace))
        })?;
        let patch = shared(wanted, &there);
        all.push(extended(&key, there, patch));
    }
    Ok(all)
}

/// An object that is there, and is there to stay.
fn alive(key: &Key, live: &Cluster) -> Result<Option<Value>, Failure> {
    let there = live.original(key);
    if there.as_ref().is_some_and(|it| it.pointer("/metadata/deletionTimestamp").is_some()) {
        return Err(Failure::new(format!("{key} is being deleted")).help(format!(
            "what keeps it: kubectl -n {} get {} {} -o jsonpath='{{.metadata.finalizers}}'",
            key.namespace,
            key.kind.resource(),
            key.name
        )));
    }
    Ok(there)
}

fn refers_to_what_is_there(wanted: &Wanted, live: &Cluster) -> Result<(), Failure> {
    let key = wanted.key(Kind::AIServiceBackend);
    if wanted.backend.is_none() {
        alive(&key, live)?;
        if live.ai_service_backends.get(&key.namespace, &key.name).is_absent() {
            return Err(Failure::new(format!("no {key} to route to"))
                .help("make it at the same time: --provider P, --service NAME:PORT or --host H")
                .help(format!("what there is: kubectl get aiservicebackends -n {}", key.namespace)));
        }
    }
    let Some(route) = &wanted.route else { return Ok(()) };
    match live.ai_gateway_routes.get(&route.namespace, &route.name) {
        Lookup::Found(there) => is_parent(route, there),
        Lookup::Absent => has_gateway(route, live),
        Lookup::Unreadable(why) => Err(Failure::new(format!(
            "whether there is an AIGatewayRoute {}/{} is not known: {why}",
            route.namespace, route.name
        ))
        .help(format!("kubectl auth can-i list aigatewayroutes -n {}", route.namespace))),
    }
}

/// A route that is there keeps its Gateways.
fn is_parent(route: &RouteWanted, there: &AIGatewayRoute) -> Result<(), Failure> {
    let (namespace, name) = &route.gateway;
    let own = &there.meta.namespace;
    let mut parents =
        there.spec.parent_refs.iter().map(|it| (it.namespace.as_ref().unwrap_or(own), &it.name));
    if name.is_empty() || parents.any(|it| it == (namespace, name)) {
        return Ok(());
    }
    Err(Failure::new(format!("{} is there already, and not for Gateway {namespace}/{name}", there.key()))
        .help("leave --gateway out to extend it, or take another --route"))
}

fn has_gateway(route: &RouteWanted, live: &Cluster) -> Result<(), Failure> {
    let (namespace, name) = &route.gateway;
    let failure = if name.is_empty() {
        Failure::new(format!("a new route is for a Gateway: --gateway is missing for {}", route.name))
    } else if live.gateways.get(namespace, name).is_absent() {
        Failure::new(format!("no Gateway {namespace}/{name}"))
    } else {
        return Ok(());
    };
    let there: Vec<String> = live.gateways.iter().map(|it| it.key().path()).collect();
    Err(failure.help(if there.is_empty() {
        "what there is: kubectl get gateways -A".to_owned()
    } else {
        format!("there are: {}", there.join(", "))
    }))
}

/// Whether a grant is not needed, as others give what it would.
fn is_given(wanted: &Wanted, manifest: &Manifest, live: &Cluster) -> bool {
    let Some(route) = wanted.route.as_ref().filter(|_| manifest.key.kind == Kind::ReferenceGrant) else {
        return false;
    };
    let from = manifest.json.pointer("/spec/from/0/kind");
    let grants = [Grant::RouteToBackend, Grant::HttpRouteToBackend];
    let grant = grants.into_iter().find(|it| from.is_some_and(|from| from == it.from().1.info().name));
    let permission = |it: Grant| it.check(live, &route.namespace, &wanted.namespace, &wanted.name);
    grant.is_some_and(|it| permission(it) == Permission::Given)
}

/// An object that is there with what a patch adds.
fn extended(key: &Key, mut there: Value, patch: Option<Value>) -> Planned {
    let part = patch.map_or(Part::Nothing, |patch| {
        // the server has the last word, and its rehearsal comes before anything is written
        if let Ok(operations) = serde_json::from_value::<json_patch::Patch>(patch.clone()) {
            let _ = json_patch::patch(&mut there, &operations);
        }
        Part::More(patch)
    });
    Planned { manifest: Manifest::of(key.clone(), there), part }
}

/// Objects of the backend's name from before that this run does not make, and that count all the same.
pub(super) fn left_over(wanted: &Wanted, live: &Cluster) -> Vec<Key> {
    let made = wanted.manifests();
    let kinds = [Kind::BackendTLSPolicy, Kind::BackendSecurityPolicy].map(|it| wanted.key(it));
    let is_old =
        |key: &Key| wanted.backend.is_some() && live.has(key) && !made.iter().any(|it| it.key == *key);
    kinds.into_iter().filter(is_old).collect()
}
