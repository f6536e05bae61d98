//! The first round: every kind at once, over the whole cluster where that is permitted.

use std::{collections::BTreeSet, panic::resume_unwind, sync::Arc};

use futures::{StreamExt as _, TryFutureExt as _, future::join_all, stream};
use kube::core::Request;

use super::{
    AT_ONCE, Failure,
    api::{Api, Refusal},
    list::{End, Groups, Listed, Which, list},
};
use crate::{
    cluster::{Cluster, Coverage, Rejected, Why},
    model::{
        Key, Kind,
        names::{ENVOY_GATEWAY_CONFIG, ENVOY_GATEWAY_NAMESPACE},
    },
};

/// AI Gateway's namespace by its chart.
const AI_GATEWAY: &str = "envoy-ai-gateway-system";
/// Envoy's pods, wherever they are.
const ENVOY_PODS: &str = "app.kubernetes.io/managed-by=envoy-gateway,app.kubernetes.io/component=proxy";
/// The controllers, where their charts put them elsewhere.
const CONTROLLERS: &str = "app.kubernetes.io/name in (gateway-helm,ai-gateway-helm,ai-gateway-controller)";

/// Namespaces that are looked into one by one at most.
const NAMESPACES: usize = 50;
/// How often a namespace may lead to another one.
const STEPS: usize = 5;

/// Reads all lists. `namespace` is the one that is asked for; `None` means all.
pub(super) async fn read(
    api: &Arc<Api>,
    cluster: &mut Cluster,
    namespace: Option<&str>,
    effective: &str,
) -> Result<(), Failure> {
    let groups = Arc::new(Groups::new());
    let kinds = Kind::all().filter(|kind| !kind.info().core || *kind == Kind::MutatingWebhookConfiguration);
    // each a task of its own: decoding large ones keeps all cores busy
    let whole = kinds.map(|kind| {
        let (api, groups) = (Arc::clone(api), Arc::clone(&groups));
        let list = async move { list(&api, &groups, kind, which(kind, None)).await };
        tokio::spawn(list).unwrap_or_else(|ended| resume_unwind(ended.into_panic()))
    });
    let pods = list(api, &groups, Kind::Pod, which(Kind::Pod, None));
    let deployments = [
        Which { namespace: Some(ENVOY_GATEWAY_NAMESPACE.to_owned()), labels: None },
        Which { namespace: Some(AI_GATEWAY.to_owned()), labels: None },
        Which { namespace: None, labels: Some(CONTROLLERS.to_owned()) },
    ];
    let deployments = deployments.into_iter().map(|which| list(api, &groups, Kind::Deployment, which));
    let (mut lists, mut pods, mut deployments, config) = tokio::join!(
        join_all(whole),
        pods,
        join_all(deployments),
        get(api, Key::new(Kind::ConfigMap, ENVOY_GATEWAY_NAMESPACE, ENVOY_GATEWAY_CONFIG), false),
    );
    let mut narrow = vec![];
    for listed in lists.iter_mut().chain([&mut pods]) {
        listed.store(cluster);
        let forbidden = listed.end.as_ref().is_err_and(End::is_forbidden);
        if forbidden && listed.kind.is_namespaced() {
            narrow.push(listed.kind);
        }
    }
    for listed in &mut deployments {
        listed.store(cluster);
    }
    config.store(cluster);
    judge(api, lists.into_iter().find(|it| it.kind == Kind::AIServiceBackend), namespace)?;
    namespaces(api, &groups, cluster, &narrow, namespace, effective).await
}

fn which(kind: Kind, namespace: Option<String>) -> Which {
    Which { namespace, labels: (kind == Kind::Pod).then(|| ENVOY_PODS.to_owned()) }
}

/// Without AIServiceBackends there is nothing to tell. A 403 is final only where no namespace is left to try.
fn judge(api: &Api, backends: Option<Listed>, namespace: Option<&str>) -> Result<(), Failure> {
    let Some(Listed { end: Err(end), which, .. }) = backends else { return Ok(()) };
    match end {
        End::Refused(Refusal::Forbidden(_)) if which.namespace.is_none() && namespace.is_some() => Ok(()),
        End::Refused(refusal) => Err(refusal.failure(api.url(), namespace)),
        End::NotInstalled => Err(Failure::NotInstalled { url: api.url().to_owned() }),
    }
}

/// What may not be listed over the whole cluster is listed in the namespaces in question: the one that is asked for, and
/// those that objects read so far refer to, until these lead no further.
async fn namespaces(
    api: &Api,
    groups: &Groups,
    cluster: &mut Cluster,
    kinds: &[Kind],
    namespace: Option<&str>,
    effective: &str,
) -> Result<(), Failure> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut next = BTreeSet::from([effective.to_owned()]);
    for _ in 0..STEPS {
        if kinds.is_empty() || next.is_empty() {
            break;
        }
        api.step(&format!("namespaces {}", next.iter().cloned().collect::<Vec<_>>().join(", ")));
        let mut pairs: Vec<(Kind, String)> =
            next.iter().flat_map(|namespace| kinds.iter().map(|kind| (*kind, namespace.clone()))).collect();
        if seen.is_empty() && kinds.contains(&Kind::Pod) && effective != ENVOY_GATEWAY_NAMESPACE {
            pairs.push((Kind::Pod, ENVOY_GATEWAY_NAMESPACE.to_owned()));
        }
        let lists = pairs.into_iter().map(|(kind, at)| list(api, groups, kind, which(kind, Some(at))));
        let lists: Vec<Listed> = stream::iter(lists).buffer_unordered(AT_ONCE).collect().await;
        for mut listed in lists {
            listed.store(cluster);
            let asked_for = listed.which.namespace.as_deref() == namespace;
            if asked_for && listed.kind == Kind::AIServiceBackend {
                judge(api, Some(listed), namespace)?;
            }
        }
        seen.append(&mut next);
        next = mentioned(cluster).into_iter().filter(|it| !seen.contains(it)).collect();
        while seen.len() + next.len() > NAMESPACES {
            next.pop_last();
        }
    }
    Ok(())
}

/// Namespaces that objects refer to.
fn mentioned(cluster: &Cluster) -> BTreeSet<String> {
    let backends = cluster.ai_service_backends.iter().map(|it| &it.spec.backend_ref.namespace);
    let routes = cluster.ai_gateway_routes.iter().flat_map(|route| {
        let refs = route.spec.rules.iter().flat_map(|rule| &rule.backend_refs).map(|it| &it.namespace);
        refs.chain(route.spec.parent_refs.iter().map(|it| &it.namespace))
    });
    let classes = cluster
        .gateway_classes
        .iter()
        .filter_map(|it| it.spec.parameters_ref.as_ref())
        .map(|it| &it.namespace);
    backends.chain(routes).chain(classes).flatten().filter(|it| !it.is_empty()).cloned().collect()
}

/// One object, or why it is not there.
pub(super) struct Got {
    key: Key,
    answer: Result<zeroize::Zeroizing<Vec<u8>>, Refusal>,
}

/// Gets an object by name; of one that is only asked for its existence, no more than its metadata leaves the server.
pub(super) async fn get(api: &Api, key: Key, metadata: bool) -> Got {
    let info = key.kind.info();
    let version = info.versions.first().copied().unwrap_or("v1");
    let namespace = key.kind.is_namespaced().then_some(key.namespace.as_str());
    let request = Request::new(info.url(version, namespace));
    let params = kube::api::GetParams::default();
    let request =
        if metadata { request.get_metadata(&key.name, &params) } else { request.get(&key.name, &params) };
    let answer = match request {
        Ok(request) => api.get(request).await,
        Err(error) => Err(Refusal::Other(error.to_string())),
    };
    Got { key, answer }
}

impl Got {
    /// Puts the object on its shelf, or notes that there is none, or why nobody knows.
    pub(super) fn store(self, cluster: &mut Cluster) {
        let missing = match &self.answer {
            Ok(text) => {
                let mut part = cluster.part();
                match part.insert(self.key.kind, text) {
                    Ok((key, _)) if key == self.key => return cluster.absorb(part),
                    Err(Rejected::Misfit(misfit)) if text.starts_with(b"{") => {
                        Err(Why::Undecodable(misfit.to_string()))
                    }
                    Ok(_) | Err(_) => {
                        Err(Why::ServerError("the answer is another than the object".to_owned()))
                    }
                }
            }
            Err(Refusal::NotFound) => Ok(()),
            Err(refusal) => Err(refusal.why()),
        };
        cluster.note(&self.key, missing);
    }
}

/// Lists the Services of a namespace.
pub(super) async fn services(api: &Api, namespace: &str) -> Listed {
    let which = Which { namespace: Some(namespace.to_owned()), labels: None };
    list(api, &Groups::new(), Kind::Service, which).await
}

/// Lists the EndpointSlices of some Services of a namespace; other slices there are of no interest.
pub(super) async fn slices(api: &Api, namespace: String, services: Vec<String>) -> Vec<Listed> {
    let groups = Groups::new();
    // a selector is part of the URL, which has its limits
    let labels =
        services.chunks(50).map(|some| format!("kubernetes.io/service-name in ({})", some.join(",")));
    let whiches = labels.map(|labels| Which { namespace: Some(namespace.clone()), labels: Some(labels) });
    let mut all = vec![];
    for which in whiches {
        all.push(list(api, &groups, Kind::EndpointSlice, which).await);
    }
    all
}

/// Stores lists of one namespace, of which each is a part: one that failed is a hole in the whole.
pub(super) fn store_parts(parts: &mut [Listed], cluster: &mut Cluster) {
    for listed in &mut *parts {
        listed.store(cluster);
    }
    for listed in parts {
        if let (Some(namespace), Err(end)) = (&listed.which.namespace, &listed.end) {
            cluster.cover(listed.kind, Coverage::NotNamespace(namespace.clone(), end.why()));
        }
    }
}
