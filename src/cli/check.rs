//! `check`.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};

use super::{
    Answer, Context, duration,
    exit::{self, ExitCode, FailOn},
    failure::Failure,
    output::Output,
    progress,
    select::{self, Selection},
    selector::Selector,
};
use crate::{
    cluster::{Cluster, Places, files, live},
    demo,
    render::{self, Format, Page, clean},
    report::{self, Report, Source, SourceKind},
    rules,
    trace::{AssumedVersions, Version, World},
};

/// Notes on files that are shown: folders of examples repeat their objects.
const NOTES: usize = 5;

/// Checks the health of AIServiceBackends
#[derive(Args)]
#[command(after_help = "Examples:
  kubectl aigw-backend check                     # backends of the current namespace
  kubectl aigw-backend check -A -o wide          # of all namespaces, with more columns
  kubectl aigw-backend check openai -n models    # one of them
  kubectl aigw-backend check -f manifests/ -R    # files instead of a cluster
  kubectl aigw-backend check -o json=report.json --fail-on warning

Exit codes: 0 fine, 1 findings, 2 it could not be done, 3 something was not checked (--strict, --timeout)")]
pub(super) struct Check {
    /// These backends, by name [default: all]
    #[arg(value_name = "NAME", value_parser = select::name)]
    names: Vec<String>,
    /// All namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// Backends with these labels
    #[arg(short = 'l', long, conflicts_with = "names")]
    selector: Option<Selector>,
    /// Read objects from a file, a folder or `-` instead of a cluster; repeatable
    #[arg(short = 'f', long = "filename", value_name = "FILE|DIR|-", value_delimiter = ',')]
    files: Vec<PathBuf>,
    /// Descend into folders of folders
    #[arg(short = 'R', long, requires = "files")]
    recursive: bool,
    /// The files are the whole cluster: what they lack does not exist
    #[arg(long, requires = "files")]
    assume_complete: bool,
    /// Check the example cluster that is built in
    #[arg(long, conflicts_with = "files")]
    demo: bool,
    /// Version to assume: aigw=v1.1.0, eg=v1.8.1; repeatable
    #[arg(long, value_name = "WHAT=VERSION", value_delimiter = ',', value_parser = assumption)]
    assume_version: Vec<(Component, Version)>,
    /// table, wide, json, yaml or name; FORMAT=FILE writes a file; repeatable
    #[arg(short, long, value_name = "FORMAT[=FILE]", help_heading = "Output")]
    output: Vec<Output>,
    /// What makes the exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY", help_heading = "Output")]
    fail_on: FailOn,
    /// What could not be checked makes the exit code 3
    #[arg(long, help_heading = "Output")]
    strict: bool,
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
        "aigw" => Component::AiGateway,
        "eg" => Component::EnvoyGateway,
        "gwapi" => Component::GatewayApi,
        _ => return Err("there are aigw, eg and gwapi".to_owned()),
    };
    Ok((component, version.parse()?))
}

/// What was read, from wherever.
struct Input {
    cluster: Cluster,
    places: Places,
    source: Source,
    selection: Selection,
    stderr: String,
    code: ExitCode,
    cut_short: bool,
}

impl Check {
    pub(super) fn run(self, mut context: Context<'_>) -> Answer {
        let outputs = match self.outputs() {
            Ok(outputs) => outputs,
            Err(failure) => return Answer::failure(failure.show(context.talk)),
        };
        let loaded = if self.files.is_empty() && !self.demo {
            self.live(&mut context)
        } else {
            Ok(self.files(&mut context))
        };
        let mut input = match loaded {
            Ok(input) => input,
            Err(failure) => return Answer::failure(failure.show(context.talk)),
        };
        for failure in input.selection.unknown(&input.cluster) {
            input.stderr += &failure.show(context.talk);
            input.code = ExitCode::Failure;
        }
        let now = if self.demo { demo::now() } else { context.now };
        let report = report(&input, now, &self.versions());
        if report.backends.is_empty() {
            if !self.names.is_empty() {
                return Answer::failure(input.stderr);
            }
            if input.code == ExitCode::Fine {
                input.stderr += &nothing(&input);
            }
        }
        let mut code = input.code.max(exit::of_report(&report, self.fail_on, self.strict, input.cut_short));
        let mut stdout = String::new();
        let assumed_complete = self.assume_complete || self.demo;
        let page = Page { style: context.style, places: &input.places, assumed_complete };
        for output in outputs {
            let text = render::render(output.format, &report, &page);
            let Some(file) = output.file else {
                stdout = text;
                continue;
            };
            if let Err(error) = std::fs::write(&file, text) {
                let failure = Failure::new(format!("cannot write {}: {error}", file.display()))
                    .help(format!("another file: -o {}=FILE", output.format.name()));
                input.stderr += &failure.show(context.talk);
                code = ExitCode::Failure;
            }
        }
        Answer { stdout, stderr: input.stderr, code }
    }

    fn outputs(&self) -> Result<Vec<Output>, Failure> {
        if self.output.iter().filter(|it| it.file.is_none()).count() > 1 {
            return Err(Failure::new("only one format can go to stdout")
                .help("write the others to files: -o table -o json=report.json"));
        }
        let table = || vec![Output { format: Format::Table, file: None }];
        Ok(if self.output.is_empty() { table() } else { self.output.clone() })
    }

    fn versions(&self) -> AssumedVersions {
        let version = |wanted| self.assume_version.iter().rfind(|(it, _)| *it == wanted).map(|(_, it)| *it);
        AssumedVersions {
            ai_gateway: version(Component::AiGateway),
            envoy_gateway: version(Component::EnvoyGateway),
        }
    }

    fn selection(&self, namespace: Option<String>) -> Selection {
        let namespace = namespace.filter(|_| !self.all_namespaces);
        Selection { namespace, names: self.names.clone(), selector: self.selector.clone() }
    }

    fn files(&self, context: &mut Context<'_>) -> Input {
        let namespace = context.connection.namespace.clone();
        let request = files::Request {
            paths: self.files.clone(),
            recursive: self.recursive,
            namespace: namespace.clone(),
            complete: self.assume_complete || self.demo,
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
        Input {
            cluster: loaded.cluster,
            places: loaded.places,
            source: Source { kind, context: None },
            selection: self.selection(namespace),
            stderr,
            code: if loaded.problems.is_empty() { ExitCode::Fine } else { ExitCode::Failure },
            cut_short: false,
        }
    }

    fn live(&self, context: &mut Context<'_>) -> Result<Input, Failure> {
        let connection = live::Connection::from(std::mem::take(&mut context.connection));
        let scope = live::Scope {
            all_namespaces: self.all_namespaces,
            selector: self.selector.as_ref().map(|it| it.text.clone()),
            names: self.names.clone(),
            secrets: self.secrets.into(),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| Failure::new(format!("cannot start: {error}")))?;
        let progress = progress::Line::new(context.terminal.talks, connection.verbosity >= 6);
        let loaded = runtime.block_on(live::load(&connection, &scope, self.timeout, &progress));
        progress.end();
        // a credential plugin that hangs must not keep a run from ending
        runtime.shutdown_background();
        let live = loaded?;
        let warning = |it: &String| format!("{} {}\n", context.talk.warn("warning:"), clean(it));
        Ok(Input {
            selection: self.selection(Some(live.namespace)),
            cluster: live.cluster,
            places: Places::default(),
            source: Source { kind: SourceKind::Live, context: live.context },
            stderr: live.warnings.iter().map(warning).collect(),
            code: ExitCode::Fine,
            cut_short: live.timed_out,
        })
    }
}

/// All rules run over all backends, so that a shared cause names all that it hits; then what was asked for is kept.
fn report(input: &Input, now: jiff::Timestamp, versions: &AssumedVersions) -> Report {
    let cluster = &input.cluster;
    let world = World::new(cluster, now, versions);
    let mut traces: Vec<_> = cluster.ai_service_backends.iter().map(|it| world.trace(it)).collect();
    let mut findings = rules::run(&world, &traces).findings;
    traces.retain(|it| input.selection.has(it.backend));
    let selected: BTreeSet<_> = traces.iter().map(crate::trace::Trace::id).collect();
    findings.retain(|it| input.selection.shows(it, &selected));
    let request = report::Request { source: input.source.clone(), places: &input.places };
    report::build(&world, &traces, &findings, &request)
}

/// A word where there is nothing to show, and where there would be something.
fn nothing(input: &Input) -> String {
    let selection = &input.selection;
    let labels = selection.selector.as_ref().map_or(String::new(), |it| format!(" with labels {}", it.text));
    let here =
        input.cluster.ai_service_backends.iter().filter(|it| selection.covers(&it.meta.namespace)).count();
    let mut lines = vec![format!("No AIServiceBackends{labels} found{}.", selection.place())];
    match select::elsewhere_are(&input.cluster) {
        _ if here > 0 => lines.push(format!("with other labels there: {here}; leave out -l")),
        Some(elsewhere) => lines.push(elsewhere),
        None => {}
    }
    lines.iter().map(|it| clean(it).into_owned() + "\n").collect()
}
