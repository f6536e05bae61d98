//! What can stand where the cursor is, as kubectl asks a plugin for it.

use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
    sync::Arc,
    time::Duration,
};

use clap::{Arg, Command, CommandFactory as _, FromArgMatches as _};
use clap_complete::engine::{
    self, ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter as _,
};
use tokio::time::Instant;

use super::super::{Answer, Cli, connection::ConnectionFlags, input::runtime};
use crate::{
    cluster::live::{self, Named},
    model::Kind,
    provider::PROVIDERS,
    render::{Format, clean},
    rules,
};

/// The hidden command that answers; kubectl's own has the same name.
pub(in crate::cli) const COMPLETER: &str = "__complete";
/// Whoever waits longer for a name has typed it.
const PATIENCE: Duration = Duration::from_secs(2);
/// What the last line may say: no blank after the word.
const NO_SPACE: u8 = 2;
/// No names of files instead.
const NO_FILES: u8 = 4;

/// Candidates for the last word, a line each, and then what to do with them. Whatever goes wrong, there are none.
pub(in crate::cli) fn candidates(words: &[OsString]) -> Answer {
    let mut line: Vec<OsString> = vec!["kubectl aigw-backend".into()];
    line.extend(words.iter().cloned());
    if words.is_empty() {
        line.push(OsString::new());
    }
    let last = line.len() - 1;
    let typed = line.last().cloned().unwrap_or_default();
    let before = line.get(..last).unwrap_or_default();
    let mut command = with_names(Cli::command(), &Arc::new(Cluster::of(before)));
    let here = std::env::current_dir().ok();
    let found = engine::complete(&mut command, line, last, here.as_deref()).unwrap_or_default();
    let is_flag = typed.as_encoded_bytes().starts_with(b"-");
    let mut text = String::new();
    let mut is_folder = false;
    for it in found.iter().filter(|it| !it.is_hide_set()) {
        let Some(value) = it.get_value().to_str().filter(|it| is_flag || !it.starts_with('-')) else {
            continue;
        };
        if !is_word(value) {
            continue;
        }
        is_folder |= value.ends_with(['/', '=']);
        let help = it.get_help().map(ToString::to_string).unwrap_or_default();
        let help = help.lines().next().map_or(String::new(), |it| format!("\t{}", clean(it)));
        text += &format!("{value}{help}\n");
    }
    text += &format!(":{}\n", NO_FILES | if is_folder { NO_SPACE } else { 0 });
    Answer::text(text)
}

/// What is known of the cluster from the words before the cursor.
struct Cluster {
    /// `None` where the words do not say which: another one is not asked instead.
    connection: Option<live::Connection>,
    all_namespaces: bool,
    /// The backends are those of a cluster, and not of files or the demo.
    is_asked: bool,
    /// For all that is looked up.
    until: Instant,
}

impl Cluster {
    fn of(words: &[OsString]) -> Self {
        let words = words.iter().filter(|it| *it != "--help" && *it != "-h");
        let parsed = Cli::command().ignore_errors(true).try_get_matches_from(words);
        let deepest = parsed.ok().map(|it| it.subcommand().map_or(it.clone(), |(_, it)| it.clone()));
        let flags = deepest.as_ref().and_then(|it| ConnectionFlags::from_arg_matches(it).ok());
        let connection = flags.map(|it| live::Connection { unattended: true, ..it.into() });
        let is_set = |flag: &str| {
            let set = deepest.as_ref().and_then(|it| it.try_get_one::<bool>(flag).ok().flatten());
            set.copied().unwrap_or_default()
        };
        let of_files = deepest.as_ref().is_some_and(|it| it.try_contains_id("files").unwrap_or_default());
        Cluster {
            connection,
            all_namespaces: is_set("all_namespaces"),
            is_asked: !is_set("demo") && !of_files,
            until: Instant::now() + PATIENCE,
        }
    }

    fn objects(&self, kind: Kind, namespace: Option<&str>) -> Vec<Named> {
        let Some(connection) = &self.connection else { return vec![] };
        let Ok(runtime) = runtime() else { return vec![] };
        let asked = live::names(connection, kind, namespace, self.all_namespaces);
        let found = runtime.block_on(async { tokio::time::timeout_at(self.until, asked).await });
        // a credential plugin that still runs is not waited for
        runtime.shutdown_background();
        found.unwrap_or_default()
    }
}

/// The command line with everything that has to be looked up.
fn with_names(command: Command, cluster: &Arc<Cluster>) -> Command {
    let of = |kind: Kind| {
        let cluster = Arc::clone(cluster);
        ArgValueCompleter::new(move |typed: &OsStr| objects(&cluster, kind, typed))
    };
    let kubeconfig = |names: fn(&live::Connection) -> Vec<String>| {
        let cluster = Arc::clone(cluster);
        ArgValueCompleter::new(move |typed: &OsStr| {
            let all = cluster.connection.as_ref().map(names).unwrap_or_default();
            starting(typed, all.into_iter().filter(|it| is_tame(it)))
        })
    };
    let formats = |typed: &OsStr| match typed.to_str().and_then(|it| it.split_once('=')) {
        Some((format, file)) => files(&format!("{format}="), file),
        None => starting(typed, Format::ALL.into_iter().map(|it| it.name().to_owned())),
    };
    let providers = |typed: &OsStr| {
        let all = PROVIDERS.iter().map(|it| CompletionCandidate::new(it.id).help(Some(it.name.into())));
        all.filter(|it| begins(it, typed)).collect()
    };
    let what = {
        let cluster = Arc::clone(cluster);
        move |typed: &OsStr| {
            let mut found = codes(typed);
            // a code is not looked up
            if typed.is_empty() || !"AIB".starts_with(&*typed.to_string_lossy()) && found.is_empty() {
                found.extend(objects(&cluster, Kind::AIServiceBackend, typed));
            }
            found
        }
    };
    command
        .mut_arg("namespace", |it| it.add(of(Kind::Namespace)))
        .mut_arg("context", |it| it.add(kubeconfig(live::contexts)))
        .mut_arg("cluster", |it| it.add(kubeconfig(live::clusters)))
        .mut_arg("user", |it| it.add(kubeconfig(live::users)))
        .mut_subcommand("check", |it| {
            it.mut_arg("names", |it| it.add(of(Kind::AIServiceBackend)))
                .mut_arg("output", |it| it.add(ArgValueCompleter::new(formats)))
                .mut_arg("ignore", |it: Arg| it.add(ArgValueCompleter::new(codes)))
        })
        .mut_subcommand("explain", |it| {
            it.mut_arg("what", |it| it.add(ArgValueCompleter::new(what)))
                .mut_arg("route", |it| it.add(of(Kind::AIGatewayRoute)))
                .mut_arg("gateway", |it| it.add(of(Kind::Gateway)))
        })
        .mut_subcommand("create", |it| {
            it.mut_arg("provider", |it| it.add(ArgValueCompleter::new(providers)))
                .mut_arg("policy", |it| it.add(of(Kind::BackendSecurityPolicy)))
                .mut_arg("route", |it| it.add(of(Kind::AIGatewayRoute)))
                .mut_arg("gateway", |it| it.add(of(Kind::Gateway)))
        })
}

fn codes(typed: &OsStr) -> Vec<CompletionCandidate> {
    let all = rules::all().map(|it| CompletionCandidate::new(it.code).help(Some(it.name.into())));
    all.filter(|it| begins(it, typed)).collect()
}

/// Objects, as `NAMESPACE/NAME` where the namespace was typed.
fn objects(cluster: &Cluster, kind: Kind, typed: &OsStr) -> Vec<CompletionCandidate> {
    let text = typed.to_str().filter(|it| !it.starts_with('-'));
    let Some(text) = text.filter(|_| cluster.is_asked || kind != Kind::AIServiceBackend) else {
        return vec![];
    };
    let namespace = text.split_once('/').map(|(namespace, _)| namespace);
    if namespace.is_some_and(|it| !is_name(it)) {
        return vec![];
    }
    let named = cluster.objects(kind, namespace).into_iter().filter(|it| is_name(&it.name));
    let written = named.map(|it| match namespace {
        Some(namespace) => format!("{namespace}/{}", it.name),
        None => it.name,
    });
    // one name may stand in several namespaces
    starting(typed, written.collect::<BTreeSet<String>>())
}

/// Whether an API server lets an object be called so. Some shells run what they are offered.
fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphanumeric())
        && text.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '.'))
}

/// Whether it is a word to every shell, and to the script that reads our lines nothing but a candidate.
fn is_word(text: &str) -> bool {
    !text.starts_with([':', '_']) && text.chars().all(|it| it.is_alphanumeric() || "-._:/@+=,~%".contains(it))
}

/// Whether a name of the kubeconfig can be offered: it is no flag, either.
fn is_tame(text: &str) -> bool {
    !text.starts_with('-') && is_word(text)
}

/// Files, after something that was typed before them.
fn files(before: &str, typed: &str) -> Vec<CompletionCandidate> {
    let found = PathCompleter::any().current_dir(std::env::current_dir().unwrap_or_default());
    found.complete(OsStr::new(typed)).into_iter().map(|it| it.add_prefix(before)).collect()
}

fn starting(typed: &OsStr, all: impl IntoIterator<Item = String>) -> Vec<CompletionCandidate> {
    all.into_iter().map(CompletionCandidate::new).filter(|it| begins(it, typed)).collect()
}

fn begins(it: &CompletionCandidate, typed: &OsStr) -> bool {
    it.get_value().as_encoded_bytes().starts_with(typed.as_encoded_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(words: &[&str]) -> Vec<String> {
        let mut words: Vec<OsString> = words.iter().map(Into::into).collect();
        // no cluster, whatever this machine has
        words.splice(0..0, ["--kubeconfig".into(), "/nonexistent".into()]);
        let text = candidates(&words).stdout;
        text.lines().map(|it| it.split('\t').next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn commands_flags_and_values_are_offered() {
        assert_eq!(complete(&["exp"]), ["explain", ":4"]);
        assert_eq!(complete(&["check", "--fail"]), ["--fail-on", ":4"]);
        assert_eq!(complete(&["check", "--fail-on", "w"]), ["warning", ":4"]);
        assert_eq!(complete(&["check", "-o", "s"]), ["sarif", ":4"]);
        assert_eq!(complete(&["check", "--output=ju"]), ["--output=junit", ":4"]);
        assert_eq!(complete(&["explain", "AIB30"])[0], "AIB301");
        assert_eq!(complete(&["create", "x", "--provider", "ant"]), ["anthropic", ":4"]);
        assert!(complete(&["create", ""]).iter().all(|it| !it.starts_with('-')));
    }

    #[test]
    fn without_a_cluster_there_are_no_names() {
        assert_eq!(complete(&["check", ""]), [":4"]);
        assert_eq!(complete(&["check", "-n", ""]), [":4"]);
        assert_eq!(complete(&["explain", "--route", "a/"]), [":4"]);
        assert_eq!(complete(&["--context", ""]), [":4"]);
    }

    #[test]
    fn files_are_offered_where_a_file_is_meant() {
        assert!(complete(&["check", "-f", "Carg"]).contains(&"Cargo.toml".to_owned()));
        assert_eq!(complete(&["check", "-o", "json=Cargo.to"]), ["json=Cargo.toml", ":4"]);
        assert_eq!(complete(&["completion", "kubectl", "--install", "sr"]), ["src/", ":6"]);
    }

    #[test]
    fn what_a_shell_would_run_is_no_word() {
        for text in ["$(x)", "`x`", "a;b", "a b", ":0", "_activeHelp_ x", "a\u{1b}[1m", "a'b", "a\nb"] {
            assert!(!is_word(text) && !is_name(text) && !is_tame(text), "{text}");
        }
        for text in ["arn:aws:eks:us-east-1:1:cluster/a", "gke_a_b_c", "me@here", "kind-kind"] {
            assert!(is_tame(text), "{text}");
        }
        assert!(!is_tame("-e") && !is_name("-e") && is_word("--all"));
    }

    #[test]
    fn nobody_else_gets_to_see_it() {
        assert!(Cli::command().get_subcommands().all(|it| it.get_name() != COMPLETER));
    }
}
