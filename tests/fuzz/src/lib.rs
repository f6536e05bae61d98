//! What the targets share: what must hold, and how one input becomes several.

#[path = "../../properties/output.rs"]
pub mod output;

use aigw_backend::{
    cli::Terminal,
    cluster::files::{Loaded, Request, load},
    model::Key,
    render::{Format, Page, Style, render},
    report::{self, Source, SourceKind},
    rules::{self, Applicability, Finding, Severity},
    suppress::{self, Accepted},
    trace::{AssumedVersions, World},
};
use jiff::Timestamp;
use serde_json::Value;

use output::{steady, tame};

/// Inputs are told apart by their length, so that most changes of one keep to the same way.
pub fn pick<T: Copy>(data: &[u8], of: &[T]) -> T {
    of[data.len() % of.len()]
}

/// A pipe, and terminals of several widths.
pub fn terminal(data: &[u8]) -> Terminal {
    Terminal { columns: pick(data, &[None, Some(40), Some(80), Some(200), Some(57)]), ..Terminal::PIPE }
}

/// So many lines, and what follows them.
pub fn lines<const N: usize>(data: &[u8]) -> ([String; N], String) {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.splitn(N + 1, '\n').map(str::to_owned);
    let lines = std::array::from_fn(|_| parts.next().unwrap_or_default());
    (lines, parts.next().unwrap_or_default())
}

/// Whether an input holds what must not get out by itself.
pub fn has_canary(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    ["anary7", "ANARY7", "2FuYXJ5"].iter().any(|it| text.contains(it))
}

/// Words of a command line.
pub fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// A run that must be tame, and steady: that is asked of one in four, as it takes twice the time.
pub fn run(args: &[String], data: &[u8], stdin: &[u8]) {
    if data.len() % 4 == 3 {
        steady(args, &terminal(data), stdin).unwrap_or_else(|flaw| panic!("{flaw}"));
        return;
    }
    let answer = output::run(args, &terminal(data), stdin);
    for text in [&answer.stdout, &answer.stderr, &answer.epilogue] {
        tame(text).unwrap_or_else(|flaw| panic!("{args:?}: {flaw}"));
    }
}

fn read(stdin: &[u8], complete: bool) -> Loaded {
    let request = Request { paths: vec!["-".into()], complete, ..Request::default() };
    load(&request, &mut &*stdin)
}

fn now() -> Timestamp {
    "2026-10-01T00:00:00Z".parse().unwrap()
}

fn findings(loaded: &Loaded) -> Vec<Finding> {
    let world = World::new(&loaded.cluster, now(), &AssumedVersions::default());
    rules::run(&world)
}

/// All steps from bytes to reports: each is tame, and the command line prints the same.
pub fn report(data: &[u8], stdin: &[u8], complete: bool) {
    let loaded = read(stdin, complete);
    let world = World::new(&loaded.cluster, now(), &AssumedVersions::default());
    let findings = rules::run(&world);
    let split = suppress::split(findings, &loaded.cluster, &Accepted::default());
    let request = report::Request {
        source: Source { kind: SourceKind::Files, context: None },
        places: &loaded.places,
        before: None,
        suppressed: &split.suppressed,
    };
    let report = report::build(&world, report::Outline::all(&world), &split.findings, &request);
    let failures: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
    let width = terminal(data).columns.unwrap_or(80);
    let page = Page {
        style: Style { color: false, links: false, ascii: false, width },
        places: &loaded.places,
        assumed_complete: complete,
        fail_on: Some(Severity::Error),
        failures: &failures,
    };
    let chosen = pick(data, &Format::ALL);
    for format in Format::ALL {
        // by far the longest, as all rules stand in it
        if format == Format::Sarif && format != chosen {
            continue;
        }
        let text = render(format, &report, &page);
        tame(&text).unwrap_or_else(|flaw| panic!("{}: {flaw}", format.name()));
        if format == chosen {
            let mut args = words("check -f - -o");
            args.push(format.name().to_owned());
            args.extend(complete.then(|| "--assume-complete".to_owned()));
            let answer = output::run(&args, &terminal(data), stdin);
            assert_eq!(answer.stdout, text, "{args:?}");
            for talk in [&answer.stderr, &answer.epilogue] {
                tame(talk).unwrap_or_else(|flaw| panic!("{args:?}: {flaw}"));
            }
        }
    }
    if let Some(trace) = world.traces().next().filter(|_| data.len() % 3 == 0) {
        let mut args = words("explain -f - -o");
        args.push(pick(data, &["tree", "json", "yaml", "dot", "mermaid"]).to_owned());
        args.push(format!("backend/{}/{}", trace.backend.meta.namespace, trace.backend.meta.name));
        run(&args, data, stdin);
    }
}

/// What calls itself a safe fix heals, over objects that are all there is.
pub fn safe_fixes_heal(objects: &[Value]) {
    let cause = |it: &Finding| (it.rule.code, it.object.clone(), it.path.clone());
    let before = findings(&read(list(objects).as_bytes(), true));
    for finding in &before {
        for fix in finding.fixes.iter().filter(|it| it.applicability == Applicability::Safe) {
            let mut healed = objects.to_vec();
            for patch in &fix.patches {
                let operations: json_patch::Patch =
                    serde_json::from_value(patch.operations.clone().into()).expect("a patch");
                let object = healed.iter_mut().find(|it| is(it, &patch.object)).expect("the object to patch");
                json_patch::patch(object, &operations).expect("a patch that fits");
            }
            healed.extend(fix.manifests.iter().cloned());
            let after = findings(&read(list(&healed).as_bytes(), true));
            assert!(
                !after.iter().any(|it| cause(it) == cause(finding)),
                "`{}` does not heal {}: {}",
                fix.title,
                finding.rule.code,
                finding.message
            );
        }
    }
}

fn is(object: &Value, key: &Key) -> bool {
    let text = |path: &str| object.pointer(path).and_then(Value::as_str).unwrap_or_default();
    text("/kind") == key.kind.to_string()
        && text("/metadata/name") == key.name
        && text("/metadata/namespace") == key.namespace
}

/// Objects as one file.
pub fn list(objects: &[Value]) -> String {
    serde_json::json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string()
}
