//! `check`.

use clap::Args;

use super::{
    Answer, Context,
    accept::{self, AcceptFlags},
    exit::{self, ExitCode, FailOn},
    failure::Failure,
    input::{Input, InputFlags},
    output::Output,
    repair::FixFlags,
    save::SaveFlags,
    select::{self, Selection},
    selector::Selector,
};
use crate::{
    cluster::{Cluster, live},
    render::{self, Format, Page, clean},
    report::{self, Outline, Report},
    rules::{self, Finding},
    suppress::{self, Baseline, Split},
    trace::{Trace, World},
};

/// Checks the health of AIServiceBackends
#[derive(Args)]
#[command(after_help = "Examples:
  kubectl aigw-backend check                     # backends of the current namespace
  kubectl aigw-backend check -A -o wide          # of all namespaces, with more columns
  kubectl aigw-backend check openai -n models    # one of them
  kubectl aigw-backend check -f manifests/ -R    # files instead of a cluster
  kubectl aigw-backend check -f manifests/ --fix # rewrite them with the safe fixes (--dry-run: show only)
  kubectl aigw-backend check -o json=report.json --fail-on warning
  kubectl aigw-backend check --ignore AIB601     # findings that do not count
  kubectl aigw-backend check -A --save bug.yaml  # what was read, without Secrets: a bug report

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
    #[command(flatten)]
    input: InputFlags,
    #[command(flatten)]
    fix: FixFlags,
    /// table, wide, json, yaml, name, sarif, junit, github or markdown; FORMAT=FILE writes a file; repeatable
    #[arg(short, long, value_name = "FORMAT[=FILE]", help_heading = "Output")]
    output: Vec<Output>,
    /// What makes the exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY", help_heading = "Output")]
    fail_on: FailOn,
    /// What could not be checked makes the exit code 3
    #[arg(long, help_heading = "Output")]
    strict: bool,
    #[command(flatten)]
    save: SaveFlags,
    #[command(flatten)]
    accept: AcceptFlags,
}

impl Check {
    pub(super) fn run(self, mut context: Context<'_>) -> Answer {
        let (outputs, baseline) = match self.prepare() {
            Ok(prepared) => prepared,
            Err(failure) => return Answer::failure(failure.show(context.talk)),
        };
        let mut input = match self.load(&mut context) {
            Ok(input) => input,
            Err(failure) => return Answer::failure(failure.show(context.talk)),
        };
        let selection = self.selection(input.namespace.clone());
        // before anything is judged: whatever that comes to, this is what it was about
        let saved = self.save.write(&mut input, &selection, &context);
        if let Err(failure) = saved {
            input.stderr += &failure.show(context.talk);
            input.code = ExitCode::Failure;
        }
        for failure in selection.unknown(&input.cluster) {
            input.stderr += &failure.show(context.talk);
            input.failures.push(failure.title().to_owned());
            input.code = ExitCode::Failure;
        }
        let diff = self.repair(&mut input, &context, &selection, &outputs, baseline.as_ref());
        let Checked { report, split, notes } = self.check(&input, &selection, baseline.as_ref());
        for note in notes {
            input.stderr += &format!("{} {}\n", context.talk.dim("note:"), clean(&note));
        }
        if report.backends.is_empty() {
            if !self.names.is_empty() {
                return Answer::failure(input.stderr);
            }
            if input.code == ExitCode::Fine {
                input.stderr += &nothing(&input, &selection);
            }
        }
        let mut code = input.code.max(exit::of_report(&report, self.fail_on, self.strict, input.cut_short));
        let is_whole = input.code == ExitCode::Fine && !input.cut_short;
        if let Err(failure) = self.accept.write(&split, baseline.as_ref(), &selection, is_whole) {
            input.stderr += &failure.show(context.talk);
            code = ExitCode::Failure;
        }
        // the report stands for itself, and its text may need the room
        input.cluster = Cluster::default();
        let mut stdout = diff;
        let page = Page {
            style: context.style,
            places: &input.places,
            assumed_complete: input.complete,
            fail_on: self.fail_on.least(),
            failures: &input.failures,
        };
        for output in outputs {
            let text = render::render(output.format, &report, &page);
            let Some(file) = output.file else {
                if stdout.is_empty() {
                    stdout = text;
                } else if !text.is_empty() {
                    stdout = stdout + "\n" + &text;
                }
                continue;
            };
            if let Err(error) = std::fs::write(&file, text) {
                let failure = Failure::new(format!("cannot write {}: {error}", file.display()))
                    .help(format!("another file: -o {}=FILE", output.format.name()));
                input.stderr += &failure.show(context.talk);
                code = ExitCode::Failure;
            }
        }
        Answer { stderr: input.stderr, code, ..Answer::text(stdout) }
    }

    /// What can be wrong without a look at any object.
    fn prepare(&self) -> Result<(Vec<Output>, Option<Baseline>), Failure> {
        self.fix.allows(&self.input)?;
        self.save.allows(&self.input)?;
        Ok((self.outputs()?, self.accept.read()?))
    }

    fn load(&self, context: &mut Context<'_>) -> Result<Input, Failure> {
        if self.fix.fix {
            return Ok(self.input.load_texts(context));
        }
        let scope = live::Scope {
            all_namespaces: self.all_namespaces,
            selector: self.selector.as_ref().map(|it| it.text.clone()),
            names: self.names.clone(),
            keep: self.save.is_given(),
            ..live::Scope::default()
        };
        self.input.load(context, scope)
    }

    /// Fixes files, where that is asked for. The diff is part of the answer, except where that is for machines.
    fn repair(
        &self,
        input: &mut Input,
        context: &Context<'_>,
        selection: &Selection,
        outputs: &[Output],
        baseline: Option<&Baseline>,
    ) -> String {
        if !self.fix.fix {
            return String::new();
        }
        let (now, versions) = (input.now, input.versions.clone());
        let accepted = self.accept.accepted(baseline);
        let judge = |cluster: &Cluster| rules::run(&World::new(cluster, now, &versions));
        let wanted = |cluster: &Cluster, mut findings: Vec<Finding>| {
            selection.narrow(cluster, &mut findings);
            suppress::split(findings, cluster, &accepted).findings
        };
        let for_people = |it: &Output| matches!(it.format, Format::Table | Format::Wide) || it.file.is_some();
        let for_people = outputs.iter().all(for_people);
        let style = if for_people { context.style } else { context.talk };
        let diff = self.fix.run(input, context, style, (&judge, &wanted));
        if for_people {
            return diff;
        }
        input.stderr += &diff;
        String::new()
    }

    fn outputs(&self) -> Result<Vec<Output>, Failure> {
        if self.output.iter().filter(|it| it.file.is_none()).count() > 1 {
            return Err(Failure::new("only one format can go to stdout")
                .help("write the others to files: -o table -o json=report.json"));
        }
        let table = || vec![Output { format: Format::Table, file: None }];
        Ok(if self.output.is_empty() { table() } else { self.output.clone() })
    }

    fn selection(&self, namespace: Option<String>) -> Selection {
        let namespace = namespace.filter(|_| !self.all_namespaces);
        Selection { namespace, names: self.names.clone(), selector: self.selector.clone() }
    }

    /// What was found, of that what was asked for, and of that what counts.
    fn check(&self, input: &Input, selection: &Selection, baseline: Option<&Baseline>) -> Checked {
        let accepted = self.accept.accepted(baseline);
        let world = World::new(&input.cluster, input.now, &input.versions);
        // all rules over all backends, so that a shared cause names all that it hits
        let outline = |it: &Trace<'_>| selection.has(it.backend).then(|| Outline::of(it));
        let (mut findings, outlines) = rules::run_and_take(&world, outline);
        let gone = baseline.map_or(0, |it| accept::gone(it, &findings, selection));
        selection.narrow(&input.cluster, &mut findings);
        let split = suppress::split(findings, &input.cluster, &accepted);
        let before = input.before.as_ref().map(|cluster| {
            let world = World::new(cluster, input.now, &input.versions);
            let mut findings = rules::run(&world);
            selection.narrow(cluster, &mut findings);
            suppress::split(findings, cluster, &accepted).findings
        });
        let request = report::Request {
            source: input.source.clone(),
            places: &input.places,
            before: before.as_deref(),
            suppressed: &split.suppressed,
        };
        let report = report::build(&world, outlines.into_iter().flatten(), &split.findings, &request);
        let mut notes: Vec<String> = split.notes.iter().cloned().collect();
        if gone > 0 {
            let plural = if gone == 1 { "" } else { "s" };
            let seen = if report.summary.complete { "" } else { ", as far as could be seen" };
            notes.push(format!("{gone} finding{plural} of the baseline did not occur{seen}"));
        }
        Checked { report, split, notes }
    }
}

/// What a check came to.
struct Checked {
    report: Report,
    split: Split,
    /// For stderr.
    notes: Vec<String>,
}

/// A word where there is nothing to show, and where there would be something.
fn nothing(input: &Input, selection: &Selection) -> String {
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
