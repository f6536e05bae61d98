//! `check --save`: what was read as a file, for whoever is to find out what is wrong.

use std::{
    collections::BTreeMap,
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{
    Context,
    failure::Failure,
    file,
    input::{self, Input, InputFlags},
    select::Selection,
};
use crate::{
    cluster::{capture::Capture, files},
    render::{self, clean},
};

/// How the first line begins: of the files that are there, only those are written over.
const MARK: &str = "# kubectl aigw-backend check --save";

/// Whether to save what was read.
#[derive(Args)]
pub(super) struct SaveFlags {
    /// Write what was read, with key names and lengths in place of Secrets: a bug report that -f FILE reads again. Not
    /// with --on-cluster
    #[arg(long, value_name = "FILE", conflicts_with = "fix", help_heading = "Output")]
    save: Option<PathBuf>,
}

impl SaveFlags {
    pub(super) fn is_given(&self) -> bool {
        self.save.is_some()
    }

    /// Whether the file can be written, as far as that can be told before there is something to write.
    pub(super) fn allows(&self, from: &InputFlags) -> Result<(), Failure> {
        let Some(path) = &self.save else { return Ok(()) };
        if from.is_overlay() {
            return Err(Failure::new("--save writes one cluster, and --on-cluster compares two")
                .help("save the cluster: kubectl aigw-backend check --save FILE")
                .help("the files are yours to send along"));
        }
        if path.as_os_str() == "-" {
            return Err(Failure::new("--save writes a file: stdout carries the answer alone")
                .help("name one: --save FILE"));
        }
        if is_of_others(path) {
            return Err(Failure::new(format!(
                "{} is there, and is nothing that --save wrote",
                path.display()
            ))
            .help("name another file: --save FILE"));
        }
        Ok(())
    }

    /// Writes the file. What a run that was cut short has read is there, and that it is not all as well.
    pub(super) fn write(
        &self,
        input: &mut Input,
        selection: &Selection,
        context: &Context<'_>,
    ) -> Result<(), Failure> {
        let Some(path) = &self.save else { return Ok(()) };
        let shown = path.display().to_string();
        let failure = |reason: String| {
            Failure::new(format!("cannot write {shown}: {reason}")).help("another file: --save FILE")
        };
        let note = |text: String| format!("{} {}\n", context.talk.dim("note:"), clean(&text));
        if input.is_empty() {
            input.stderr += &note(format!("nothing could be read: {shown} is not written"));
            return Ok(());
        }
        let replay = replay(&shown, selection);
        let assumed = [
            (input::AI_GATEWAY, input.versions.ai_gateway),
            (input::ENVOY_GATEWAY, input.versions.envoy_gateway),
        ];
        let assumed = assumed.into_iter().filter_map(|(key, it)| Some((key.to_owned(), it?.to_string())));
        let mut capture = Capture::of(&input.cluster, input.now, assumed.collect::<BTreeMap<_, _>>());
        if let Some(first) = &input.capture {
            capture.tool.clone_from(&first.tool);
        }
        let text = render::manifest::documents(&capture.documents(&input.cluster), &head());
        if is_of_others(path) {
            return Err(failure("something else is there by now".to_owned()));
        }
        file::replace_private(path, &text).map_err(|error| failure(error.to_string()))?;
        input.stderr += &note(format!("saved to {shown}; to see the same again: {replay}"));
        if text.len() as u64 > files::LIMIT {
            let limit = files::LIMIT / 1024 / 1024;
            input.stderr +=
                &note(format!("it is larger than {limit} MiB, which is more than -f reads: cut it down"));
        }
        Ok(())
    }
}

/// Something that is there and was not written by this.
fn is_of_others(path: &Path) -> bool {
    let mut begin = String::new();
    match fs::metadata(path) {
        Ok(there) if there.is_file() => {
            let read = fs::File::open(path).map(|it| it.take(MARK.len() as u64).read_to_string(&mut begin));
            !matches!(read, Ok(Ok(_))) || begin != MARK
        }
        Ok(_) => true,
        // a link that leads nowhere
        Err(_) => fs::symlink_metadata(path).is_ok(),
    }
}

/// What a person who opens it must know.
fn head() -> Vec<String> {
    [
        "kubectl aigw-backend check --save: what was read of a cluster. See the same again with:",
        "  kubectl aigw-backend check -f FILE --assume-complete",
        "It holds no value of a Secret: key names, lengths and shapes stand in their place. Values of headers, body",
        "fields and environments are left out too: redacted-1 stands for one of them, and for the same wherever it",
        "occurs. Names of hosts, models, namespaces and objects are as they are: look it through before you send it.",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// The command that shows the same.
fn replay(file: &str, selection: &Selection) -> String {
    let names = selection.names.iter().map(|it| format!(" {it}"));
    let namespace = selection.namespace.iter().map(|it| format!(" -n {it}"));
    let selector = selection.selector.iter().map(|it| format!(" -l '{}'", it.text));
    let rest: String = names.chain(namespace).chain(selector).collect();
    format!("kubectl aigw-backend check{rest} -f {file} --assume-complete")
}
