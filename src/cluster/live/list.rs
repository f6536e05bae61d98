//! One kind: its pages, and the version under which it is served.

use std::collections::{BTreeMap, BTreeSet};

use kube::{api::ListParams, core::Request};
use serde::Deserialize;
use tokio::sync::OnceCell;

use super::{
    api::{Api, Refusal},
    page::Page,
    text::Text,
};
use crate::{
    cluster::{Cluster, Coverage, Why},
    model::{Kind, KindInfo},
};

/// Objects of a page.
const LIMIT: u32 = 500;
/// How often a list is begun again after a 410, before that is the answer.
const RESTARTS: usize = 3;
/// Pages of a list at most.
const PAGES: usize = 20_000;

/// Which objects of a kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Which {
    pub namespace: Option<String>,
    pub labels: Option<String>,
}

/// The objects of a list, as far as they came, and what ended it early.
pub(super) struct Listed {
    pub kind: Kind,
    pub which: Which,
    version: Option<&'static str>,
    found: Box<Cluster>,
    pub end: Result<(), End>,
}

/// What ended a list early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    Refused(Refusal),
    /// No known version is served.
    NotInstalled,
}

impl End {
    pub(super) fn why(&self) -> Why {
        match self {
            End::Refused(refusal) => refusal.why(),
            End::NotInstalled => Why::NotInstalled,
        }
    }

    pub(super) fn is_forbidden(&self) -> bool {
        matches!(self, End::Refused(Refusal::Forbidden(_)))
    }
}

impl Listed {
    /// Puts the objects on their shelf, and notes what part of the kind has been looked at.
    pub(super) fn store(&mut self, cluster: &mut Cluster) {
        let info = self.kind.info();
        cluster.absorb(std::mem::take(&mut self.found));
        if let Some(version) = self.version {
            cluster.versions.insert(self.kind, info.api_version(version));
        }
        let coverage = match (&self.which.namespace, &self.end) {
            (None, Ok(())) => Coverage::Everything,
            // a kind that may be lacking and that is lacking has no objects
            (None, Err(End::NotInstalled)) if info.optional => Coverage::Everything,
            (Some(namespace), Ok(())) => Coverage::Namespace(namespace.clone()),
            (Some(namespace), Err(End::NotInstalled)) if info.optional => {
                Coverage::Namespace(namespace.clone())
            }
            (None, Err(end)) => Coverage::Nothing(end.why()),
            (Some(namespace), Err(end)) => Coverage::NotNamespace(namespace.clone(), end.why()),
        };
        cluster.cover(self.kind, coverage);
    }
}

/// The versions that each group serves, asked once where a 404 makes it a question.
pub(super) struct Groups(BTreeMap<&'static str, OnceCell<Result<Vec<String>, Refusal>>>);

#[derive(Deserialize)]
struct ApiGroup {
    versions: Vec<ApiVersion>,
}

#[derive(Deserialize)]
struct ApiVersion {
    version: String,
}

#[derive(Deserialize)]
struct ApiResources {
    resources: Vec<ApiResource>,
}

#[derive(Deserialize)]
struct ApiResource {
    name: String,
}

impl Groups {
    pub(super) fn new() -> Self {
        Groups(Kind::all().map(|kind| (kind.info().group, OnceCell::new())).collect())
    }

    async fn served(&self, api: &Api, group: &str) -> Result<Vec<String>, Refusal> {
        let Some(cell) = self.0.get(group) else { return Ok(vec![]) };
        let ask = || async {
            let group: ApiGroup = match document(api, &format!("/apis/{group}")).await {
                Err(Refusal::NotFound) => return Ok(vec![]),
                answer => answer?,
            };
            Ok(group.versions.into_iter().map(|it| it.version).collect())
        };
        cell.get_or_init(ask).await.clone()
    }
}

/// Discovery documents; none of them on the normal path.
async fn document<T: serde::de::DeserializeOwned>(api: &Api, path: &str) -> Result<T, Refusal> {
    let request = http::Request::get(path).body(vec![]).map_err(|error| Refusal::Other(error.to_string()))?;
    let text = api.get(request).await?;
    serde_json::from_slice(&text).map_err(|error| Refusal::Other(error.to_string()))
}

/// Lists a kind under the first version that is served.
pub(super) async fn list(api: &Api, groups: &Groups, kind: Kind, which: Which) -> Listed {
    let info = kind.info();
    let mut listed = Listed { kind, which, version: None, found: api.part(), end: Err(End::NotInstalled) };
    let mut versions = info.versions.iter().copied();
    let Some(preferred) = versions.next() else { return listed };
    if listed.under(api, preferred).await {
        return listed;
    }
    if info.core {
        // always served: whoever says 404 is no API server
        listed.end = Err(End::Refused(Refusal::NotFound));
        return listed;
    }
    let served = groups.served(api, info.group).await;
    for version in versions {
        // without an answer, the rest is tried in turn
        let maybe = served.as_ref().map_or(true, |served| served.iter().any(|it| it == version));
        if maybe && listed.under(api, version).await {
            return listed;
        }
    }
    if let Some(newer) = newer(api, info, &served.unwrap_or_default()).await {
        listed.end = Err(End::Refused(Refusal::Other(format!(
            "served as {newer} only, which is newer than this tool"
        ))));
    }
    listed
}

/// A version that this tool does not know and that serves the kind: then it is not "not installed".
async fn newer(api: &Api, info: &KindInfo, served: &[String]) -> Option<String> {
    for version in served.iter().filter(|it| !info.versions.contains(&it.as_str())) {
        let api_version = info.api_version(version);
        let answer: Result<ApiResources, _> = document(api, &format!("/apis/{api_version}")).await;
        if answer.is_ok_and(|it| it.resources.iter().any(|it| it.name == info.plural)) {
            return Some(api_version);
        }
    }
    None
}

impl Listed {
    /// Lists under a version; `false` when that is not served.
    async fn under(&mut self, api: &Api, version: &'static str) -> bool {
        let url = self.kind.info().url(version, self.which.namespace.as_deref());
        let labels = self.which.labels.as_deref();
        let (any, end) = pages(api, self.kind, &url, labels, &mut self.found).await;
        if !any && end == Err(Refusal::NotFound) {
            return false;
        }
        self.version = any.then_some(version);
        self.end = end.map_err(End::Refused);
        true
    }
}

/// Reads all pages, and says whether any came.
async fn pages(
    api: &Api,
    kind: Kind,
    url: &str,
    labels: Option<&str>,
    found: &mut Cluster,
) -> (bool, Result<(), Refusal>) {
    let mut text = Text::default();
    let mut token: Option<String> = None;
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut restarts = 0;
    let mut any = false;
    loop {
        let params = ListParams {
            label_selector: labels.map(str::to_owned),
            continue_token: token.take(),
            ..ListParams::default().limit(LIMIT)
        };
        let request = match Request::new(url).list(&params) {
            Ok(request) => request,
            Err(error) => return (any, Err(Refusal::Other(error.to_string()))),
        };
        let mut page = Page::new(kind, found, &mut text);
        let answer = api.read(request, &mut |bytes| page.take(bytes)).await;
        match answer.and_then(|()| page.end().map_err(|it| Refusal::Other(it.to_owned()))) {
            Ok(None) => return (true, Ok(())),
            // a server whose pages lead nowhere would be asked for ever
            Ok(Some(next)) if seen.len() >= PAGES || !seen.insert(next.clone()) => {
                return (true, Err(Refusal::Other("the pages of the list go round in circles".to_owned())));
            }
            Ok(Some(next)) => {
                any = true;
                token = Some(next);
            }
            Err(Refusal::Gone) if restarts < RESTARTS => {
                restarts += 1;
                any = false;
                *found = *found.part();
                seen.clear();
            }
            Err(refusal) => return (any, Err(refusal)),
        }
    }
}
