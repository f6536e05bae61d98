//! `explain`: a code, a symptom, a backend, or one request.

use clap::{Args, ValueEnum};

use super::{
    Answer, Context,
    exit::ExitCode,
    failure::{Failure, nearest},
    input::{Input, InputFlags},
    request::RequestFlags,
};
use crate::{
    cluster::live,
    model::Resource as _,
    render::{self, Style, graph::Language},
    report::{self, BackendTrace, Outline, RequestTrace},
    rules, suppress,
    trace::{Trace, World},
    walk,
};

/// Explains a code, a symptom, a backend, or the fate of one request
#[derive(Args)]
#[command(after_help = "Examples:
  kubectl aigw-backend explain                           # all codes
  kubectl aigw-backend explain AIB302
  kubectl aigw-backend explain 'No matching route found' # what can cause it
  kubectl aigw-backend explain openai -n models          # how a backend is reached
  kubectl aigw-backend explain --model gpt-4o            # the fate of one request")]
pub(super) struct Explain {
    /// A code, the name of a rule, words of a symptom, or a backend's name [default: list all codes]
    #[arg(value_name = "WHAT")]
    what: Vec<String>,
    #[command(flatten)]
    request: RequestFlags,
    #[command(flatten)]
    input: InputFlags,
    /// Of a backend or a request
    #[arg(short, long, value_enum, default_value_t = Format::Tree, value_name = "FORMAT", help_heading = "Output")]
    output: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Tree,
    Json,
    Yaml,
    Dot,
    Mermaid,
}

/// What there is to explain from.
struct Scene<'a> {
    input: &'a Input,
    map: walk::Map<'a>,
    style: Style,
}

type Explanation = fn(&Explain, &Scene<'_>) -> Result<String, Failure>;

impl Explain {
    pub(super) fn run(self, mut context: Context<'_>) -> Answer {
        if self.request.are_given() {
            return self.with_objects(&mut context, Self::one_request);
        }
        if self.what.is_empty() {
            return Answer::text(render::docs::list(context.style));
        }
        let what = self.what.join(" ");
        if let Some(rule) = rules::find(&what) {
            return Answer::text(render::docs::page(rule, context.style));
        }
        if what.starts_with("backend/") || self.input.is_said() {
            return self.with_objects(&mut context, Self::one_backend);
        }
        let causes = rules::symptom(&what);
        if !causes.is_empty() {
            let style = context.style;
            // a word that may be a name is one where a backend has it
            if is_name(&what) {
                let answer = self.with_objects(&mut context, Self::one_backend);
                if answer.code == ExitCode::Fine {
                    return answer;
                }
            }
            return Answer::text(render::docs::causes(&what, &causes, style));
        }
        if rules::RETIRED.iter().any(|it| it.eq_ignore_ascii_case(&what)) {
            return Answer::failure(Failure::new(format!("`{what}` is no longer in use")).show(context.talk));
        }
        let near = nearest(&what, rules::all().flat_map(|it| [it.code, it.name]));
        if is_code(&what) || near.is_some() || self.what.len() > 1 {
            let failure = Failure::new(format!("no rule and no symptom `{what}`"));
            let failure =
                near.into_iter().fold(failure, |it, near| it.help(format!("did you mean `{near}`?")));
            let failure = failure.help("all of them: kubectl aigw-backend explain");
            return Answer::failure(failure.show(context.talk));
        }
        self.with_objects(&mut context, Self::one_backend)
    }

    fn with_objects(&self, context: &mut Context<'_>, explain: Explanation) -> Answer {
        let input = match self.input.load(context, live::Scope::default()) {
            Ok(input) => input,
            Err(failure) => return Answer::failure(failure.show(context.talk)),
        };
        let cluster = &input.cluster;
        let world = World::new(cluster, input.now, &input.versions);
        let traces: Vec<_> = world.traces().collect();
        let findings = rules::run(&world);
        let map = walk::Map { world: &world, traces: &traces, findings: &findings };
        match explain(self, &Scene { input: &input, map, style: context.style }) {
            Ok(stdout) => Answer { stderr: input.stderr, code: input.code, ..Answer::text(stdout) },
            Err(failure) => Answer::failure(input.stderr + &failure.show(context.talk)),
        }
    }

    fn one_request(&self, scene: &Scene<'_>) -> Result<String, Failure> {
        let question = self.request.question(scene.map.world, scene.input.namespace.as_deref())?;
        if self.request.matrix {
            return self.all_models(scene, &question);
        }
        let answer = scene.map.walk(&question);
        let trace: RequestTrace = report::request_trace(&scene.input.cluster, &question, &answer);
        match self.output {
            Format::Tree => Ok(render::walk::page(&trace, scene.style)),
            Format::Json => Ok(render::json(&trace)),
            Format::Yaml => Ok(render::yaml(&trace)),
            Format::Dot | Format::Mermaid => {
                Err(Failure::new("graphs are drawn of a backend, not of a request")
                    .help("-o tree, json or yaml"))
            }
        }
    }

    fn all_models(&self, scene: &Scene<'_>, question: &walk::Question) -> Result<String, Failure> {
        let key = &question.gateway;
        let gateway = scene.map.world.gateway(&key.namespace, &key.name);
        let served = gateway.map(|it| scene.map.matrix(it, question)).unwrap_or_default();
        let matrix = report::model_matrix(key, served);
        match self.output {
            Format::Tree => Ok(render::matrix::page(&matrix, scene.style)),
            Format::Json => Ok(render::json(&matrix)),
            Format::Yaml => Ok(render::yaml(&matrix)),
            Format::Dot | Format::Mermaid => {
                Err(Failure::new("a matrix is not drawn").help("-o tree, json or yaml"))
            }
        }
    }

    fn one_backend(&self, scene: &Scene<'_>) -> Result<String, Failure> {
        let (input, traces) = (scene.input, scene.map.traces);
        let what = self.what.join(" ");
        let wanted = what.strip_prefix("backend/").unwrap_or(&what);
        let (namespace, name) = wanted
            .split_once('/')
            .map_or((input.namespace.as_deref(), wanted), |(ns, name)| (Some(ns), name));
        let here = |it: &&Trace<'_>| namespace.is_none_or(|ns| it.backend.meta.namespace == ns);
        let fits: Vec<&Trace<'_>> =
            traces.iter().filter(here).filter(|it| it.backend.meta.name == name).collect();
        let [trace] = fits.as_slice() else {
            let place = namespace.map_or(String::new(), |it| format!(" in namespace {it}"));
            if fits.len() > 1 {
                let all: Vec<String> =
                    fits.iter().map(|it| format!("{}/{name}", it.backend.meta.namespace)).collect();
                return Err(Failure::new(format!("several backends are called `{name}`"))
                    .help(format!("write one of: {}", render::some(&all, 10))));
            }
            let near = nearest(name, traces.iter().filter(here).map(|it| it.backend.meta.name.as_str()));
            let failure = Failure::new(format!("no code, symptom or AIServiceBackend `{name}`{place}"));
            let failure =
                near.into_iter().fold(failure, |it, near| it.help(format!("did you mean `{near}`?")));
            let there: Vec<String> = traces.iter().map(|it| it.backend.key().path()).collect();
            let backends = if there.is_empty() {
                "backends: kubectl get aiservicebackends -A".to_owned()
            } else {
                format!("backends: {}", render::some(&there, 10))
            };
            return Err(failure.help(backends).help("all codes: kubectl aigw-backend explain"));
        };
        // what is accepted does not count here either, while it still happens on the wire
        let findings = scene.map.findings.to_vec();
        let split = suppress::split(findings, &input.cluster, &suppress::Accepted::default());
        let request = report::Request {
            source: input.source.clone(),
            places: &input.places,
            before: None,
            suppressed: &split.suppressed,
        };
        let report = report::build(scene.map.world, Outline::all(scene.map.world), &split.findings, &request);
        let Some(trace): Option<BackendTrace> = report::backend_trace(trace, &report) else {
            return Err(Failure::new(format!("`{name}` has no row in the report")));
        };
        Ok(match self.output {
            Format::Tree => render::tree::page(&trace, scene.style),
            Format::Json => render::json(&trace),
            Format::Yaml => render::yaml(&trace),
            Format::Dot => render::graph::page(&trace, Language::Dot),
            Format::Mermaid => render::graph::page(&trace, Language::Mermaid),
        })
    }
}

/// A single word such as objects are called by, and not a status code.
fn is_name(text: &str) -> bool {
    let is_of_names = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-' || it == '.';
    text.chars().all(is_of_names) && text.chars().any(char::is_alphabetic)
}

/// Objects have no capitals in their names.
fn is_code(text: &str) -> bool {
    let begins = text.get(..3).is_some_and(|it| it.eq_ignore_ascii_case("AIB"));
    begins && (text.len() <= 6 || text.chars().any(char::is_uppercase))
}
