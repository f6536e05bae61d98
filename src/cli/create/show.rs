//! What is printed: a line per object as kubectl has it, or the objects, and what to type next.

use super::{
    Create,
    deed::{DryRun, Format},
    judge::Verdict,
};
use crate::{
    apply::{Broken, Refusal, Word},
    cli::{Answer, exit::ExitCode, failure::Failure},
    manifest::{Manifest, SecretSlot, Wanted},
    model::{Key, Kind},
    render::{self, Style, clean},
};

/// An object, and what became of it.
pub(super) struct Line {
    pub key: Key,
    pub verb: &'static str,
}

impl Create {
    /// What is to be said of the new objects; an answer where they would not work.
    pub(super) fn accept(&self, mut verdict: Verdict, talk: Style) -> Result<String, Answer> {
        let is_bad = verdict.is_bad();
        let shown = verdict.shown(talk);
        if !is_bad || self.deed.force {
            return Ok(shown);
        }
        let failure = Failure::new("it would not work as it is, and nothing was created")
            .help("mend what is said above, or create it all the same: --force");
        let stderr = format!("{shown}\n{}", failure.show(talk));
        Err(Answer { code: ExitCode::Findings, ..Answer::failure(stderr) })
    }

    /// The answer of a run that came to its end.
    pub(super) fn done(
        &self,
        wanted: &Wanted,
        manifests: &[Manifest],
        lines: &[Line],
        stderr: String,
        next: &str,
    ) -> Answer {
        let stdout = match self.deed.output {
            Some(Format::Yaml) => render::manifest::yaml(manifests, &notes(wanted)),
            Some(Format::Json) => render::manifest::json(manifests),
            Some(Format::Name) => lines.iter().map(|it| resource(&it.key) + "\n").collect(),
            None => {
                let how = match self.deed.dry_run {
                    DryRun::None => "",
                    DryRun::Client => " (dry run)",
                    DryRun::Server => " (server dry run)",
                };
                lines.iter().map(|it| format!("{} {}{how}\n", resource(&it.key), it.verb)).collect()
            }
        };
        let ends = self.deed.output.is_none() && self.deed.dry_run == DryRun::None;
        let epilogue = if ends { next.to_owned() } else { String::new() };
        Answer { stdout, stderr, epilogue, code: ExitCode::Fine }
    }
}

/// What a file with the objects does not hold.
fn notes(wanted: &Wanted) -> Vec<String> {
    let slot = wanted.secret();
    let told = slot.map(|it| {
        format!(
            "beside these: Secret {} with the credential as `{}`, which is not written to files\n{}",
            it.name,
            it.entry,
            make_secret(wanted, it)
        )
    });
    told.into_iter().collect()
}

/// The command that makes the Secret.
pub(super) fn make_secret(wanted: &Wanted, slot: &SecretSlot) -> String {
    format!(
        "kubectl -n {} create secret generic {} --from-file={}=FILE",
        wanted.namespace, slot.name, slot.entry
    )
}

/// What to type next, to the same cluster.
pub(super) fn next(wanted: &Wanted, hint: &str, talk: Style) -> String {
    let (name, namespace) = (&wanted.name, &wanted.namespace);
    let mut text = format!("{} kubectl aigw-backend check {name} -n {namespace}{hint}\n", talk.dim("next:"));
    if wanted.route.is_none() {
        text += &format!(
            "      kubectl aigw-backend create {name} -n {namespace}{hint} --route ROUTE --gateway GATEWAY --model MODEL\n"
        );
    }
    text
}

/// `backend.gateway.envoyproxy.io/openai`.
pub(super) fn resource(key: &Key) -> String {
    let info = key.kind.info();
    let kind = info.name.to_lowercase();
    let kind = if info.group.is_empty() { kind } else { format!("{kind}.{}", info.group) };
    format!("{kind}/{}", key.name)
}

/// A refusal, with what to type next; `verb` is the right that it takes.
pub(super) fn refused(key: &Key, verb: &str, refusal: &Refusal) -> Failure {
    let failure = Failure::new(format!("{key}: {refusal}"));
    let (resource, namespace) = (key.kind.resource(), &key.namespace);
    match refusal {
        // quotas, webhooks and namespaces that are going away say 403 as well
        Refusal::Forbidden(words) if words.contains(" cannot ") || key.kind == Kind::Secret => {
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
        Refusal::Forbidden(_) | Refusal::Invalid(_) | Refusal::Other(_) => failure,
    }
}

/// The failure of a run that did not come to its end.
pub(super) fn broken(broken: &Broken) -> Failure {
    let mut failure = match &broken.at {
        Some((key, verb, refusal)) => refused(key, verb, refusal),
        None => Failure::new("interrupted"),
    };
    let list = |keys: &[Key]| keys.iter().map(resource).collect::<Vec<_>>().join(", ");
    if !broken.undone.is_empty() {
        failure = failure.help(format!("created, and removed again: {}", list(&broken.undone)));
    }
    for (key, why) in &broken.left {
        failure = failure.help(format!("left behind: {}: {why}", resource(key))).help(format!(
            "remove it: kubectl -n {} delete {} {}",
            key.namespace,
            key.kind.resource(),
            key.name
        ));
    }
    if !broken.changed.is_empty() {
        failure = failure.help(format!("changed, and left so: {}", list(&broken.changed)));
    }
    if broken.left.is_empty() && broken.changed.is_empty() {
        failure = failure.help("nothing of this run is left");
    }
    failure
}

/// A line of talk.
pub(super) fn note(talk: Style, text: &str) -> String {
    format!("{} {}\n", talk.dim("note:"), clean(text))
}

/// What the API server has warned of.
pub(super) fn warnings(talk: Style, warnings: &[String]) -> String {
    warnings.iter().map(|it| format!("{} {}\n", talk.warn("warning:"), clean(it))).collect()
}

/// What the controllers say, a line each, and the exit code that it calls for.
pub(super) fn words(words: &[(Key, Word)], talk: Style) -> (String, ExitCode) {
    let mut code = ExitCode::Fine;
    let mut text = String::new();
    for (key, word) in words {
        let (line, own) = match word {
            Word::Accepted => ("accepted".to_owned(), ExitCode::Fine),
            Word::Refused(why) => (talk.bad("not accepted") + ": " + &clean(why), ExitCode::Findings),
            Word::Silent => {
                let why = "no controller has said anything yet";
                (format!("{why}: kubectl aigw-backend check -n {}", key.namespace), ExitCode::Incomplete)
            }
        };
        text += &format!("{} {line}\n", resource(key));
        code = code.max(own);
    }
    (text, code)
}
