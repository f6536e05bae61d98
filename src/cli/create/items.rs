//! What becomes of each object: the server is asked, and nothing is written.

use futures::future::join_all;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{
    Create,
    plan::{Part, Planned},
    show,
};
use crate::{
    apply::{Deed, Refusal, Step, Writer},
    cli::failure::Failure,
    cluster::{Cluster, Lookup},
    manifest::{Manifest, SecretSlot},
    model::{Key, Kind},
};

/// What becomes of an object.
pub(super) struct Item {
    pub key: Key,
    /// What is to be written; nothing where it is there as it should be.
    pub step: Option<Step>,
    /// The object as it will be, where something is there already.
    pub after: Option<Value>,
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

/// What is asked, and who.
pub(super) struct Inquiry<'a> {
    pub create: &'a Create,
    pub live: &'a Cluster,
    pub writer: &'a Writer,
}

impl Inquiry<'_> {
    /// All objects at once: whatever is to be written is rehearsed.
    pub(super) async fn items(&self, planned: &[Planned]) -> Result<Vec<Item>, Vec<Hindrance>> {
        let (mut items, mut hindrances) = (vec![], vec![]);
        for answer in join_all(planned.iter().map(|it| self.item(it))).await {
            match answer {
                Ok(item) => items.push(item),
                Err(hindrance) => hindrances.push(hindrance),
            }
        }
        if hindrances.is_empty() { Ok(items) } else { Err(hindrances) }
    }

    /// Objects that are there are changed with `--apply` alone.
    async fn item(&self, Planned { manifest, part }: &Planned) -> Result<Item, Hindrance> {
        let key = manifest.key.clone();
        let step = |deed| step(manifest, deed);
        let there = self.live.original(&key);
        let step = match (part, there) {
            (Part::Nothing, there) => return Ok(Item { key, step: None, after: there }),
            (Part::More(_), _) if !self.create.deed.apply => {
                return Err(Failure::new(format!("{key} is there already"))
                    .help("add to it, and leave the rest alone: --apply")
                    .into());
            }
            (Part::More(patch), _) => step(Deed::Patch(patch.clone())),
            (Part::Whole, None) => step(Deed::Create(body(&manifest.json))),
            (Part::Whole, Some(there)) => return self.over(manifest, there).await,
        };
        let after = self.rehearse(&step).await?;
        let after = matches!(step.deed, Deed::Patch(_)).then_some(after);
        Ok(Item { key, step: Some(step), after })
    }

    async fn rehearse(&self, step: &Step) -> Result<Value, Failure> {
        self.writer.rehearse(step).await.map_err(|it| show::refused(&step.key, step.verb(), &it))
    }

    /// An object that is there, and may be other than it should be.
    async fn over(&self, manifest: &Manifest, there: Value) -> Result<Item, Hindrance> {
        let key = manifest.key.clone();
        let spec = |it: &Value| json!({"spec": it.get("spec")});
        // with the server's defaults, which is what the one that is there has as well
        let mut other = manifest.json.clone();
        if let Some(name) = other.pointer_mut("/metadata/name") {
            *name = self.writer.mark().into();
        }
        let mut elsewhere = step(manifest, Deed::Create(body(&other)));
        elsewhere.key.name = self.writer.mark().to_owned();
        let wanted = self.writer.rehearse(&elsewhere).await;
        let wanted = wanted.map_err(|it| show::refused(&key, "create", &it))?;
        if spec(&wanted) == spec(&there) {
            return Ok(Item { key, step: None, after: Some(there) });
        }
        if !self.create.deed.apply {
            let failure =
                Failure::new(format!("{key} is there already, and is other than this would make it"))
                    .help("change it as shown: --apply")
                    .help("or take another name");
            return Err(Hindrance { failure, diff: Some((key, spec(&there), spec(&wanted))) });
        }
        let mut step = step(manifest, Deed::Apply { body: body(&manifest.json), force: true });
        let after = self.rehearse(&step).await?;
        if spec(&after) == spec(&there) {
            return Ok(Item { key, step: None, after: Some(there) });
        }
        if let Err(refusal) = self.settle(&mut step).await {
            let failure = show::refused(&key, step.verb(), &refusal);
            return Err(Hindrance { failure, diff: Some((key, spec(&there), spec(&after))) });
        }
        Ok(Item { key, step: Some(step), after: Some(after) })
    }

    /// Whether fields are to be taken over: where that is asked for, and from earlier runs of this tool.
    async fn settle(&self, step: &mut Step) -> Result<(), Refusal> {
        let Deed::Apply { force, .. } = &mut step.deed else { return Ok(()) };
        *force = self.create.deed.force_conflicts;
        match self.writer.rehearse(step).await {
            Err(refusal) if refusal.is_about_own_fields() => {
                if let Deed::Apply { force, .. } = &mut step.deed {
                    *force = true;
                }
                self.writer.rehearse(step).await.map(|_| ())
            }
            answer => answer.map(|_| ()),
        }
    }

    /// Whether a new Secret may have that name.
    pub(super) fn is_free(&self, namespace: &str, slot: &SecretSlot) -> Result<(), Failure> {
        let key = Key::new(Kind::Secret, namespace, &slot.name);
        if self.create.deed.apply || self.live.secrets.get(namespace, &slot.name).found().is_none() {
            return Ok(());
        }
        Err(Failure::new(format!("{key} is there already"))
            .help(format!("use it as it is: --secret {} without a new value", key.name))
            .help("put the new value in: --apply"))
    }

    /// The Secret that is to be made.
    pub(super) async fn secret(
        &self,
        namespace: &str,
        slot: &SecretSlot,
        value: &[u8],
    ) -> Result<Item, Failure> {
        let key = Key::new(Kind::Secret, namespace, &slot.name);
        let body = secret_json(&key, slot.entry, value);
        let deed = match self.live.secrets.get(&key.namespace, &key.name) {
            Lookup::Found(_) => Deed::Apply { body, force: false },
            Lookup::Absent | Lookup::Unreadable(_) => Deed::Create(body),
        };
        let mut step = Step { key: key.clone(), api_version: "v1".to_owned(), deed };
        let answer = match step.deed {
            Deed::Apply { .. } => self.settle(&mut step).await,
            Deed::Create(_) | Deed::Patch(_) => self.writer.rehearse(&step).await.map(|_| ()),
        };
        answer.map_err(|it| show::refused(&key, step.verb(), &it))?;
        Ok(Item { key, step: Some(step), after: None })
    }
}

fn step(manifest: &Manifest, deed: Deed) -> Step {
    Step { key: manifest.key.clone(), api_version: manifest.api_version().to_owned(), deed }
}

fn body(json: &Value) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(json.to_string().into_bytes())
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
