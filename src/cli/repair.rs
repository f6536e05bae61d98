//! `check --fix`: files are rewritten with the safe fixes, and shown as a diff.

use std::{fs, io, path::Path};

use clap::Args;

use super::{
    Context,
    exit::ExitCode,
    failure::Failure,
    file,
    input::{Input, InputFlags},
};
use crate::{
    cluster::files::{self, Text},
    fix::{Judge, Outcome, Repair, Wanted},
    render::{
        Style, clean,
        diff::{self, Side},
    },
    rules::Finding,
};

/// Whether to rewrite files.
#[derive(Args)]
pub(super) struct FixFlags {
    /// Rewrite the files of -f with the fixes that are safe; comments and layout stay. Shows the diff, then what is left
    #[arg(long, conflicts_with = "on_cluster")]
    pub(super) fix: bool,
    /// Show what --fix would do, and write nothing
    #[arg(long, requires = "fix")]
    dry_run: bool,
}

impl FixFlags {
    /// Whether what is to be rewritten can be.
    pub(super) fn allows(&self, from: &InputFlags) -> Result<(), Failure> {
        let rewritten = |what| format!("--fix rewrites files, and {what}");
        match (self.fix, from.has_files(), from.has_stdin()) {
            (true, false, _) => Err(Failure::new(rewritten("this is none"))
                .help("name the files: kubectl aigw-backend check --fix -f FILE")
                .help("objects of a cluster are yours to patch: each finding shows the command")),
            (true, true, true) => Err(Failure::new(rewritten("standard input is none"))
                .help("name the file: kubectl aigw-backend check --fix -f FILE")),
            _ => Ok(()),
        }
    }

    /// Fixes the files of an input, which then is what they hold afterwards. Returns the diff.
    pub(super) fn run(
        &self,
        input: &mut Input,
        context: &Context<'_>,
        style: Style,
        (judge, wanted): (Judge<'_>, Wanted<'_>),
    ) -> String {
        if input.code != ExitCode::Fine {
            let failure = Failure::new("nothing is fixed, for the reason above");
            input.stderr += &failure.help("then try again").show(context.talk);
            return String::new();
        }
        let old = std::mem::take(&mut input.texts);
        let repair = Repair { request: &input.request, judge, wanted };
        let mut outcome = repair.run(old.clone());
        let diff = diff(&old, input, &outcome, style);
        input.stderr += &self.notes(&outcome, context.talk);
        let failures = if self.dry_run { vec![] } else { write(&old, &mut outcome.texts) };
        if !failures.is_empty() {
            input.code = ExitCode::Failure;
            input.stderr += &failures.iter().map(|it| it.show(context.talk)).collect::<String>();
            outcome.loaded = files::reload(&input.request, &outcome.texts);
        }
        input.cluster = outcome.loaded.cluster;
        input.places = outcome.loaded.places;
        diff
    }

    /// A line for each finding that has a safe fix.
    fn notes(&self, outcome: &Outcome, talk: Style) -> String {
        let mut text = String::new();
        let mut note = |label: String, it: &Finding, what: &str| {
            let what = format!("{} {} on {}: {what}", it.rule.code, it.rule.name, it.object);
            text += &format!("{label} {}\n", clean(&what));
        };
        let fixed = if self.dry_run { "would fix:" } else { "fixed:" };
        outcome.mended.iter().for_each(|it| note(talk.good(fixed), &it.finding, &it.title));
        outcome.left.iter().for_each(|it| note(talk.warn("left:"), &it.finding, &it.why.to_string()));
        if text.is_empty() {
            text += &format!("{} nothing to fix: no finding here has a safe fix\n", talk.dim("note:"));
        }
        text
    }
}

/// All files that change.
fn diff(old: &[Text], input: &Input, outcome: &Outcome, style: Style) -> String {
    let changed = old.iter().zip(&outcome.texts).filter(|(old, new)| old.text != new.text);
    changed
        .map(|(old, new)| {
            let old_side = Side { text: old.body(), places: &input.places };
            diff::unified(
                &old.name,
                old_side,
                Side { text: new.body(), places: &outcome.loaded.places },
                style,
            )
        })
        .collect()
}

/// Writes what has changed; a file that cannot be written is as it was.
fn write(old: &[Text], new: &mut [Text]) -> Vec<Failure> {
    let mut failures = vec![];
    for (old, new) in old.iter().zip(new).filter(|(old, new)| old.text != new.text) {
        let path = Path::new(&old.name);
        if let Err(error) = still(path, &old.text).and_then(|()| file::replace(path, &new.text)) {
            failures.push(
                Failure::new(format!("cannot write {}: {error}", old.name))
                    .help(format!("it is as it was: ls -l {}", old.name)),
            );
            new.text.clone_from(&old.text);
        }
    }
    failures
}

/// What was read must still stand there.
fn still(path: &Path, text: &str) -> io::Result<()> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file any more"));
    }
    if fs::read(path)? == text.as_bytes() {
        Ok(())
    } else {
        Err(io::Error::other("it has been changed meanwhile"))
    }
}
