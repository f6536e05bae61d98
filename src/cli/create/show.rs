//! What is printed: a line per object as kubectl has it, or the objects, and what to type next.

use super::{
    Create,
    deed::{DryRun, Format},
};
use crate::{
    apply::{Broken, Word},
    cli::{Answer, exit::ExitCode, failure::Failure},
    manifest::{Manifest, SecretSlot, Wanted},
    model::Key,
    render::{self, Style, clean},
};

/// An object, and what became of it.
pub(super) struct Line {
    pub key: Key,
    pub verb: &'static str,
}

impl Create {
    /// The answer of a run that came to its end.
    pub(super) fn done(
        &self,
        wanted: &Wanted,
        manifests: &[Manifest],
        lines: &[Line],
        mut stderr: String,
        talk: Style,
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
        if self.deed.output.is_none() && self.deed.dry_run == DryRun::None {
            stderr += &next(wanted, talk);
        }
        Answer { stdout, stderr, code: ExitCode::Fine }
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

/// What to type next.
fn next(wanted: &Wanted, talk: Style) -> String {
    let (name, namespace) = (&wanted.name, &wanted.namespace);
    let mut text = format!("{} kubectl aigw-backend check {name} -n {namespace}\n", talk.dim("next:"));
    if wanted.route.is_none() {
        text += &format!(
            "      kubectl aigw-backend create {name} -n {namespace} --route ROUTE --gateway GATEWAY --model MODEL\n"
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

/// The failure of a run that did not come to its end.
pub(super) fn broken(create: &Create, broken: &Broken) -> Failure {
    let mut failure = match &broken.at {
        Some((key, refusal)) => create.refused(key, refusal),
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
        failure = failure.help("nothing of this run is left; when that is mended, type the same again");
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
