//! One kind: its pages, and the version under which it is served.

use std::collections::BTreeMap;

use kube::{api::ListParams, core::Request};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use super::api::{Api, Refusal};
use crate::{
    cluster::{Cluster, Coverage, Why},
    model::{Kind, KindInfo},
};

/// Objects of a page.
const LIMIT: u32 = 500;
/// How often a list is begun again after a 410, before that is the answer.
const RESTARTS: usize = 3;

/// Which objects of a kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Which {
    pub namespace: Option<String>,
    pub labels: Option<String>,
}

/// The pages of a list, as far as they came, and what ended it early.
pub(super) struct Listed {
    pub kind: Kind,
    pub which: Which,
    version: Option<&'static str>,
    pages: Vec<Zeroizing<String>>,
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

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(default)]
    metadata: PageMeta,
    #[serde(borrow, default)]
    items: Option<Vec<&'a RawValue>>,
}

#[derive(Default, Deserialize)]
struct PageMeta {
    #[serde(default, rename = "continue")]
    token: Option<String>,
}

impl Listed {
    /// Puts the objects on their shelf, and notes what part of the kind has been looked at.
    pub(super) fn store(&self, cluster: &mut Cluster) {
        let info = self.kind.info();
        for page in &self.pages {
            // each page was read once before, for its token
            let items = serde_json::from_str::<Page<'_>>(page).ok().and_then(|page| page.items);
            for item in items.into_iter().flatten() {
                // one that does not decode is noted as such on its shelf
                let _ = cluster.insert(self.kind, item);
            }
        }
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

    async fn served(&self, api: &Api<'_>, group: &str) -> Result<Vec<String>, Refusal> {
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
async fn document<T: serde::de::DeserializeOwned>(api: &Api<'_>, path: &str) -> Result<T, Refusal> {
    let request = http::Request::get(path).body(vec![]).map_err(|error| Refusal::Other(error.to_string()))?;
    let text = api.get(request).await?;
    serde_json::from_str(&text).map_err(|error| Refusal::Other(error.to_string()))
}

/// Lists a kind under the first version that is served.
pub(super) async fn list(api: &Api<'_>, groups: &Groups, kind: Kind, which: Which) -> Listed {
    let info = kind.info();
    let mut listed = Listed { kind, which, version: None, pages: vec![], end: Err(End::NotInstalled) };
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
async fn newer(api: &Api<'_>, info: &KindInfo, served: &[String]) -> Option<String> {
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
    async fn under(&mut self, api: &Api<'_>, version: &'static str) -> bool {
        let url = self.kind.info().url(version, self.which.namespace.as_deref());
        let (pages, end) = pages(api, &url, self.which.labels.as_deref()).await;
        if pages.is_empty() && end == Err(Refusal::NotFound) {
            return false;
        }
        self.version = (!pages.is_empty()).then_some(version);
        self.pages = pages;
        self.end = end.map_err(End::Refused);
        true
    }
}

async fn pages(
    api: &Api<'_>,
    url: &str,
    labels: Option<&str>,
) -> (Vec<Zeroizing<String>>, Result<(), Refusal>) {
    let mut pages = vec![];
    let mut token: Option<String> = None;
    let mut restarts = 0;
    loop {
        let mut params = ListParams::default().limit(LIMIT);
        params.label_selector = labels.map(str::to_owned);
        params.continue_token = token.take();
        let request = match Request::new(url).list(&params) {
            Ok(request) => request,
            Err(error) => return (pages, Err(Refusal::Other(error.to_string()))),
        };
        let text = match api.get(request).await {
            Ok(text) => text,
            Err(Refusal::Gone) if restarts < RESTARTS => {
                restarts += 1;
                pages.clear();
                continue;
            }
            Err(refusal) => return (pages, Err(refusal)),
        };
        match serde_json::from_str::<Page<'_>>(&text) {
            Ok(page) => token = page.metadata.token.filter(|it| !it.is_empty()),
            // not the error itself: it may quote what it could not read
            Err(error) => {
                return (
                    pages,
                    Err(Refusal::Other(format!("no list of objects at column {}", error.column()))),
                );
            }
        }
        pages.push(text);
        if token.is_none() {
            return (pages, Ok(()));
        }
    }
}
