//! What holds of any cluster, however broken: fixtures are mutated, joined and shuffled.
//!
//! `PROPTEST_CASES=100000 cargo test --test properties` looks longer than the tests do.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

#[path = "properties/mutate.rs"]
mod mutate;
#[path = "properties/output.rs"]
mod output;

use std::collections::BTreeSet;

use aigw_backend::{
    cli::Terminal,
    cluster::{
        Cluster, Why,
        files::{Request, load_text},
    },
    model::{Key, Kind},
    rules::{self, Finding},
    trace::{AssumedVersions, World},
};
use proptest::{prelude::*, sample::Index, test_runner::FileFailurePersistence};
use serde_json::Value;

use mutate::{distinct, objects, plant};
use output::{SECRETS, steady};

/// The quarter of what is asked for, as each case is a whole report.
fn some() -> ProptestConfig {
    let regressions = Box::new(FileFailurePersistence::Direct("tests/properties/regressions.txt"));
    let asked = ProptestConfig::default();
    ProptestConfig { cases: asked.cases.div_ceil(4), failure_persistence: Some(regressions), ..asked }
}

fn text(objects: &[Value]) -> String {
    objects.iter().map(|it| format!("{it:#}\n---\n")).collect()
}

/// The cluster of some objects; one that does not decode is unreadable in it.
fn cluster(objects: &[Value]) -> Cluster {
    load_text(&Request { complete: true, ..Request::default() }, "generated", &text(objects)).cluster
}

fn findings(cluster: &Cluster) -> Vec<Finding> {
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let world = World::new(cluster, now, &AssumedVersions::default());
    rules::run(&world)
}

type Cause = (&'static str, Key, String);

fn causes(findings: &[Finding]) -> BTreeSet<Cause> {
    findings.iter().map(|it| (it.rule.code, it.object.clone(), it.path.clone())).collect()
}

/// Command lines that read a cluster from standard input.
fn line() -> impl Strategy<Value = String> {
    let of = |line: &'static str, formats: &'static [&'static str]| {
        prop::sample::select(formats).prop_map(move |it| format!("{line} -f - -o {it}"))
    };
    let check =
        of("check", &["table", "wide", "json", "yaml", "name", "sarif", "junit", "github", "markdown"]);
    let backend = of("explain BACKEND", &["tree", "json", "yaml", "dot", "mermaid"]);
    let request = of("explain --gateway ai/gw --model llama", &["tree", "json", "yaml"]);
    let matrix = of("explain --gateway ai/gw --matrix", &["tree", "json", "yaml"]);
    let line = prop_oneof![4 => check, 2 => backend, 1 => request, 1 => matrix];
    (line, prop::sample::select(vec!["", " --assume-complete", " --ascii"]))
        .prop_map(|(line, flag)| line + flag)
}

proptest! {
    #![proptest_config(some())]

    #[test]
    fn every_output_is_steady_and_tame(objects in objects(), line in line(), columns in prop::option::of(40..200_usize)) {
        let text = text(&plant(&objects)) + SECRETS;
        let is_backend = |it: &&Value| it.pointer("/kind").and_then(Value::as_str) == Some("AIServiceBackend");
        let name = objects.iter().find(is_backend).and_then(|it| it.pointer("/metadata/name")?.as_str());
        let args: Vec<String> = (line.split_whitespace())
            .map(|it| if it == "BACKEND" { format!("backend/{}", name.unwrap_or_default()) } else { it.to_owned() })
            .collect();
        let terminal = Terminal { columns, ..Terminal::PIPE };
        if let Err(flaw) = steady(&args, &terminal, text.as_bytes()) {
            return Err(TestCaseError::fail(format!("{flaw}\n\n{text}")));
        }
    }

    #[test]
    fn the_order_of_objects_never_matters(objects in objects(), turn in any::<Index>()) {
        let mut objects = distinct(objects);
        let said = |objects: &[Value]| format!("{:#?}", findings(&cluster(objects)));
        let first = said(&objects);
        objects.reverse();
        if !objects.is_empty() {
            let by = turn.index(objects.len());
            objects.rotate_left(by);
        }
        prop_assert_eq!(said(&objects), first, "{}", text(&objects));
    }

    #[test]
    fn blindness_never_invents(objects in objects(), kind in any::<Index>()) {
        let whole = cluster(&objects);
        let seen = causes(&findings(&whole));
        let kinds: Vec<Kind> = Kind::all().collect();
        let kind = kinds[kind.index(kinds.len())];
        let mut blind = whole.clone();
        blind.hide(kind, Why::Forbidden);
        let mut found = findings(&blind);
        // where the controllers cannot be read, and so no release, a finding says on which ones it holds
        found.retain(|it| kind != Kind::Deployment || !it.effect.contains(" (on Envoy "));
        // what weighs less at the same place is the same fault, of which less is certain
        let weaker = |(code, object, path): &Cause| {
            let severity = rules::find(code).unwrap().severity;
            let mut same = seen.iter().filter(|it| it.1 == *object && it.2 == *path);
            same.any(|it| rules::find(it.0).unwrap().severity < severity)
        };
        let new: Vec<Cause> = causes(&found).into_iter().filter(|it| !seen.contains(it) && !weaker(it)).collect();
        prop_assert_eq!(new, vec![], "without {}:\n{}", kind, text(&objects));
    }
}
