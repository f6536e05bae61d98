//! The run itself: look, judge, rehearse, write.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use futures::future::join_all;
use zeroize::Zeroizing;

use super::{
    Create,
    choose::{Found, unseen},
    deed::DryRun,
    judge::{Verdict, judge, overlay},
    plan::{Item, planned},
    show::{self, Line},
};
use crate::{
    apply::{Deed, Step, Writer},
    cli::{Answer, Context, exit::ExitCode, failure::Failure, input::runtime, progress},
    cluster::{
        Cluster,
        live::{self, Session},
    },
    manifest::{Manifest, Wanted},
    model::{Key, Kind},
    render::{clean, diff},
};

type Value = Zeroizing<Vec<u8>>;

impl Create {
    /// Without a cluster.
    pub(super) fn offline(&self, context: &mut Context<'_>) -> Result<Answer, Failure> {
        let connection = live::Connection::from(context.connection.clone());
        let namespace = match runtime()?.block_on(live::namespace(&connection)) {
            Err(live::Failure::NoCluster { .. }) => "default".to_owned(),
            namespace => namespace?,
        };
        let service = self.endpoint.service.as_ref().map(|it| unseen(&namespace, it)).transpose()?;
        let wanted = self.wanted(&namespace, service)?;
        if wanted.route.as_ref().is_some_and(|it| it.gateway.1.is_empty()) {
            return Err(Failure::new("a new route is for a Gateway: --gateway NAME"));
        }
        if let Some(key) = wanted.shared_policy() {
            return Err(Failure::new(format!("{key} is in the cluster, which is not asked"))
                .help("with its word: --dry-run=server"));
        }
        let value = self.value(&wanted, false, context)?;
        let manifests = wanted.manifests();
        let slot = wanted.secret();
        let given = slot.zip(value.as_ref()).map(|(slot, value)| (slot, value.as_slice()));
        let overlay = overlay(&namespace, &manifests, given);
        let verdict = judge(&overlay, &Cluster::default(), context.now);
        let stderr = match self.accept(verdict, context) {
            Ok(stderr) => stderr,
            Err(answer) => return Ok(answer),
        };
        let secret = given.map(|(slot, _)| Key::new(Kind::Secret, &namespace, &slot.name));
        let keys = secret.into_iter().chain(manifests.iter().map(|it| it.key.clone()));
        let lines: Vec<Line> = keys.map(|key| Line { key, verb: "created" }).collect();
        Ok(self.done(&wanted, &manifests, &lines, stderr, context.talk))
    }

    /// With a cluster.
    pub(super) fn online(&self, context: &mut Context<'_>) -> Result<Answer, Failure> {
        let connection = live::Connection::from(std::mem::take(&mut context.connection));
        let runtime = runtime()?;
        let progress = progress::Line::new(context.terminal.talks, connection.verbosity >= 6);
        let session = runtime.block_on(Session::open(&connection, None, &progress))?;
        let service: Option<Found> = match &self.endpoint.service {
            Some(service) => Some(runtime.block_on(service.find(&session, &progress))?),
            None => None,
        };
        let wanted = self.wanted(session.namespace(), service)?;
        progress.end();
        let value = self.value(&wanted, true, context)?;
        let answer = runtime.block_on(self.with(&session, &wanted, value, context));
        // a credential plugin that hangs must not keep a run from ending
        runtime.shutdown_background();
        let mut answer = answer?;
        let place =
            format!("context {}, namespace {}", session.context().unwrap_or("(none)"), session.namespace());
        let warnings = show::warnings(context.talk, &session.warnings());
        answer.stderr = format!("{}\n{warnings}{}", clean(&place), answer.stderr);
        Ok(answer)
    }

    /// The credential for a new Secret.
    fn value(
        &self,
        wanted: &Wanted,
        may_ask: bool,
        context: &mut Context<'_>,
    ) -> Result<Option<Value>, Failure> {
        match wanted.secret() {
            Some(slot) => self.credential.value(slot, may_ask, context.terminal, context.stdin),
            None if self.credential.makes_secret() => {
                Err(Failure::new("a credential is given, and nothing here takes one"))
            }
            None => Ok(None),
        }
    }

    async fn with(
        &self,
        session: &Session,
        wanted: &Wanted,
        value: Option<Value>,
        context: &Context<'_>,
    ) -> Result<Answer, Failure> {
        let progress = progress::Line::new(context.terminal.talks, false);
        let namespace = wanted.namespace.as_str();
        let slot = wanted.secret();
        let given = slot.zip(value.as_ref()).map(|(slot, value)| (slot, value.as_slice()));
        // what is there of all that may be written, and of what that refers to
        let mut asked = wanted.manifests();
        asked.extend(wanted.shared_policy().iter().map(Manifest::bare));
        let asked = overlay(namespace, &asked, given);
        let scope = live::Scope { overlay: Some(asked), ..live::Scope::default() };
        let live = session.load(&scope, &progress).await;
        progress.end();
        let live = live?;
        let planned = planned(wanted, &live.cluster)?;
        let manifests: Vec<Manifest> = planned.iter().map(|it| it.manifest.clone()).collect();
        let secret =
            given.map(|(slot, value)| self.secret(namespace, slot, value, &live.cluster)).transpose()?;
        let verdict = judge(&overlay(namespace, &manifests, given), &live.cluster, context.now);
        let mut stderr = match self.accept(verdict, context) {
            Ok(stderr) => show::warnings(context.talk, &live.warnings) + &stderr,
            Err(answer) => return Ok(answer),
        };
        if let Some(why) = slot
            .filter(|_| given.is_none())
            .and_then(|it| live.cluster.secrets.get(namespace, &it.name).unreadable().cloned())
        {
            let name = slot.map_or("", |it| it.name.as_str());
            stderr += &show::note(context.talk, &format!("Secret {name} was not looked at: {why}"));
        }
        let writer = Writer::new(session);
        let mut items: Vec<Item> = secret.into_iter().map(Item::Write).collect();
        match self.items(&planned, &live.cluster, &writer).await {
            Ok(more) => items.extend(more),
            Err(hindrance) => {
                stderr += &hindrance.diff.map_or(String::new(), |(key, old, new)| {
                    diff::values(&show::resource(&key), &old, &new, context.talk)
                });
                stderr += &hindrance.failure.show(context.talk);
                return Ok(Answer::failure(stderr));
            }
        }
        self.rehearse(&items, &writer).await?;
        let order: Vec<_> = items.iter().map(|it| it.key().clone()).collect();
        let steps: Vec<Step> = items.into_iter().filter_map(Item::step).collect();
        let mut code = ExitCode::Fine;
        let made: Vec<(Key, bool)> = if self.deed.dry_run == DryRun::None {
            match writer.perform(&steps, &interrupted()).await {
                Ok(made) => {
                    if let Some(patience) = self.deed.wait {
                        let (said, verdict) = show::words(&writer.wait(&made, patience).await, context.talk);
                        stderr += &said;
                        code = verdict;
                    }
                    made.into_iter().map(|it| (it.key, it.is_new)).collect()
                }
                Err(broken) => {
                    stderr += &show::broken(self, &broken).show(context.talk);
                    return Ok(Answer::failure(stderr));
                }
            }
        } else {
            steps.iter().map(|it| (it.key.clone(), matches!(it.deed, Deed::Create(_)))).collect()
        };
        let line = |key: Key| {
            let verb = match made.iter().find(|(it, _)| *it == key) {
                Some((_, true)) => "created",
                Some((_, false)) => "configured",
                None => "unchanged",
            };
            Line { key, verb }
        };
        let lines: Vec<Line> = order.into_iter().map(line).collect();
        let done = self.done(wanted, &manifests, &lines, stderr, context.talk);
        Ok(Answer { code, ..done })
    }

    /// All writes at once, without writing: nothing is begun that could not be ended.
    async fn rehearse(&self, items: &[Item], writer: &Writer) -> Result<(), Failure> {
        let steps = items.iter().filter_map(|it| match it {
            Item::Write(step) => Some(step),
            Item::Stays(_) => None,
        });
        let answers =
            join_all(steps.map(|step| async move { (&step.key, writer.rehearse(step).await) })).await;
        match answers.into_iter().find_map(|(key, answer)| Some((key, answer.err()?))) {
            Some((key, refusal)) => Err(self.refused(key, &refusal)),
            None => Ok(()),
        }
    }

    /// What is to be said of the new objects; an answer where they would not work.
    fn accept(&self, mut verdict: Verdict, context: &Context<'_>) -> Result<String, Answer> {
        let is_bad = verdict.is_bad();
        let shown = verdict.shown(context.talk);
        if !is_bad || self.deed.force {
            return Ok(shown);
        }
        let failure = Failure::new("it would not work as it is, and nothing was created")
            .help("mend what is said above, or create it all the same: --force");
        let stderr = format!("{shown}\n{}", failure.show(context.talk));
        Err(Answer { stdout: String::new(), stderr, code: ExitCode::Findings })
    }
}

/// Set once the user has pressed Ctrl-C.
fn interrupted() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&stop);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            heard.store(true, Ordering::Relaxed);
        }
    });
    stop
}
