//! Where objects are read from: a cluster, files, or the example that is built in.

use std::{path::PathBuf, sync::Arc, time::Duration};

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::{Context, duration, exit::ExitCode, failure::Failure, progress};
use crate::{
    cluster::{Cluster, Overlay, Places, capture::Capture, files, live},
    demo,
    model::{Kind, fields::Served},
    render::clean,
    report::{Source, SourceKind},
    trace::{self, AssumedVersions, Version},
};

/// Notes on files that are shown: folders of examples repeat their objects.
const NOTES: usize = 5;

/// How `--assume-version` calls Envoy AI Gateway.
pub(super) const AI_GATEWAY: &str = "aigw";
/// How it calls Envoy Gateway.
pub(super) const ENVOY_GATEWAY: &str = "eg";

/// Where to read from.
#[derive(Args)]
pub(super) struct InputFlags {
    /// Read objects from a file, a folder or `-` instead of a cluster; repeatable
    #[arg(short = 'f', long = "filename", value_name = "FILE|DIR|-", value_delimiter = ',')]
    files: Vec<PathBuf>,
    /// Descend into folders of folders
    #[arg(short = 'R', long, requires = "files")]
    recursive: bool,
    /// The files are the whole cluster: what they lack does not exist
    #[arg(long, requires = "files")]
    assume_complete: bool,
    /// Lay the files over the cluster, as `kubectl apply` would merge them; nothing is sent
    #[arg(long, requires = "files", conflicts_with = "assume_complete")]
    on_cluster: bool,
    /// Check the example cluster that is built in
    #[arg(long, conflicts_with = "files")]
    demo: bool,
    /// Version to assume: aigw=v1.1.0, eg=v1.8.1; repeatable
    #[arg(long, value_name = "WHAT=VERSION", value_delimiter = ',', value_parser = assumption)]
    assume_version: Vec<(Component, Version)>,
    /// How Secrets are read: each by name, by one list per namespace, not at all
    #[arg(long, value_enum, default_value_t = Secrets::Get, value_name = "HOW")]
    secrets: Secrets,
    /// End after this long, with what was found until then
    #[arg(long, value_name = "D", value_parser = duration::parse)]
    timeout: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Secrets {
    Get,
    List,
    None,
}

impl From<Secrets> for live::SecretsMode {
    fn from(secrets: Secrets) -> Self {
        match secrets {
            Secrets::Get => live::SecretsMode::Get,
            Secrets::List => live::SecretsMode::List,
            Secrets::None => live::SecretsMode::None,
        }
    }
}

/// Whose version is assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Component {
    AiGateway,
    EnvoyGateway,
    /// Nothing depends on it yet.
    GatewayApi,
}

fn assumption(text: &str) -> Result<(Component, Version), String> {
    let (key, version) = text.split_once('=').ok_or("write it like aigw=v1.1.0")?;
    let component = match key {
        AI_GATEWAY => Component::AiGateway,
        ENVOY_GATEWAY => Component::EnvoyGateway,
        "gwapi" => Component::GatewayApi,
        _ => return Err("there are aigw, eg and gwapi".to_owned()),
    };
    Ok((component, version.parse()?))
}

/// What was read, from wherever.
pub(super) struct Input {
    pub(super) cluster: Cluster,
    /// With `--on-cluster`: the cluster without the files.
    pub(super) before: Option<Cluster>,
    pub(super) places: Places,
    pub(super) source: Source,
    /// The namespace that was asked for: `-n`, and for a cluster that of the context otherwise.
    pub(super) namespace: Option<String>,
    pub(super) stderr: String,
    /// What could not be done, each in a line: stderr says it too.
    pub(super) failures: Vec<String>,
    pub(super) code: ExitCode,
    pub(super) cut_short: bool,
    pub(super) now: Timestamp,
    /// What was read is said to be all there is.
    pub(super) complete: bool,
    pub(super) versions: AssumedVersions,
    /// How files were read.
    pub(super) request: files::Request,
    /// The files as they are, where they were asked for.
    pub(super) texts: Vec<files::Text>,
    /// What was read is what somebody captured.
    pub(super) capture: Option<Capture>,
}

impl Input {
    /// Whether there is no object in it, because of what could not be read.
    pub(super) fn is_empty(&self) -> bool {
        !self.failures.is_empty() && Kind::all().all(|kind| self.cluster.count(kind) == 0)
    }
}

impl InputFlags {
    /// Whether objects are named that are not those of the cluster.
    pub(super) fn is_said(&self) -> bool {
        self.demo || !self.files.is_empty()
    }

    pub(super) fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    pub(super) fn has_stdin(&self) -> bool {
        self.files.iter().any(|it| it.as_os_str() == "-")
    }

    pub(super) fn is_overlay(&self) -> bool {
        self.on_cluster
    }

    /// Reads; but for `keep`, `scope` counts for a cluster alone.
    pub(super) fn load(&self, context: &mut Context<'_>, scope: live::Scope) -> Result<Input, Failure> {
        if self.on_cluster {
            self.lay_over(context, scope)
        } else if self.is_said() {
            let request = files::Request { keep: scope.keep, ..files::Request::default() };
            Ok(self.read_files(context, context.connection.namespace.clone(), &request))
        } else {
            Ok(self.read_live(context, scope)?.0)
        }
    }

    /// Reads files, and keeps their texts.
    pub(super) fn load_texts(&self, context: &mut Context<'_>) -> Input {
        let request = files::Request { keep_texts: true, ..files::Request::default() };
        self.read_files(context, context.connection.namespace.clone(), &request)
    }

    /// The cluster as it would be with the files.
    fn lay_over(&self, context: &mut Context<'_>, scope: live::Scope) -> Result<Input, Failure> {
        let connection = live::Connection::from(context.connection.clone());
        let namespace = runtime()?.block_on(live::namespace(&connection))?;
        let mut files = self.read_files(context, Some(namespace), &files::Request::default());
        let mut overlay = Overlay::new(std::mem::take(&mut files.cluster));
        let scope = live::Scope { overlay: Some(overlay.clone()), fields: true, ..scope };
        let (live, served) = self.read_live(context, scope)?;
        overlay.learn(&served);
        Ok(Input {
            cluster: trace::laid(&overlay, &live.cluster, live.now, &live.versions).cluster,
            before: Some(live.cluster),
            places: files.places,
            source: Source { kind: SourceKind::Overlay, ..live.source },
            stderr: files.stderr + &live.stderr,
            failures: files.failures,
            code: files.code.max(live.code),
            ..live
        })
    }

    /// Versions that flags name, or else those that a capture was taken with.
    fn versions(&self, capture: Option<&Capture>) -> AssumedVersions {
        let version = |wanted, name| {
            let named = self.assume_version.iter().rfind(|(it, _)| *it == wanted).map(|(_, it)| *it);
            named.or_else(|| capture?.assumed_versions.get(name)?.parse().ok())
        };
        AssumedVersions {
            ai_gateway: version(Component::AiGateway, AI_GATEWAY),
            envoy_gateway: version(Component::EnvoyGateway, ENVOY_GATEWAY),
        }
    }

    /// Reads files; `request` says what to keep of them.
    fn read_files(
        &self,
        context: &mut Context<'_>,
        namespace: Option<String>,
        request: &files::Request,
    ) -> Input {
        let request = files::Request {
            paths: self.files.clone(),
            recursive: self.recursive,
            namespace: namespace.clone(),
            complete: self.assume_complete || self.demo,
            overlay: self.on_cluster,
            ..request.clone()
        };
        let (loaded, kind) = if self.demo {
            (files::load_text(&request, demo::NAME, demo::CLUSTER), SourceKind::Demo)
        } else {
            (files::load(&request, context.stdin), SourceKind::Files)
        };
        let mut stderr = String::new();
        let mut notes = loaded.notes;
        let more = notes.len().saturating_sub(NOTES);
        if more > 1 && !context.connection.is_verbose() {
            notes.truncate(NOTES);
            notes.push(format!("{more} more like these: -v 1 shows them"));
        }
        for note in &notes {
            stderr += &format!("{} {}\n", context.talk.dim("note:"), clean(note));
        }
        for problem in &loaded.problems {
            stderr += &Failure::new(problem.to_string()).help(&problem.help).show(context.talk);
        }
        let capture = loaded.capture;
        let now = if self.demo { demo::now() } else { context.now };
        Input {
            cluster: loaded.cluster,
            before: None,
            places: loaded.places,
            source: Source { kind, context: None },
            namespace,
            stderr,
            failures: loaded.problems.iter().map(ToString::to_string).collect(),
            code: if loaded.problems.is_empty() { ExitCode::Fine } else { ExitCode::Failure },
            cut_short: false,
            // what had expired when it was captured is judged by then
            now: capture.as_ref().map_or(now, |it| it.taken),
            complete: self.assume_complete || self.demo || capture.is_some(),
            versions: self.versions(capture.as_ref()),
            request,
            texts: loaded.texts,
            capture,
        }
    }

    fn read_live(&self, context: &mut Context<'_>, scope: live::Scope) -> Result<(Input, Served), Failure> {
        let connection = live::Connection::from(std::mem::take(&mut context.connection));
        let scope = live::Scope { secrets: self.secrets.into(), ..scope };
        let runtime = runtime()?;
        let progress = Arc::new(progress::Line::new(context.terminal.talks, connection.verbosity >= 6));
        let told = Arc::clone(&progress);
        let loaded = runtime.block_on(live::load(&connection, &scope, self.timeout, told));
        progress.end();
        // a credential plugin that hangs must not keep a run from ending
        runtime.shutdown_background();
        let live = loaded?;
        let warning = |it: &String| format!("{} {}\n", context.talk.warn("warning:"), clean(it));
        let input = Input {
            namespace: Some(live.namespace),
            cluster: live.cluster,
            before: None,
            places: Places::default(),
            source: Source { kind: SourceKind::Live, context: live.context },
            stderr: live.warnings.iter().map(warning).collect(),
            failures: vec![],
            code: ExitCode::Fine,
            cut_short: live.timed_out,
            now: context.now,
            complete: false,
            versions: self.versions(None),
            request: files::Request::default(),
            texts: vec![],
            capture: None,
        };
        Ok((input, live.served))
    }
}

pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let built = builder.worker_threads(2).enable_all().build();
    built.map_err(|error| Failure::new(format!("cannot start: {error}")))
}
