//! What is to be written, next to what is there.

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::Create;
use crate::{
    apply::{Deed, MANAGER, Refusal, Step, Writer},
    cli::failure::Failure,
    cluster::{Cluster, Lookup, Why},
    manifest::{Manifest, SecretSlot, Wanted, shared, widened},
    model::{Key, Kind, Resource as _},
    trace::{Grant, Permission},
};

/// An object, and how much of it is this run's.
pub(super) struct Planned {
    pub manifest: Manifest,
    part: Part,
}

/// How much of an object is this run's.
enum Part {
    /// All that it says.
    Whole,
    /// What this JSON patch adds to an object that is there.
    More(Value),
    /// Nothing: it is there, and says what it should.
    Nothing,
}

/// What becomes of an object.
#[derive(Debug)]
pub(super) enum Item {
    /// It is to be written.
    Write(Step),
    /// It is there, and as it is wanted.
    Stays(Key),
}

impl Item {
    pub(super) fn key(&self) -> &Key {
        match self {
            Item::Write(step) => &step.key,
            Item::Stays(key) => key,
        }
    }

    pub(super) fn step(self) -> Option<Step> {
        match self {
            Item::Write(step) => Some(step),
            Item::Stays(_) => None,
        }
    }
}

/// Why it cannot be written, with the change that would be made to an object that is there.
pub(super) struct Hindrance {
    pub failure: Failure,
    /// The object before and after.
    pub diff: Option<(Key, Value, Value)>,
}

impl From<Failure> for Hindrance {
    fn from(failure: Failure) -> Self {
        Hindrance { failure, diff: None }
    }
}

impl Create {
    /// What becomes of each object. Objects that are there are changed with `--apply` alone.
    pub(super) async fn items(
        &self,
        planned: &[Planned],
        live: &Cluster,
        writer: &Writer,
    ) -> Result<Vec<Item>, Hindrance> {
        let mut items = vec![];
        for Planned { manifest, part } in planned {
            let key = &manifest.key;
            let step = |deed| Step { key: key.clone(), api_version: manifest.api_version().to_owned(), deed };
            items.push(match (part, live.original(key)) {
                (Part::Nothing, _) => Item::Stays(key.clone()),
                (Part::More(_), _) if !self.deed.apply => {
                    return Err(Failure::new(format!("{key} is there already"))
                        .help("add to it, and leave the rest alone: --apply")
                        .into());
                }
                (Part::More(patch), _) => Item::Write(step(Deed::Patch(patch.clone()))),
                (Part::Whole, None) => {
                    let body = Zeroizing::new(manifest.json.to_string().into_bytes());
                    Item::Write(step(Deed::Create(body)))
                }
                (Part::Whole, Some(there)) => {
                    let body = Zeroizing::new(manifest.json.to_string().into_bytes());
                    let forced = step(Deed::Apply { body: body.clone(), force: true });
                    let force = self.over(&forced, &there, writer).await?;
                    force.map_or_else(
                        || Item::Stays(key.clone()),
                        |force| Item::Write(step(Deed::Apply { body, force })),
                    )
                }
            });
        }
        Ok(items)
    }

    /// Whether fields are to be taken over, to write over an object that is there; `None` where that would change nothing.
    async fn over(&self, forced: &Step, there: &Value, writer: &Writer) -> Result<Option<bool>, Hindrance> {
        let key = &forced.key;
        let after = writer.rehearse(forced).await.map_err(|it| self.refused(key, &it))?;
        let spec = |it: &Value| json!({"spec": it.get("spec")});
        let (before, after) = (spec(there), spec(&after));
        if after == before {
            return Ok(None);
        }
        let diff = Some((key.clone(), before, after));
        if !self.deed.apply {
            let failure =
                Failure::new(format!("{key} is there already, and is other than this would make it"))
                    .help("change it as shown: --apply")
                    .help("or take another name");
            return Err(Hindrance { failure, diff });
        }
        if self.deed.force_conflicts {
            return Ok(Some(true));
        }
        let Deed::Apply { body, .. } = &forced.deed else { return Ok(Some(false)) };
        let mild = Step {
            key: key.clone(),
            api_version: forced.api_version.clone(),
            deed: Deed::Apply { body: body.clone(), force: false },
        };
        match writer.rehearse(&mild).await {
            Ok(_) => Ok(Some(false)),
            // what an earlier run of this tool has created is no one else's
            Err(Refusal::Conflict { fields, .. })
                if !fields.is_empty()
                    && fields.iter().all(|it| it.message.contains(&format!("\"{MANAGER}"))) =>
            {
                Ok(Some(true))
            }
            Err(refusal) => Err(Hindrance { failure: self.refused(key, &refusal), diff }),
        }
    }

    /// The Secret that is to be made.
    pub(super) fn secret(
        &self,
        namespace: &str,
        slot: &SecretSlot,
        value: &[u8],
        live: &Cluster,
    ) -> Result<Step, Failure> {
        let key = Key::new(Kind::Secret, namespace, &slot.name);
        let body = secret_json(&key, slot.entry, value);
        let deed = match live.secrets.get(&key.namespace, &key.name) {
            Lookup::Found(_) if !self.deed.apply => {
                return Err(Failure::new(format!("{key} is there already"))
                    .help(format!("use it as it is: --secret {} without a new value", key.name))
                    .help("put the new value in: --apply"));
            }
            Lookup::Found(_) => Deed::Apply { body, force: self.deed.force_conflicts },
            Lookup::Absent | Lookup::Unreadable(_) => Deed::Create(body),
        };
        Ok(Step { key, api_version: "v1".to_owned(), deed })
    }

    /// A refusal, with what to type next.
    pub(super) fn refused(&self, key: &Key, refusal: &Refusal) -> Failure {
        let failure = Failure::new(format!("{key}: {refusal}"));
        let (resource, namespace) = (key.kind.resource(), &key.namespace);
        match refusal {
            Refusal::Forbidden(_) => {
                let verb = if self.deed.apply { "patch" } else { "create" };
                failure.help(format!("kubectl auth can-i {verb} {resource} -n {namespace}"))
            }
            Refusal::Conflict { fields, .. } => {
                let lines = fields.iter().map(|it| format!("{}: {}", it.field, it.message));
                lines.fold(failure, Failure::help).help("take the fields over: --force-conflicts")
            }
            Refusal::NotFound(_) => failure.help(format!("kubectl get namespace {namespace}")),
            Refusal::Exists => {
                failure.help(format!("look at it: kubectl -n {namespace} get {resource} {}", key.name))
            }
            Refusal::Lost(_) => failure.help("does the way to the cluster work? kubectl version"),
            Refusal::Invalid(_) | Refusal::Other(_) => failure,
        }
    }
}

/// The objects as this cluster needs them: in versions that it serves, without grants that are given already; and a
/// route or a policy that is there, with what is added to it.
pub(super) fn planned(wanted: &Wanted, live: &Cluster) -> Result<Vec<Planned>, Failure> {
    refers_to_what_is_there(wanted, live)?;
    let mut all = vec![];
    for manifest in wanted.manifests() {
        let kind = manifest.key.kind;
        if live.unread(kind).iter().any(|(_, _, why)| *why == Why::NotInstalled) {
            return Err(Failure::new(format!("this cluster serves no {}", kind.resource()))
                .help(format!("its CRD: kubectl get crd {}", kind.resource())));
        }
        let route = wanted.route.as_ref().filter(|_| kind == Kind::AIGatewayRoute);
        match route.zip(live.original(&manifest.key)) {
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
        let there = live.original(&key).ok_or_else(|| {
            Failure::new(format!("no {key}"))
                .help(format!("what there is: kubectl get backendsecuritypolicies -n {}", key.namespace))
        })?;
        let patch = shared(wanted, &there);
        all.push(extended(&key, there, patch));
    }
    Ok(all)
}

fn refers_to_what_is_there(wanted: &Wanted, live: &Cluster) -> Result<(), Failure> {
    let key = wanted.key(Kind::AIServiceBackend);
    let is_absent = live.ai_service_backends.get(&key.namespace, &key.name).is_absent();
    if wanted.backend.is_none() && is_absent {
        return Err(Failure::new(format!("no {key} to route to"))
            .help("make it at the same time: --provider P, --service NAME:PORT or --host H")
            .help(format!("what there is: kubectl get aiservicebackends -n {}", key.namespace)));
    }
    let Some(route) = &wanted.route else { return Ok(()) };
    let (namespace, name) = &route.gateway;
    let is_new = !live.has(&Key::new(Kind::AIGatewayRoute, &route.namespace, &route.name));
    if is_new && (name.is_empty() || live.gateways.get(namespace, name).is_absent()) {
        let there: Vec<String> = live.gateways.iter().map(|it| it.key().path()).collect();
        let failure = match name.as_str() {
            "" => {
                Failure::new(format!("a new route is for a Gateway: --gateway is missing for {}", route.name))
            }
            name => Failure::new(format!("no Gateway {namespace}/{name}")),
        };
        return Err(failure.help(if there.is_empty() {
            "there is none at all: kubectl get gateways -A".to_owned()
        } else {
            format!("there are: {}", there.join(", "))
        }));
    }
    Ok(())
}

/// Whether a grant is not needed, as others give what it would.
fn is_given(wanted: &Wanted, manifest: &Manifest, live: &Cluster) -> bool {
    let Some(route) = wanted.route.as_ref().filter(|_| manifest.key.kind == Kind::ReferenceGrant) else {
        return false;
    };
    let from = manifest.json.pointer("/spec/from/0/kind");
    let grants = [Grant::RouteToBackend, Grant::HttpRouteToBackend];
    let grant = grants.into_iter().find(|it| from.is_some_and(|from| from == it.from().1.info().name));
    grant.is_some_and(|it| {
        it.check(live, &route.namespace, &wanted.namespace, &wanted.name) == Permission::Given
    })
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

/// A Secret as JSON, in a buffer that is wiped.
fn secret_json(key: &Key, entry: &str, value: &[u8]) -> Zeroizing<Vec<u8>> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let encoded = Zeroizing::new(STANDARD.encode(value));
    let empty = json!({
        "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
        "metadata": {"name": key.name, "namespace": key.namespace},
    });
    let empty = empty.to_string();
    let head = empty.strip_suffix('}').unwrap_or(&empty);
    let parts = [head, ",\"data\":{\"", entry, "\":\"", &encoded, "\"}}"];
    let mut all = Zeroizing::new(Vec::with_capacity(parts.iter().map(|it| it.len()).sum()));
    for part in parts {
        all.extend_from_slice(part.as_bytes());
    }
    all
}
