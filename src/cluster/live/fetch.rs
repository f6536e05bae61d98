//! The second round: what the lists refer to, by name, each thing once.

use std::collections::{BTreeMap, BTreeSet};

use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream};

use super::{
    AT_ONCE, SecretsMode,
    api::Api,
    list::{Groups, Listed, Which, list},
    lists::{Got, get, slices, store_parts},
    wanted::{self, Depth},
};
use crate::{
    cluster::Cluster,
    model::{Key, Kind},
};

/// Rounds at most: a second one only where the first found something that leads further.
const ROUNDS: usize = 3;

enum Answer {
    Got(Got),
    Slices(Vec<Listed>),
    Secrets(Box<Listed>),
}

/// Reads what is referred to.
pub(super) async fn read(api: &Api<'_>, cluster: &mut Cluster, mode: SecretsMode) {
    let mut done: BTreeSet<Key> = BTreeSet::new();
    // read with the lists
    done.insert(Key::new(Kind::ConfigMap, super::lists::ENVOY_GATEWAY, super::lists::ENVOY_GATEWAY_CONFIG));
    let mut sliced: BTreeSet<(String, String)> = BTreeSet::new();
    for _ in 0..ROUNDS {
        let mut wanted = wanted::of(cluster);
        wanted.objects.retain(|key, _| !done.contains(key));
        if mode == SecretsMode::None {
            wanted.objects.retain(|key, _| key.kind != Kind::Secret);
        }
        let fresh = |ns: &String, services: &BTreeSet<String>| {
            services.iter().any(|service| !sliced.contains(&(ns.clone(), service.clone())))
        };
        wanted.slices.retain(|namespace, services| fresh(namespace, services));
        if wanted.objects.is_empty() && wanted.slices.is_empty() {
            return;
        }
        api.step(&format!("{} objects that are referred to", wanted.objects.len()));
        let groups = Groups::new();
        let tasks = tasks(api, &groups, &wanted.objects, &wanted.slices, mode);
        let answers: Vec<Answer> = stream::iter(tasks).buffer_unordered(AT_ONCE).collect().await;
        for answer in answers {
            match answer {
                Answer::Got(got) => got.store(cluster),
                Answer::Slices(parts) => store_parts(&parts, cluster),
                Answer::Secrets(listed) => listed.store(cluster),
            }
        }
        done.extend(wanted.objects.into_keys());
        sliced.extend(
            wanted.slices.into_iter().flat_map(|(ns, all)| all.into_iter().map(move |it| (ns.clone(), it))),
        );
    }
}

fn tasks<'a>(
    api: &'a Api<'_>,
    groups: &'a Groups,
    objects: &BTreeMap<Key, Depth>,
    by_service: &BTreeMap<String, BTreeSet<String>>,
    mode: SecretsMode,
) -> Vec<BoxFuture<'a, Answer>> {
    let mut tasks: Vec<BoxFuture<'a, Answer>> = vec![];
    let mut secrets: BTreeSet<&str> = BTreeSet::new();
    for (key, depth) in objects {
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
    for (namespace, services) in by_service {
        let services = services.iter().cloned().collect();
        tasks.push(slices(api, namespace.clone(), services).map(Answer::Slices).boxed());
    }
    tasks
}
