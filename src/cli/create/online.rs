//! The run itself: look, ask, rehearse, judge, write.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::{
    Create,
    choose::Found,
    deed::DryRun,
    items::{Hindrance, Inquiry, Item},
    judge::{judge, overlay},
    plan::{self, Planned, planned},
    secret::typed,
    show::{self, Line},
    stop,
};
use crate::{
    apply::{Deed, Step, Writer},
    cli::{Answer, Context, exit::ExitCode, failure::Failure, input::runtime, progress},
    cluster::{
        Lookup,
        live::{self, Live, Session},
    },
    manifest::{Manifest, SecretSlot, Wanted},
    model::{Key, Kind},
    render::{clean, diff},
};

/// The credential for a new Secret.
type Value = Zeroizing<Vec<u8>>;

impl Create {
    pub(super) fn online(&self, context: &mut Context<'_>) -> Result<Answer, Failure> {
        let hint = context.connection.typed();
        let connection = live::Connection::from(std::mem::take(&mut context.connection));
        let runtime = runtime()?;
        let progress = Arc::new(progress::Line::new(context.terminal.talks, connection.verbosity >= 6));
        let told = Arc::clone(&progress);
        let session = runtime.block_on(Session::open(&connection, None, told)).map_err(unreachable)?;
        let place =
            format!("context {}, namespace {}", session.context().unwrap_or("(none)"), session.namespace());
        let run = Run { create: self, session: &session, hint: &hint, place: &place, progress: &progress };
        let mut value = None;
        let answer = runtime.block_on(run.all(context, &mut value));
        progress.end();
        // a credential plugin that hangs must not keep a run from ending
        runtime.shutdown_background();
        let mut answer = answer.unwrap_or_else(|failure| Answer::failure(failure.show(context.talk)));
        // a server may quote what it was sent
        let mut warnings = session.warnings();
        warnings.retain(|it| value.as_ref().is_none_or(|value| !quotes(it, value)));
        let warnings = show::warnings(context.talk, &warnings);
        answer.stderr = format!("{}\n{warnings}{}", clean(&place), answer.stderr);
        Ok(answer)
    }
}

/// Without a cluster there is still a way.
fn unreachable(failure: live::Failure) -> Failure {
    if !matches!(failure, live::Failure::NoCluster { .. }) {
        return failure.into();
    }
    Failure::new(failure.to_string())
        .help("name a kubeconfig with --kubeconfig or KUBECONFIG")
        .help("without a cluster: --dry-run=client -o yaml")
}

/// One run.
struct Run<'a> {
    create: &'a Create,
    session: &'a Session,
    /// Connection flags, to be typed again.
    hint: &'a str,
    place: &'a str,
    progress: &'a progress::Line,
}

impl Run<'_> {
    /// `value` is left behind, so that nothing shows it.
    async fn all(&self, context: &mut Context<'_>, value: &mut Option<Value>) -> Result<Answer, Failure> {
        let (create, talk) = (self.create, context.talk);
        let service: Option<Found> = match &create.endpoint.service {
            Some(service) => Some(service.find(self.session).await?),
            None => None,
        };
        let mut stderr =
            service.iter().flat_map(|it| &it.notes).map(|it| show::note(talk, it)).collect::<String>();
        let wanted = create.wanted(self.session.namespace(), service)?;
        let live = self.look(&wanted).await?;
        let planned = planned(&wanted, &live.cluster)?;
        let writer = Writer::new(self.session);
        let inquiry = Inquiry { create, live: &live.cluster, writer: &writer };
        let slot = wanted.secret();
        if let Some(slot) = slot {
            *value = self.value(slot, &inquiry, context)?;
        }
        let given = slot.zip(value.as_ref()).map(|(slot, value)| (slot, value.as_slice()));
        let mut items = vec![];
        if let Some((slot, value)) = given {
            items.push(inquiry.secret(&wanted.namespace, slot, value).await?);
        }
        match inquiry.items(&planned).await {
            Ok(more) => items.extend(more),
            Err(hindrances) => return Ok(hindered(hindrances, stderr, talk)),
        }
        let seen = as_they_will_be(&planned, &items);
        let verdict = judge(&overlay(&wanted.namespace, &seen, given), &live.cluster, context.now);
        match create.accept(verdict, talk) {
            Ok(said) => stderr += &said,
            Err(answer) => return Ok(Answer { stderr: stderr + &answer.stderr, ..answer }),
        }
        stderr +=
            &notes(&wanted, &live, given.is_some()).iter().map(|it| show::note(talk, it)).collect::<String>();
        let manifests: Vec<Manifest> = planned.into_iter().map(|it| it.manifest).collect();
        self.write(&wanted, &manifests, items, &writer, stderr, talk).await
    }

    /// What is there of all that may be written, and of what that refers to.
    async fn look(&self, wanted: &Wanted) -> Result<Live, Failure> {
        let mut asked = wanted.manifests();
        asked.extend(wanted.shared_policy().iter().map(Manifest::bare));
        if wanted.backend.is_none() {
            asked.push(Manifest::bare(&wanted.key(Kind::AIServiceBackend)));
        }
        let slot = wanted.secret().map(|it| (it, &[][..]));
        let overlay = Some(overlay(&wanted.namespace, &asked, slot));
        let scope = live::Scope { overlay, ..live::Scope::default() };
        Ok(self.session.load(&scope).await?)
    }

    /// The credential for a new Secret: given, or typed where somebody can type.
    fn value(
        &self,
        slot: &SecretSlot,
        inquiry: &Inquiry<'_>,
        context: &mut Context<'_>,
    ) -> Result<Option<Value>, Failure> {
        let flags = &self.create.credential;
        let namespace = self.session.namespace();
        if !flags.is_for_new_secret() {
            return Ok(None);
        }
        inquiry.is_free(namespace, slot)?;
        if let Some(value) = flags.given(slot, context.stdin)? {
            return Ok(Some(value));
        }
        self.progress.end();
        let what = format!("{} of Secret {namespace}/{} ({})", slot.entry, slot.name, self.place);
        typed(slot, &what, context.terminal).map(Some)
    }

    async fn write(
        &self,
        wanted: &Wanted,
        manifests: &[Manifest],
        items: Vec<Item>,
        writer: &Writer,
        mut stderr: String,
        talk: crate::render::Style,
    ) -> Result<Answer, Failure> {
        let create = self.create;
        let line = |it: &Item| {
            let verb = match it.step.as_ref().map(|it| &it.deed) {
                Some(Deed::Create(_)) => "created",
                Some(Deed::Apply { .. } | Deed::Patch(_)) => "configured",
                None => "unchanged",
            };
            Line { key: it.key.clone(), verb }
        };
        let lines: Vec<Line> = items.iter().map(line).collect();
        let versions: Vec<(Key, String)> =
            manifests.iter().map(|it| (it.key.clone(), it.api_version().to_owned())).collect();
        let steps: Vec<Step> = items.into_iter().filter_map(|it| it.step).collect();
        let mut code = ExitCode::Fine;
        if create.deed.dry_run == DryRun::None {
            let stop = stop::flag();
            let made = match writer.perform(&steps, &stop).await {
                Ok(made) => made,
                Err(broken) => {
                    stderr += &show::broken(&broken).show(talk);
                    return Ok(Answer::failure(stderr));
                }
            };
            writer.adopt(&made).await;
            if let Some(patience) = create.deed.wait {
                let is_changed = |key: &Key| made.iter().any(|it| it.key == *key && !it.is_new);
                let asked: Vec<(Key, String, bool)> = versions
                    .into_iter()
                    .map(|(key, version)| (key.clone(), version, is_changed(&key)))
                    .collect();
                let (said, verdict) = show::words(&writer.wait(&asked, patience, &stop).await, talk);
                stderr += &said;
                code = verdict;
            }
        }
        let next = show::next(wanted, self.hint, talk);
        Ok(Answer { code, ..create.done(wanted, manifests, &lines, stderr, &next) })
    }
}

/// Whether a text holds a credential, as it is or as Secrets have it.
fn quotes(text: &str, value: &[u8]) -> bool {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let encoded = Zeroizing::new(STANDARD.encode(value));
    text.contains(encoded.as_str()) || std::str::from_utf8(value).is_ok_and(|it| text.contains(it.trim()))
}

/// The objects as the server has said that they will be.
fn as_they_will_be(planned: &[Planned], items: &[Item]) -> Vec<Manifest> {
    let will_be = |it: &Planned| {
        let after = items.iter().find(|item| item.key == it.manifest.key).and_then(|item| item.after.clone());
        after.map_or_else(|| it.manifest.clone(), |after| Manifest::of(it.manifest.key.clone(), after))
    };
    planned.iter().map(will_be).collect()
}

/// All changes that would be made, and the first thing that stands against them: the others are mostly the same.
fn hindered(hindrances: Vec<Hindrance>, mut stderr: String, talk: crate::render::Style) -> Answer {
    let first = hindrances.first().map_or(String::new(), |it| it.failure.show(talk));
    for (key, old, new) in hindrances.into_iter().filter_map(|it| it.diff) {
        stderr += &diff::values(&show::resource(&key), &old, &new, talk);
    }
    Answer::failure(stderr + &first)
}

/// What is worth knowing, and no fault.
fn notes(wanted: &Wanted, live: &Live, is_new: bool) -> Vec<String> {
    let cluster = &live.cluster;
    let mut notes: Vec<String> = live.warnings.clone();
    if let Some(slot) = wanted.secret().filter(|_| !is_new)
        && let Lookup::Unreadable(why) = cluster.secrets.get(&wanted.namespace, &slot.name)
    {
        notes.push(format!("Secret {} was not looked at: {why}", slot.name));
    }
    if let (Some(policy), Some(backend)) = (wanted.shared_policy(), &wanted.backend) {
        notes.push(format!("{} gets the credential of {policy} as well", backend.address.host));
    }
    for key in plan::left_over(wanted, cluster) {
        let (resource, namespace) = (key.kind.resource(), &key.namespace);
        notes.push(format!(
            "{key} is there from before and counts; to take it away: kubectl -n {namespace} delete {resource} {}",
            key.name
        ));
    }
    notes
}
