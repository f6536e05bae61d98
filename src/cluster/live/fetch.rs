//! The second round: what the lists refer to, by name, each thing once.

use std::collections::BTreeSet;

use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream};

use super::{
    AT_ONCE, Scope, SecretsMode,
    api::Api,
    list::{Groups, Listed, Which, list},
    lists::{Got, get, slices, store_parts},
    wanted::{self, Depth, Wanted},
};
use crate::{
    cluster::Cluster,
    model::{Key, Kind, names},
};

/// Rounds at most: a second one only where the first found something that leads further.
const ROUNDS: usize = 3;

enum Answer {
    Got(Got),
    Parts(Vec<Listed>),
    Secrets(Box<Listed>),
}

/// Reads what is referred to.
pub(super) async fn read(api: &Api, cluster: &mut Cluster, scope: &Scope) {
    let mode = scope.secrets;
    let mut done: BTreeSet<Key> = BTreeSet::new();
    // read with the lists
    done.insert(Key::new(Kind::ConfigMap, names::ENVOY_GATEWAY_NAMESPACE, names::ENVOY_GATEWAY_CONFIG));
    let mut sliced: BTreeSet<(String, String)> = BTreeSet::new();
    let mut searched: BTreeSet<String> = BTreeSet::new();
    for _ in 0..ROUNDS {
        let mut wanted = wanted::of(cluster);
        if let Some(overlay) = &scope.overlay {
            wanted.also(wanted::of(&overlay.lay(cluster).cluster));
            wanted.all(overlay.keys().filter(|key| key.kind.is_read_by_name()));
        }
        wanted.objects.retain(|key, _| !done.contains(key));
        if mode == SecretsMode::None {
            wanted.objects.retain(|key, _| key.kind != Kind::Secret);
        }
        let fresh = |ns: &String, services: &BTreeSet<String>| {
            services.iter().any(|service| !sliced.contains(&(ns.clone(), service.clone())))
        };
        wanted.slices.retain(|namespace, services| fresh(namespace, services));
        wanted.services.retain(|namespace| !searched.contains(namespace));
        if wanted.objects.is_empty() && wanted.slices.is_empty() && wanted.services.is_empty() {
            return;
        }
        api.step(&format!("{} objects that are referred to", wanted.objects.len()));
        let groups = Groups::new();
        let tasks = tasks(api, &groups, &wanted, mode);
        let answers: Vec<Answer> = stream::iter(tasks).buffer_unordered(AT_ONCE).collect().await;
        for answer in answers {
            match answer {
                Answer::Got(got) => got.store(cluster),
                Answer::Parts(mut parts) => store_parts(&mut parts, cluster),
                Answer::Secrets(mut listed) => listed.store(cluster),
            }
        }
        done.extend(wanted.objects.into_keys());
        searched.append(&mut wanted.services);
        sliced.extend(
            wanted.slices.into_iter().flat_map(|(ns, all)| all.into_iter().map(move |it| (ns.clone(), it))),
        );
    }
}

fn tasks<'a>(
    api: &'a Api,
    groups: &'a Groups,
    wanted: &Wanted,
    mode: SecretsMode,
) -> Vec<BoxFuture<'a, Answer>> {
    let mut tasks: Vec<BoxFuture<'a, Answer>> = vec![];
    let mut secrets: BTreeSet<&str> = BTreeSet::new();
    for (key, depth) in &wanted.objects {
        // what is only asked for its existence is never listed: a list would bring its content along
        if key.kind == Kind::Secret && mode == SecretsMode::List && *depth == Depth::Whole {
            secrets.insert(&key.namespace);
        } else {
            tasks.push(get(api, key.clone(), *depth == Depth::Metadata).map(Answer::Got).boxed());
        }
    }
    for namespace in secrets {
        let which = Which { namespace: Some(namespace.to_owned()), labels: None };
        let listing = list(api, groups, Kind::Secret, which);
        tasks.push(listing.map(|it| Answer::Secrets(Box::new(it))).boxed());
    }
    for (namespace, services) in &wanted.slices {
        let services = services.iter().cloned().collect();
        tasks.push(slices(api, namespace.clone(), services).map(Answer::Parts).boxed());
    }
    for namespace in &wanted.services {
        let which = Which { namespace: Some(namespace.clone()), labels: None };
        tasks.push(list(api, groups, Kind::Service, which).map(|it| Answer::Parts(vec![it])).boxed());
    }
    tasks
}
