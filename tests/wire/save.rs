//! What `check --save` writes of a cluster that is served, read again: the same is said of it.

use std::collections::BTreeMap;

use aigw_backend::{
    cluster::{
        Cluster,
        capture::Capture,
        files::{Loaded, Request, load_text},
        live::Scope,
    },
    model::Kind,
    render,
};
use serde_json::Value;

use crate::{
    Case, cases_of, files, said,
    server::{Mood, Moods},
};

fn scope() -> Scope {
    Scope { all_namespaces: true, keep: true, ..Scope::default() }
}

fn saved(capture: &Capture, cluster: &Cluster) -> String {
    render::manifest::documents(&capture.documents(cluster), &["a head".to_owned()])
}

fn capture(cluster: &Cluster) -> Capture {
    Capture::of(cluster, "2026-10-01T00:00:00Z".parse().unwrap(), BTreeMap::new())
}

fn replay(text: &str) -> Loaded {
    load_text(&Request { complete: true, keep: true, ..Request::default() }, "saved.yaml", text)
}

/// The report, but for fixes: they may quote a value.
fn report(cluster: &Cluster) -> Value {
    let mut report = serde_json::to_value(said(cluster).1).unwrap();
    for it in report["findings"].as_array_mut().unwrap() {
        it["fixes"] = Value::Null;
    }
    report
}

fn differences(case: &Case) -> Vec<String> {
    let text = saved(&capture(&case.live), &case.live);
    let again = replay(&text);
    let mut wrong: Vec<String> = again.problems.iter().map(|it| format!("problem: {it}")).collect();
    wrong.extend(again.notes.iter().map(|it| format!("note: {it}")));
    let (expected, got) = (report(&case.live), report(&again.cluster));
    for (part, value) in expected.as_object().unwrap() {
        if got[part] != *value {
            wrong.push(format!("{part}: {value}\nbecame {}", got[part]));
        }
    }
    let there = self::capture(&case.live);
    if again.capture.as_ref() != Some(&there) || self::capture(&again.cluster) != there {
        wrong.push(format!("{there:?}\nbecame {:?}", self::capture(&again.cluster)));
    }
    if saved(&there, &again.cluster) != text {
        wrong.push("saved again, it is another file".to_owned());
    }
    wrong.iter().map(|it| format!("{}: {it}", case.path.display())).collect()
}

/// One in so many of all files.
fn all_come_back(scope: &Scope, moods: Moods, every: usize) {
    let cases = cases_of(files().into_iter().step_by(every).collect(), scope, moods);
    let wrong: Vec<String> = cases.iter().flat_map(differences).collect();
    assert!(wrong.is_empty(), "{} in all\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_was_saved_says_the_same() {
    all_come_back(&scope(), |_, _| Mood::Fine, 3);
}

#[test]
fn what_could_not_be_read_is_saved_too() {
    all_come_back(
        &scope(),
        |index, kind| {
            let moods = [Mood::Forbidden, Mood::Unknown, Mood::Broken, Mood::NoLists];
            let mood = moods.get((index + kind as usize * 3) % 11).copied().unwrap_or(Mood::Fine);
            // without these there is nothing to tell
            if kind == Kind::AIServiceBackend { Mood::Fine } else { mood }
        },
        4,
    );
}

#[test]
fn a_part_is_saved_as_a_part() {
    all_come_back(&Scope { all_namespaces: false, ..scope() }, |_, _| Mood::Narrow, 4);
}
